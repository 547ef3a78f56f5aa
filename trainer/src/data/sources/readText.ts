import { isPacked, unpack } from '@deepcoder/trajectory';
import { readFile, stat } from 'node:fs/promises';

/** Strings of JavaScript hold about 2^29 characters. */
const MOST_BYTES = 500_000_000;

/** A trajectory file's text, of a packed log that of its samples; or why it cannot be had. */
export async function readText(path: string): Promise<{ text: string } | { problem: string }> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) {
      return { problem: `it has ${Math.round(size / 1e6)} MB, at most 500 are read; cut it up` };
    }
    const bytes = await readFile(path);
    if (isPacked(bytes)) {
      const { text, problem } = unpack(bytes);
      return problem === null ? { text } : { problem };
    }
    if (bytes.subarray(0, 4096).includes(0)) return { problem: 'it is binary' };
    return { text: bytes.toString('utf8') };
  } catch (cause) {
    return { problem: cause instanceof Error ? cause.message : String(cause) };
  }
}
