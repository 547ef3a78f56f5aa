import type { ByteReader } from '../byteReader.ts';
import type { RowGroups } from './rowGroups.ts';

/** Groups kept as text: the one that is read on, and the one that somebody looks at. */
const MOST_KEPT = 2;

/**
 * Reads a table's JSON lines here and there. Row groups become text when they are come to; where
 * one begins is known when all before it were read once. Until then `size` is an estimate.
 */
export function rowGroupsReader(table: RowGroups): ByteReader {
  return new RowGroupsReader(table);
}

class RowGroupsReader implements ByteReader {
  /** Where each group begins that was come to, and the first one that was not. */
  private readonly starts: number[] = [0];
  private readonly kept = new Map<number, Uint8Array>();
  private readonly estimate: number;

  constructor(private readonly table: RowGroups) {
    this.estimate = table.groups.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get size(): number {
    const known = this.starts.at(-1)!;
    return this.isKnown ? known : Math.max(known + 1, this.estimate);
  }

  private get isKnown(): boolean {
    return this.starts.length > this.table.groups.length;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let at = offset;
    const end = offset + length;
    for (let group = await this.groupAt(at); group !== null && at < end;) {
      const bytes = await this.group(group);
      const from = at - this.starts[group]!;
      const piece = bytes.subarray(from, Math.min(bytes.length, from + end - at));
      pieces.push(piece);
      at += piece.length;
      group = at < end ? await this.groupAt(at) : null;
    }
    return pieces.length === 1 ? pieces[0]! : joined(pieces);
  }

  /** The group that has a byte; null behind the end. */
  private async groupAt(offset: number): Promise<number | null> {
    while (!this.isKnown && offset >= this.starts.at(-1)!) await this.group(this.starts.length - 1);
    const next = this.starts.findIndex((start) => start > offset);
    return next < 0 ? null : next - 1;
  }

  private async group(index: number): Promise<Uint8Array> {
    const known = this.kept.get(index);
    if (known) {
      this.kept.delete(index);
      this.kept.set(index, known);
      return known;
    }
    const lines = await this.table.readGroup(index);
    const bytes = encoded(lines);
    if (this.starts.length === index + 1) this.starts.push(this.starts[index]! + bytes.length);
    this.kept.set(index, bytes);
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value!);
    return bytes;
  }
}

const LINES_AT_ONCE = 256;

function encoded(lines: readonly string[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (let i = 0; i < lines.length; i += LINES_AT_ONCE)
    parts.push(encoder.encode(`${lines.slice(i, i + LINES_AT_ONCE).join('\n')}\n`));
  return joined(parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
