import { recordAt, spanText, type StoredRecord } from '@deepcoder/trajectory';
import type { SearchMatch } from '@deepcoder/server-protocol';
import type { CancellationToken } from 'vscode-languageserver';
import type { IndexedFile } from './fileIndexes.ts';

export interface Search {
  query: string;
  matchCase: boolean;
  kinds?: readonly string[] | undefined;
  from: number;
  limit: number;
}

/** A search that takes longer answers with what it has, and where to go on. */
const BUDGET_MS = 300;
/** Bytes that are looked through at a time before records are parsed. */
const READ_BYTES = 1 << 20;
const AROUND = 60;
/** What no JSON writer escapes: a text with only such characters stands in the file as it is. */
const PLAIN = /^[\w .,:;()\-=+*!?@#$%|~^[\]{}]*$/;

/** Searches the decoded texts of spans, record by record. */
export async function searchFile(
  own: IndexedFile,
  search: Search,
  { token, now }: { token: CancellationToken; now: () => number },
): Promise<{ matches: SearchMatch[]; next: number | null }> {
  const { entries } = own.index;
  const matches: SearchMatch[] = [];
  const until = now() + BUDGET_MS;
  let record = search.from;
  while (record < entries.records) {
    if (token.isCancellationRequested || now() > until) return { matches, next: record };
    const part = partFrom(own, record);
    if (await mayHold(own, part, search)) {
      for (; record < part.to; record += 1) {
        if (token.isCancellationRequested || now() > until) return { matches, next: record };
        const stored = await recordAt(own.file, own.index, record);
        if (stored) matches.push(...matchesIn(stored, record, search));
        if (matches.length >= search.limit) {
          const more = record + 1 < entries.records;
          return { matches: matches.slice(0, search.limit), next: more ? record + 1 : null };
        }
      }
    }
    record = part.to;
  }
  return { matches, next: own.index.complete ? null : record };
}

/** Whole rows from a record on that are read at once. */
interface Part {
  to: number;
  start: number;
  end: number;
}

function partFrom({ index: { entries, bytes } }: IndexedFile, record: number): Part {
  const { row, first } = entries.find(record)!;
  const start = entries.start(row);
  let to = first;
  let end = start;
  for (let at = row; at < entries.count && (at === row || end - start < READ_BYTES); at += 1) {
    to += entries.recordsIn(at);
    end = at + 1 < entries.count ? entries.start(at + 1) : bytes;
  }
  return { to, start, end };
}

async function mayHold(
  { file }: IndexedFile,
  { start, end }: Part,
  { query, matchCase }: Search,
): Promise<boolean> {
  if (!PLAIN.test(query) || end - start > 64 * READ_BYTES) return true;
  const text = Buffer.from(await file.read(start, end - start)).toString('utf8');
  if (text.includes('\\u00')) return true;
  return matchCase ? text.includes(query) : text.toLowerCase().includes(query.toLowerCase());
}

function matchesIn(
  { text, parsed }: StoredRecord,
  record: number,
  { query, matchCase, kinds }: Search,
): SearchMatch[] {
  const matches: SearchMatch[] = [];
  const wanted = matchCase ? query : query.toLowerCase();
  parsed.spans.forEach(({ kind, step }, span) => {
    if (kinds && !kinds.includes(kind)) return;
    const decoded = spanText(text, parsed, span);
    const within = matchCase ? decoded : decoded.toLowerCase();
    // Lower case can be longer (İ): then only as it is written.
    const source = within.length === decoded.length ? within : decoded;
    for (
      let at = source.indexOf(wanted);
      at >= 0;
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
