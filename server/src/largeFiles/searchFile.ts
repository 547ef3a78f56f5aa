import { setTimeout as sleep } from 'node:timers/promises';
import { recordAt, spanText, type StoredRecord } from '@deepcoder/trajectory';
import type { SearchMatch } from '@deepcoder/server-protocol';
import type { CancellationToken } from 'vscode-languageserver';
import { isGrowing, partOf, recordsOf, type IndexedFile, type IndexedPart } from './fileIndexes.ts';

export interface Search {
  query: string;
  matchCase: boolean;
  kinds?: readonly string[] | undefined;
  from: number;
  limit: number;
}

/** A search that takes longer answers with what it has, and where to go on. */
const BUDGET_MS = 300;
const LOOK_AGAIN_MS = 20;
/** Bytes that are looked through at a time before records are parsed. */
const READ_BYTES = 1 << 20;
const AROUND = 60;
/** A search goes on at the next record, so all of one come at once. */
const MOST_OF_A_RECORD = 1000;
/** What no JSON writer escapes: a text with only such characters stands in the file as it is. */
const PLAIN = /^[\w .,:;()\-=+*!?@#$%|~^[\]{}]*$/;

/** Searches the decoded texts of spans, record by record. */
export async function searchFile(
  own: IndexedFile,
  search: Search,
  { token, now }: { token: CancellationToken; now: () => number },
): Promise<{ matches: SearchMatch[]; next: number | null }> {
  const records = (): number => recordsOf(own);
  const matches: SearchMatch[] = [];
  const until = now() + BUDGET_MS;
  const enough = (): boolean => token.isCancellationRequested || now() > until;
  let record = search.from;
  for (;;) {
    // An index that grows has more to look through in a moment; who asks again at once would get nothing.
    while (record >= records() && isGrowing(own) && !enough()) await sleep(LOOK_AGAIN_MS);
    if (record >= records()) return { matches, next: isGrowing(own) ? record : null };
    if (enough()) return { matches, next: record };
    const place = partOf(own, record)!;
    const before = record - place.record;
    const rows = rowsFrom(place.part, { record: place.record, before });
    const candidates = await candidatesIn(place.part, rows, search);
    for (const row of candidates) {
      for (record = Math.max(record, row.from); record < row.to; record += 1) {
        if (enough()) return { matches, next: record };
        const stored = await recordAt(place.part.reader, place.part.index, record - before);
        if (stored) for (const one of matchesIn(stored, record, search)) matches.push(one);
        if (matches.length < search.limit) continue;
        const more = record + 1 < records() || isGrowing(own);
        return { matches, next: more ? record + 1 : null };
      }
    }
    record = rows[rows.length - 1]!.to;
  }
}

/** A row of the index: its records and its bytes. */
interface Row {
  from: number;
  to: number;
  start: number;
  end: number;
}

/** The rows from that of a record of the part on that are read at once; `before`: records of parts before it. */
function rowsFrom(
  { index: { entries, bytes } }: IndexedPart,
  { record, before }: { record: number; before: number },
): Row[] {
  const rows: Row[] = [];
  const found = entries.find(record)!;
  let { row } = found;
  let first = before + found.first;
  const begin = entries.start(row);
  for (; row < entries.count; row += 1) {
    const start = entries.start(row);
    if (rows.length > 0 && start - begin > READ_BYTES) break;
    const end = row + 1 < entries.count ? entries.start(row + 1) : bytes;
    rows.push({ from: first, to: first + entries.recordsIn(row), start, end });
    first += entries.recordsIn(row);
  }
  return rows;
}

/** Those whose raw text shows that they may hold the query; all where that cannot be told. */
async function candidatesIn(
  { reader, index }: IndexedPart,
  rows: readonly Row[],
  { query, matchCase }: Search,
): Promise<readonly Row[]> {
  const begin = rows[0]!.start;
  const length = rows[rows.length - 1]!.end - begin;
  const isWhole = index.cut === 'whole';
  if (isWhole || !PLAIN.test(query) || length > 64 * READ_BYTES) return rows;
  const bytes = Buffer.from(await reader.read(begin, length));
  const wanted = matchCase ? query : query.toLowerCase();
  return rows.filter(({ start, end }) => {
    const text = bytes.toString('utf8', start - begin, end - begin);
    return text.includes('\\u00') || (matchCase ? text : text.toLowerCase()).includes(wanted);
  });
}

function matchesIn(
  { text, parsed }: StoredRecord,
  record: number,
  { query, matchCase, kinds }: Search,
): SearchMatch[] {
  const matches: SearchMatch[] = [];
  const wanted = matchCase ? query : query.toLowerCase();
  const isFull = (): boolean => matches.length >= MOST_OF_A_RECORD;
  parsed.spans.forEach(({ kind, step }, span) => {
    if (isFull() || (kinds && !kinds.includes(kind))) return;
    const decoded = spanText(text, parsed, span);
    const within = matchCase ? decoded : decoded.toLowerCase();
    // Lower case can be longer (İ): then only as it is written.
    const source = within.length === decoded.length ? within : decoded;
    for (
      let at = source.indexOf(wanted);
      at >= 0 && !isFull();
      at = source.indexOf(wanted, at + wanted.length)
    ) {
      const from = Math.max(0, at - AROUND);
      const excerpt = decoded.slice(from, at + query.length + AROUND);
      matches.push({
        record,
        span,
        kind,
        step,
        offset: at,
        length: query.length,
        excerpt,
        at: at - from,
      });
    }
  });
  return matches;
}
