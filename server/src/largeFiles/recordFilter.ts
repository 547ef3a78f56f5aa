import { own, type Facts } from '@deepcoder/vocabulary';

/** What a filter of records looks at. */
export interface FilteredRow {
  name: string | null;
  spans: number;
  facts: Facts;
}

type Test = (row: FilteredRow) => boolean;

/** A test for rows; or why the filter cannot be read. */
export type RecordFilter = { test: Test } | { problem: string };

const WORDS: Readonly<Record<string, (row: FilteredRow) => string | null>> = {
  id: ({ name }) => name,
  task: ({ facts }) => facts.task,
  model: ({ facts }) => facts.model,
  status: ({ facts }) => facts.status,
};

const NUMBERS: Readonly<Record<string, (row: FilteredRow) => number | null>> = {
  score: ({ facts }) => facts.score,
  tokens: ({ facts }) => facts.tokens,
  duration: ({ facts }) => facts.durationMs,
  spans: ({ spans }) => spans,
};

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '=': (a, b) => a === b,
  ':': (a, b) => a === b,
};

/** Words apart; what stands in quotes holds together. */
const TERMS = /(?:"[^"]*"?|[^\s"])+/g;
/** Perhaps `-`, perhaps a name and how to compare, then what with. */
const TERM = /^(-?)(?:([a-z]{1,20})(<=|>=|[<>=:]))?(.*)$/is;

/**
 * Reads a filter: words that stand anywhere in a record's name, task, model or status, `status:error`,
 * `score>=0.5`, `duration<2m`, `-` before what must not be so. All of them have to hold.
 */
export function recordFilter(text: string): RecordFilter {
  const tests: Test[] = [];
  for (const [term] of text.matchAll(TERMS)) {
    const [, not, name, how, value = ''] = TERM.exec(term)!;
    const read = readTerm({
      term,
      name: name?.toLowerCase(),
      how,
      value: value.replaceAll('"', ''),
    });
    if ('problem' in read) return read;
    tests.push(not === '-' ? (row) => !read.test(row) : read.test);
  }
  return { test: (row) => tests.every((one) => one(row)) };
}

interface Term {
  term: string;
  name: string | undefined;
  how: string | undefined;
  value: string;
}

function readTerm({ term, name, how, value }: Term): RecordFilter {
  if (name === undefined || how === undefined) return anywhere(value);
  const word = own(WORDS, name);
  if (word) {
    if (how !== ':' && how !== '=') return { problem: `“${term}”: write ${name}:${value}` };
    return { test: (row) => holds(word(row), value) };
  }
  const number = own(NUMBERS, name);
  if (number) return compared({ term, name, how, value }, number);
  // A word with a colon in it, such as an address.
  if (how === ':') return anywhere(`${name}:${value}`);
  const names = [...Object.keys(NUMBERS), ...Object.keys(WORDS)].join(', ');
  return { problem: `“${term}”: records have ${names}` };
}

function anywhere(value: string): RecordFilter {
  const words = Object.values(WORDS);
  return { test: (row) => words.some((of) => holds(of(row), value)) };
}

function compared(
  { term, name, how, value }: Term & { how: string },
  number: (row: FilteredRow) => number | null,
): RecordFilter {
  const isDuration = name === 'duration';
  const wanted = isDuration ? milliseconds(value) : numberOf(value);
  if (wanted === null) {
    const what = isDuration ? 'duration, such as 30s or 2m' : 'number';
    return { problem: `“${term}”: ${value === '' ? 'nothing' : value} is no ${what}` };
  }
  const compare = own(COMPARISONS, how)!;
  return {
    test(row) {
      const found = number(row);
      return found !== null && compare(found, wanted);
    },
  };
}

function holds(text: string | null, value: string): boolean {
  return text?.toLowerCase().includes(value.toLowerCase()) ?? false;
}

const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6 };

function numberOf(text: string): number | null {
  const [, digits, factor = ''] = /^(-?[\d.]+)([km]?)$/i.exec(text) ?? [];
  return scaled(digits, own(FACTORS, factor.toLowerCase()));
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  '': 1000,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Seconds where there is no unit. */
function milliseconds(text: string): number | null {
  const [, digits, unit = ''] = /^([\d.]+)(ms|[smh]?)$/i.exec(text) ?? [];
  return scaled(digits, own(UNITS_MS, unit.toLowerCase()));
}

function scaled(digits: string | undefined, factor: number | undefined): number | null {
  const value = digits === undefined ? Number.NaN : Number(digits);
  return Number.isNaN(value) || factor === undefined ? null : value * factor;
}
