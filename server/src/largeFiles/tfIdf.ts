import { wordHash } from '@deepcoder/trajectory';

/** How alike a record is to what was asked, from 0 to 1. */
export interface Similar {
  record: number;
  alike: number;
}

/** Terms are hashed to so many numbers. */
const TERMS = 1 << 20;
/** Of a record: those that it has most often. */
const MOST_TERMS = 256;
/** Terms of all records together: 6 bytes each. What comes behind them is not in the index. */
const MOST_ENTRIES = 12_000_000;

/**
 * Records as bags of words, weighed by how often each is in a record and how few records have it (TF-IDF), compared
 * by the cosine. All of them are looked through for an answer: 10,000 records take some milliseconds.
 */
export class TfIdf {
  count = 0;
  /** Nothing more fits. */
  isFull = false;
  private terms = new Uint32Array(1 << 16);
  private frequencies = new Uint16Array(1 << 16);
  /** Where each record's terms begin; one more than there are records. */
  private starts = [0];
  private readonly documents = new Uint32Array(TERMS);
  private weighed: Weighed | null = null;

  add(text: string): void {
    const counted = termCounts(text);
    const start = this.starts[this.count]!;
    this.isFull ||= start + counted.size > MOST_ENTRIES;
    if (this.isFull) return;
    let at = start;
    for (const [term, count] of counted) {
      if (at === this.terms.length) this.grow();
      this.terms[at] = term;
      this.frequencies[at] = Math.min(count, 0xffff);
      this.documents[term]! += 1;
      at += 1;
    }
    this.count += 1;
    this.starts.push(at);
  }

  /** The records most like a text, the most alike first. */
  likeText(text: string, limit: number): Similar[] {
    return this.like([...termCounts(text)], { limit, except: -1 });
  }

  /** The records most like one of them; null where it is not in the index. */
  likeRecord(record: number, limit: number): Similar[] | null {
    if (record < 0 || record >= this.count) return null;
    const own: [number, number][] = [];
    for (let at = this.starts[record]!; at < this.starts[record + 1]!; at += 1)
      own.push([this.terms[at]!, this.frequencies[at]!]);
    return this.like(own, { limit, except: record });
  }

  private like(
    wanted: readonly (readonly [term: number, count: number])[],
    { limit, except }: { limit: number; except: number },
  ): Similar[] {
    const { rarity, lengths } = this.weigh();
    const weights = new Float32Array(TERMS);
    let squares = 0;
    for (const [term, count] of wanted) {
      const weight = frequencyWeight(count) * rarity[term]!;
      weights[term] = weight * rarity[term]!;
      squares += weight * weight;
    }
    const found: Similar[] = [];
    for (let record = 0; record < this.count; record += 1) {
      if (record === except) continue;
      let product = 0;
      for (let at = this.starts[record]!; at < this.starts[record + 1]!; at += 1) {
        const weight = weights[this.terms[at]!]!;
        if (weight !== 0) product += weight * frequencyWeight(this.frequencies[at]!);
      }
      if (product > 0)
        found.push({ record, alike: product / (lengths[record]! * Math.sqrt(squares)) });
    }
    return found.sort((a, b) => b.alike - a.alike || a.record - b.record).slice(0, limit);
  }

  /** By the records that are here; kept until there are more. */
  private weigh(): Weighed {
    if (this.weighed?.count === this.count) return this.weighed;
    const rarity = new Float32Array(TERMS);
    for (let term = 0; term < TERMS; term += 1) {
      const records = this.documents[term]!;
      // What all records have tells a little, where it is all there is.
      if (records > 0) rarity[term] = Math.log((1 + this.count) / (1 + records)) + 0.01;
    }
    const lengths = new Float32Array(this.count);
    for (let record = 0; record < this.count; record += 1) {
      let squares = 0;
      for (let at = this.starts[record]!; at < this.starts[record + 1]!; at += 1)
        squares += (frequencyWeight(this.frequencies[at]!) * rarity[this.terms[at]!]!) ** 2;
      lengths[record] = Math.sqrt(squares);
    }
    this.weighed = { count: this.count, rarity, lengths };
    return this.weighed;
  }

  private grow(): void {
    const capacity = Math.min(MOST_ENTRIES + MOST_TERMS, 2 * this.terms.length);
    const [terms, frequencies] = [new Uint32Array(capacity), new Uint16Array(capacity)];
    terms.set(this.terms);
    frequencies.set(this.frequencies);
    this.terms = terms;
    this.frequencies = frequencies;
  }
}

/** How much each term tells, ln((1 + N) / (1 + df)), and how long each record's vector is. */
interface Weighed {
  count: number;
  rarity: Float32Array;
  lengths: Float32Array;
}

const FREQUENCY_WEIGHTS = Float32Array.from({ length: 256 }, (_, count) =>
  count === 0 ? 0 : 1 + Math.log(count),
);

/** 1 + ln tf */
function frequencyWeight(count: number): number {
  return FREQUENCY_WEIGHTS[count] ?? 1 + Math.log(count);
}

/** How often each word is in a text, by its hash; of long texts the words that they have most often. */
function termCounts(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const [word] of text.matchAll(/[\p{L}\p{N}]{2,40}/gu)) {
    const term = hashOf(stem(word.toLowerCase()));
    counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  if (counts.size <= MOST_TERMS) return counts;
  const most = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST_TERMS);
  return new Map(most);
}

/** English words without their commonest endings, so that `flights` and `booked` find `flight` and `book`. */
function stem(word: string): string {
  if (word.length < 5) return word;
  return word.replace(/(?<=\p{L}{3})(?:ing|ed|es|s)$/u, '');
}

function hashOf(word: string): number {
  const hash = wordHash(word);
  return (hash ^ (hash >>> 20)) & (TERMS - 1);
}
