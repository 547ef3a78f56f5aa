import type { IndexRow, indexRowsRequest } from '@deepcoder/server-protocol';
import { NO_FACTS, type Facts, type RecordOrder } from '@deepcoder/vocabulary';
import type { z } from 'zod';
import type { ChosenRows, RowPlace } from './chosenRows.ts';
import { isGrowing, type IndexedFile } from './fileIndexes.ts';
import { recordFilter, type FilteredRow } from './recordFilter.ts';

/** Which rows a list shows, and in which order. */
interface RowChoice {
  order: RecordOrder;
  descending: boolean;
  filter: string;
}

/** A list over a file that grows is made anew when this has passed, and ten times what making it takes. */
const KEPT_MS = 500;
const MOST_SUGGESTIONS = 20;

/** The rows of the file from one on, as they lie there. */
function* placesFrom({ parts }: IndexedFile, from = 0): Iterable<RowPlace> {
  let record = 0;
  let first = 0;
  for (const [part, { index }] of parts.entries()) {
    const { entries } = index;
    if (first + entries.count > from) {
      for (let row = 0; row < entries.count; row += 1) {
        if (first + row >= from) yield { part, row, record };
        record += entries.recordsIn(row);
      }
    } else record += entries.records;
    first += entries.count;
  }
}

/** A page of the rows that are chosen. */
export function pageOfRows(
  own: IndexedFile,
  {
    from,
    count,
    record,
    choice,
  }: { from: number; count: number; record: number | undefined; choice: RowChoice },
  now: () => number,
): RowsPage {
  const isPlain = choice.order === 'record' && !choice.descending && choice.filter.trim() === '';
  if (isPlain) {
    const total = own.parts.reduce((sum, { index }) => sum + index.entries.count, 0);
    const rows: IndexRow[] = [];
    for (const place of placesFrom(own, from)) {
      if (rows.length === count) break;
      rows.push(indexRow(own, place));
    }
    return { total, rows, place: record === undefined ? -1 : rowOf(own, record), problem: '' };
  }
  const { places, problem } = chosenRows(own, choice, now);
  return {
    total: places.length,
    rows: places.slice(from, from + count).map((place) => indexRow(own, place)),
    place: record === undefined ? -1 : places.findIndex((place) => place.record === record),
    problem,
  };
}

/** As the list shows it; null where it is not read yet, or stands in a row of many. */
export function rowOfRecord(own: IndexedFile, record: number): IndexRow | null {
  let first = 0;
  for (const [part, { index }] of own.parts.entries()) {
    const place = index.entries.find(record - first);
    if (place) return place.alone ? indexRow(own, { part, row: place.row, record }) : null;
    first += index.entries.records;
  }
  return null;
}

type RowsPage = z.output<typeof indexRowsRequest.result>;

/** Which row a record is in; -1: none. */
function rowOf({ parts }: IndexedFile, record: number): number {
  let [rows, records] = [0, 0];
  for (const { index } of parts) {
    const place = index.entries.find(record - records);
    if (place) return rows + place.row;
    rows += index.entries.count;
    records += index.entries.records;
  }
  return -1;
}

/** The rows that are chosen, kept for the next page of them. */
function chosenRows(own: IndexedFile, choice: RowChoice, now: () => number): ChosenRows {
  const key = JSON.stringify([choice.order, choice.descending, choice.filter]);
  const kept = own.chosen;
  const began = now();
  if (kept?.key === key) {
    const isFresh = began - kept.madeAt < Math.max(KEPT_MS, 10 * kept.tookMs);
    if (!kept.wasGrowing || (isGrowing(own) && isFresh)) return kept;
  }
  const wasGrowing = isGrowing(own);
  const made = choose(own, choice);
  own.chosen = { ...made, key, wasGrowing, madeAt: began, tookMs: now() - began };
  return own.chosen;
}

function choose(
  own: IndexedFile,
  { order, descending, filter }: RowChoice,
): Pick<ChosenRows, 'places' | 'problem'> {
  const read = recordFilter(filter);
  const found: { place: RowPlace; by: string | number | null }[] = [];
  for (const place of placesFrom(own)) {
    const row = filteredRow(own, place);
    if ('problem' in read || read.test(row)) found.push({ place, by: SORTED_BY[order](row) });
  }
  if (order !== 'record') {
    const sign = descending ? -1 : 1;
    // What a record does not say comes last, either way round.
    found.sort((a, b) =>
      a.by === null || b.by === null
        ? Number(a.by === null) - Number(b.by === null)
        : sign * compare(a.by, b.by),
    );
  } else if (descending) found.reverse();
  return {
    places: found.map(({ place }) => place),
    problem: 'problem' in read ? read.problem : '',
  };
}

/** Filters by what the records say, the most frequent first. */
export function suggestedFilters(own: IndexedFile): string[] {
  const words = new Map<string, number>();
  for (const { part, row } of placesFrom(own)) {
    const facts = own.parts[part]!.index.entries.factsOf(row);
    for (const name of ['status', 'model'] as const) {
      const word = facts?.[name] ?? null;
      if (word === null) continue;
      const filter = `${name}:${/\s/.test(word) ? JSON.stringify(word) : word}`;
      words.set(filter, (words.get(filter) ?? 0) + 1);
    }
  }
  const sorted = [...words].sort((a, b) => b[1] - a[1]).slice(0, MOST_SUGGESTIONS);
  return sorted.map(([filter]) => filter);
}

const SORTED_BY: Readonly<Record<RecordOrder, (row: FilteredRow) => string | number | null>> = {
  record: () => 0,
  name: ({ name }) => name,
  score: ({ facts }) => facts.score,
  status: ({ facts }) => facts.status,
  model: ({ facts }) => facts.model,
  tokens: ({ facts }) => facts.tokens,
  duration: ({ facts }) => facts.durationMs,
  spans: ({ spans }) => spans,
};

const names = new Intl.Collator('en', { numeric: true });

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : names.compare(String(a), String(b));
}

function filteredRow({ parts }: IndexedFile, { part, row }: RowPlace): FilteredRow {
  const { name, index } = parts[part]!;
  const { entries } = index;
  return {
    name: idIn(name, entries.id(row)),
    spans: entries.spansIn(row),
    facts: entries.factsOf(row) ?? NO_FACTS,
  };
}

function indexRow({ parts }: IndexedFile, { part, row, record }: RowPlace): IndexRow {
  const { name, index } = parts[part]!;
  const { entries } = index;
  return {
    record,
    records: entries.recordsIn(row),
    byte: entries.start(row),
    id: idIn(name, entries.id(row)),
    byKind: entries.kindCounts(row),
    facts: entries.factsOf(row),
  };
}

/** What the log says of a record, where a row is one. */
export function factsOf(own: IndexedFile, record: number): Facts | null {
  return rowOfRecord(own, record)?.facts ?? null;
}

/** With the file of an archive that the record is in. */
function idIn(name: string | null, id: string | null): string | null {
  if (name === null) return id;
  return id === null ? name : `${name}: ${id}`;
}
