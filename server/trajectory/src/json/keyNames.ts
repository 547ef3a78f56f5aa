import { firstItems, isArray, isObject } from './jsonNode.ts';
import type { JsonNode } from './jsonTree.ts';

const WORDS = 32;

/** Places of names in a `NameTable`. */
export type NameBits = readonly number[];

export function nameBits(...names: string[]): NameBits {
  return names.map((name) => placeOf(name, 0, name.length));
}

/** By a name's length and three of its characters, no two that formats ask for are alike by chance. */
function placeOf(text: string, start: number, end: number): number {
  const first = text.charCodeAt(start);
  const middle = text.charCodeAt((start + end) >> 1);
  const last = text.charCodeAt(end - 1);
  return ((end - start) * 37 + first * 5 + middle * 17 + last * 131) & (32 * WORDS - 1);
}

/** Which names the members of some objects have: a name that is in it may have none, never the other way. */
class NameTable {
  private readonly words = new Int32Array(WORDS);

  add(node: JsonNode): void {
    if (!isObject(node)) return;
    const { text } = node.source;
    for (let item = node.first; item; item = item.next) {
      const place = placeOf(text, item.keyStart, item.keyEnd);
      this.words[place >> 5]! |= 1 << (place & 31);
    }
  }

  hasAny(bits: NameBits): boolean {
    return bits.some((place) => (this.words[place >> 5]! & (1 << (place & 31))) !== 0);
  }
}

/** Names in the first records of a file: by them most formats are ruled out without a look at each record. */
class KnownNames {
  private readonly records = new NameTable();
  private messages: NameTable | null = null;

  constructor(private readonly samples: readonly JsonNode[]) {
    for (const sample of samples) {
      if (isArray(sample)) for (const item of sample.items) this.records.add(item);
      else this.records.add(sample);
    }
  }

  /** In the records; in a list's items where it is one. */
  inRecords(bits: NameBits): boolean {
    return this.records.hasAny(bits);
  }

  /** In these, or in the first items of a list in a record. */
  inMessages(bits: NameBits): boolean {
    this.messages ??= this.messageNames();
    return this.records.hasAny(bits) || this.messages.hasAny(bits);
  }

  private messageNames(): NameTable {
    const names = new NameTable();
    for (const sample of this.samples) {
      if (!isObject(sample)) continue;
      for (let list = sample.first; list; list = list.next)
        for (const item of firstItems(list)) names.add(item);
    }
    return names;
  }
}

const known = new WeakMap<readonly JsonNode[], KnownNames>();

/** Those of some samples, looked at once for all who ask. */
export function knownNames(samples: readonly JsonNode[]): KnownNames {
  let found = known.get(samples);
  if (!found) {
    found = new KnownNames(samples);
    known.set(samples, found);
  }
  return found;
}
