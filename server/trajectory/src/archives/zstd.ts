import { Decompress } from 'fzstd';
import type { Inflated } from './gzip.ts';
import { Refusal, type Budget } from './refusal.ts';

/** Pushed at a time, so that too much is noticed before it is there. */
const PIECE = 1 << 16;

/** All frames of a Zstandard file; of a cut one what is there. */
export function unzstd(bytes: Uint8Array, budget: Budget): Inflated {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((chunk) => {
    length += chunk.length;
    if (length > budget.bytes) throw new Refusal(budget.tooMuch(null));
    // The decompressor may write into it again.
    chunks.push(chunk.slice());
  });
  let isCut = false;
  try {
    for (let at = 0; at < bytes.length; at += PIECE) {
      const end = Math.min(bytes.length, at + PIECE);
      stream.push(bytes.subarray(at, end), end === bytes.length);
    }
  } catch (error) {
    if (error instanceof Refusal || length === 0) throw error;
    isCut = true;
  }
  return { bytes: joined(chunks, length), isCut };
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
