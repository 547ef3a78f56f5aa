import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';

const WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK;

/** Far beyond any config. */
const MOST_CONFIG_BYTES = 1 << 20;

/**
 * The text of a config. What a config `extends` may be anything on the disk: only a regular file of at most
 * `MOST_CONFIG_BYTES` is read, and a pipe or device is not even opened.
 */
export async function readConfigText(file: string): Promise<string> {
  refuse(file, await stat(file));
  // What is at the path may have changed since: opening a pipe must not wait for a writer.
  // Windows knows no such flag, nor pipes among its files.
  const flags = process.platform === 'win32' ? constants.O_RDONLY : WITHOUT_WAITING;
  const handle = await open(file, flags);
  try {
    refuse(file, await handle.stat());
    const buffer = Buffer.alloc(MOST_CONFIG_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) break;
    }
    if (length > MOST_CONFIG_BYTES) throw tooLarge();
    return buffer.toString('utf8', 0, length);
  } finally {
    await handle.close();
  }
}

interface Found {
  size: number;
  isFile: () => boolean;
  isDirectory: () => boolean;
}

function refuse(file: string, found: Found): void {
  if (found.isDirectory()) throw Object.assign(new Error(`EISDIR: ${file}`), { code: 'EISDIR' });
  if (!found.isFile()) throw new Error('it is a pipe, socket or device; a config is a file');
  if (found.size > MOST_CONFIG_BYTES) throw tooLarge();
}

function tooLarge(): Error {
  return new Error('it is over 1 MB, too large for a config');
}
