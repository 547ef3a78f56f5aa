import { open } from 'node:fs/promises';

export interface LineTail {
  /** Whole lines that have come since the last call; a last one without its end is still being written. */
  read: () => Promise<string[]>;
}

const MOST_BYTES = 1 << 20;

/** Follows a text file that another process writes to, reading each byte once. */
export function createLineTail(file: string): LineTail {
  let offset = 0;
  let begun = Buffer.alloc(0);
  const readOn = async (): Promise<Buffer> => {
    const handle = await open(file, 'r').catch(() => null);
    if (handle === null) return Buffer.alloc(0);
    try {
      const { size } = await handle.stat();
      const wanted = Math.max(0, Math.min(MOST_BYTES, size - offset));
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted), 0, wanted, offset);
      offset += bytesRead;
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  };
  return {
    read: async () => {
      const lines: string[] = [];
      for (let bytes = await readOn(); bytes.length > 0; bytes = await readOn()) {
        const whole = Buffer.concat([begun, bytes]);
        const end = whole.lastIndexOf(10) + 1;
        begun = whole.subarray(end);
        if (end === 0) continue;
        for (const line of whole.toString('utf8', 0, end - 1).split('\n')) lines.push(line);
      }
      return lines;
    },
  };
}
