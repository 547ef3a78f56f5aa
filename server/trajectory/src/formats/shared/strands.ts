import type { RecordPart, TreeLink } from './treeLink.ts';

/** A path in the tree of records, from below `above` (-1: from the beginning) down to a leaf. */
export interface Strand {
  number: number;
  top: number;
  above: number;
  length: number;
  /** Of its first record that is a prompt or the agent's. */
  begins: RecordPart | null;
}

/** The tree cut into paths: the one to the last record first, then to the last that is on none yet. */
export class Strands {
  readonly list: Strand[] = [];
  private readonly numbers = new Map<number, number>();
  /** What comes next on the strand of a record: its first prompt or record of the agent. */
  private readonly next = new Map<number, RecordPart | null>();

  constructor(
    records: readonly number[],
    private readonly of: { links: readonly TreeLink[]; parents: Int32Array },
  ) {
    for (const isSaid of [true, false]) {
      for (let i = records.length - 1; i >= 0; i -= 1) {
        const record = records[i]!;
        const { part } = of.links[record]!;
        if ((part !== 'note') === isSaid && !this.numbers.has(record)) this.climb(record);
      }
    }
  }

  /** By where they begin in the file. */
  get inOrder(): Strand[] {
    return [...this.list].sort((a, b) => a.top - b.top);
  }

  strandOf(record: number): number {
    return this.numbers.get(record)!;
  }

  /** How the strand of a record goes on below it. */
  goesOn(record: number): RecordPart | null {
    return this.next.get(record) ?? null;
  }

  private climb(leaf: number): void {
    const { links, parents } = this.of;
    const number = this.list.length;
    let begins: RecordPart | null = null;
    let top = leaf;
    let length = 0;
    for (let at = leaf; at >= 0 && !this.numbers.has(at); at = parents[at]!) {
      this.numbers.set(at, number);
      this.next.set(at, begins);
      const { part } = links[at]!;
      if (part === 'prompt' || part === 'agent') begins = part;
      top = at;
      length += 1;
    }
    this.list.push({ number, top, above: parents[top]!, length, begins });
  }
}
