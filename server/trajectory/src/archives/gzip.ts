import { constants, gunzipSync } from 'node:zlib';
import { Refusal, type Budget } from './refusal.ts';

/** What was packed; `isCut`: its end is missing. */
export interface Inflated {
  bytes: Uint8Array;
  isCut: boolean;
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/** All members of a gzip file; of a cut one what is there. */
export function gunzip(bytes: Uint8Array, budget: Budget): Inflated {
  const bounds = { maxOutputLength: budget.bytes };
  try {
    return { bytes: gunzipSync(bytes, bounds), isCut: false };
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw new Refusal(budget.tooMuch(null));
    if (codeOf(error) !== 'Z_BUF_ERROR') throw error;
  }
  const flush = { ...bounds, finishFlush: constants.Z_SYNC_FLUSH };
  return { bytes: gunzipSync(bytes, flush), isCut: true };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
