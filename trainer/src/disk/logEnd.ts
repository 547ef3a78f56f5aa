import { open } from 'node:fs/promises';

/** Reads the end of a growing file; returns an empty string if the file does not exist. */
export async function readTail(file: string, bytes = 64 << 10): Promise<string> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return '';
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - bytes);
    const buffer = Buffer.alloc(size - from);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The last lines of a text that say something; what a program wrote over itself (progress) counts as lines. */
export function lastLines(text: string, count = 15): string {
  return text
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}
