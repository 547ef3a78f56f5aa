import { elementCount } from './tensorSource.ts';
import { BYTES_PER_FLOAT, type FloatDtype } from './floatFormats.ts';

/** Bytes per element of every dtype that the format knows; only the floats of `FloatDtype` are read. */
const BYTES_PER_ELEMENT: Readonly<Record<string, number>> = {
  ...BYTES_PER_FLOAT,
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  U32: 4,
  I32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
};

/** The format's own limit; a longer header is a corrupt length. */
export const MAX_HEADER_BYTES = 100_000_000;

export interface TensorEntry {
  dtype: string;
  shape: readonly number[];
  /** Byte range from the start of the file. */
  start: number;
  end: number;
}

export interface SafetensorsHeader {
  metadata: Readonly<Record<string, string>>;
  entries: ReadonlyMap<string, TensorEntry>;
}

/**
 * The tensors of a safetensors file. `text` is its JSON header, `data` the byte range that follows it.
 * Faults: everything that is wrong with it; with any of them the entries are not to be trusted.
 * As in the format's own reader the data must be covered exactly: no overlap, no gap, nothing past the end.
 */
export function parseHeader(
  text: string,
  data: { start: number; end: number },
): { header: SafetensorsHeader; faults: string[] } {
  const entries = new Map<string, TensorEntry>();
  const faults: string[] = [];
  const { __metadata__: metadata, ...tensors } = parseObject(text, faults);
  for (const [name, value] of Object.entries(tensors)) {
    const entry = parseEntry(value, data.start);
    if (typeof entry === 'string') faults.push(`tensor "${name}": ${entry}`);
    else entries.set(name, entry);
  }
  if (faults.length === 0)
    for (const one of layoutFaults(entries, data.start, data.end)) faults.push(one);
  return { header: { metadata: stringsOf(metadata), entries }, faults };
}

/** The header of a file that holds these tensors one after the other, with its length in front. */
export function encodeHeader(
  tensors: readonly { name: string; dtype: FloatDtype; shape: readonly number[] }[],
  metadata: Readonly<Record<string, string>>,
): Buffer {
  const header = new Map<string, unknown>([['__metadata__', metadata]]);
  let offset = 0;
  for (const { name, dtype, shape } of tensors) {
    const end = offset + elementCount(shape) * BYTES_PER_FLOAT[dtype];
    header.set(name, { dtype, shape, data_offsets: [offset, end] });
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  // Spaces up to a multiple of 8, so that the data is aligned for readers that map the file.
  const padded = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  padded.writeBigUInt64LE(BigInt(padded.length - 8));
  json.copy(padded, 8);
  return padded;
}

function parseObject(text: string, faults: string[]): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Said below, like every other header that is no object.
  }
  faults.push('the header is not a JSON object');
  return {};
}

function parseEntry(value: unknown, dataStart: number): TensorEntry | string {
  if (!isRecord(value)) return 'is not an object';
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(BYTES_PER_ELEMENT, dtype)) {
    return `dtype ${JSON.stringify(dtype)} is unknown`;
  }
  if (!isSizes(shape)) return `shape ${JSON.stringify(shape)} is not a list of sizes`;
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    return `data_offsets ${JSON.stringify(offsets)} are not [start, end]`;
  }
  const [start, end] = offsets as [number, number];
  const wanted = elementCount(shape) * BYTES_PER_ELEMENT[dtype]!;
  if (end - start !== wanted) {
    return `${dtype} of shape [${shape.join(', ')}] wants ${wanted} bytes, its offsets hold ${end - start}`;
  }
  return { dtype, shape, start: dataStart + start, end: dataStart + end };
}

function layoutFaults(
  entries: ReadonlyMap<string, TensorEntry>,
  dataStart: number,
  fileEnd: number,
): string[] {
  const faults: string[] = [];
  const ordered = [...entries].sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  let covered = dataStart;
  for (const [name, { start, end }] of ordered) {
    if (end > fileEnd) faults.push(`tensor "${name}" ends at byte ${end}, the file at ${fileEnd}`);
    else if (start < covered) faults.push(`tensor "${name}" overlaps the one before it`);
    else if (start > covered)
      faults.push(`${start - covered} bytes before tensor "${name}" are unused`);
    covered = Math.max(covered, end);
  }
  if (covered < fileEnd) faults.push(`${fileEnd - covered} bytes after the last tensor are unused`);
  return faults;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function stringsOf(value: unknown): Record<string, string> {
  const pairs = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(pairs.map(([key, text]) => [key, String(text)]));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
