/** A Parquet file as JSON lines, a row a line, row group by row group. */
export interface Parquet {
  readonly groups: readonly { rows: number; bytes: number }[];
  /** The rows of a group as JSON, each by itself. */
  readGroup(index: number): Promise<string[]>;
}

const MAGIC = [0x50, 0x41, 0x52, 0x31];

export function isParquet(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}
