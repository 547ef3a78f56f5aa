const HEAD = 1 << 20;
/** A crash leaves a run of zeros in a text, at most a few; other files have them all over. */
const MOST_RUNS = 8;
const BYTES_A_RUN = 500;
const MOST_CONTROLS = 0.02;

/** How files begin that are never text, whatever else is in them. */
const BEGINNINGS = [
  '%PDF-',
  '\x89PNG',
  '\xff\xd8\xff',
  'GIF8',
  '\x7fELF',
  'SQLite format 3\0',
  '7z\xbc\xaf\x27\x1c',
  'BZh',
  '\xfd7zXZ\0',
  'Rar!\x1a\x07',
];

/** Whether the bytes are no text: by how they begin, by zeros all over, or by control characters. */
export function isBinary(bytes: Uint8Array): boolean {
  if (BEGINNINGS.some((beginning) => beginsWith(bytes, beginning))) return true;
  const { zeroRuns, controls, others } = count(bytes.subarray(0, HEAD));
  if (zeroRuns > MOST_RUNS + others / BYTES_A_RUN) return true;
  return controls > MOST_CONTROLS * others;
}

function beginsWith(bytes: Uint8Array, beginning: string): boolean {
  for (let i = 0; i < beginning.length; i += 1) {
    if (bytes[i] !== beginning.charCodeAt(i)) return false;
  }
  return true;
}

/** Runs of zeros, control characters that no terminal or writer of text uses, and all bytes but zeros. */
function count(bytes: Uint8Array): { zeroRuns: number; controls: number; others: number } {
  let [zeroRuns, controls, zeros] = [0, 0, 0];
  let before = 1;
  for (const byte of bytes) {
    if (byte === 0) {
      zeros += 1;
      if (before !== 0) zeroRuns += 1;
    } else if (byte < 32 && IS_CONTROL[byte] === 1) controls += 1;
    before = byte;
  }
  return { zeroRuns, controls, others: bytes.length - zeros };
}

const BELL = 7;
const ESCAPE = 27;
/** Backspace to carriage return. */
const IS_CONTROL = Uint8Array.from({ length: 32 }, (_, code) =>
  code === BELL || code === ESCAPE || (code >= 8 && code <= 13) ? 0 : 1,
);
