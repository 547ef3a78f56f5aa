import type { Source } from '../text/source.ts';

export type JsonType = 'object' | 'array' | 'string' | 'scalar';

/**
 * A JSON value by its offsets in `source`; `start` and `end` include quotes and brackets. Values in a
 * container are chained: that is half the memory of a list in each.
 */
export class JsonNode {
  end: number;
  /** A string with a backslash. */
  escaped = false;
  /** Its end was there. */
  closed = true;
  first: JsonNode | null = null;
  next: JsonNode | null = null;
  /** Of a value in an object: its key's inside. */
  keyStart = 0;
  keyEnd = 0;
  /** Of an object: the `keyBit`s of its keys, so that most that are not there need no search. */
  keyBits = -1;
  private list: JsonNode[] | null = null;

  constructor(
    readonly type: JsonType,
    readonly source: Source,
    readonly start: number,
    end: number,
  ) {
    this.end = end;
  }

  /** Where it stands in the file, if need be inside a string. */
  get rawStart(): number {
    return this.source.toRaw(this.start);
  }

  get rawEnd(): number {
    return this.source.toRaw(this.end);
  }

  /** The values in a container. */
  get items(): readonly JsonNode[] {
    if (this.list) return this.list;
    const list: JsonNode[] = [];
    for (let item = this.first; item; item = item.next) list.push(item);
    this.list = list;
    return list;
  }
}

/** One of 32, by a key's length and first character. */
export function keyBit(length: number, first: number): number {
  return 1 << ((length + first) & 31);
}

export interface JsonError {
  message: string;
  start: number;
  end: number;
}

export interface Scan {
  value: JsonNode | null;
  /** Where scanning stopped: after the value, or at the limit. */
  end: number;
  /** The first trouble; what stands before it is in the tree, and most of what stands after it. */
  error: JsonError | null;
}
