import type { Range } from '@deepcoder/vocabulary';
import { Lines } from '../text/lines.ts';
import { fileSource, type Source } from '../text/source.ts';
import { isBlankCode } from '../text/trim.ts';
import { afterBlank, firstCode, hasMore, isBlank } from './blanks.ts';
import type { JsonNode, Scan } from './jsonTree.ts';
import { hasJsonLines, isMostlyRecords, isRecordLine, survey } from './lineSurvey.ts';
import { JsonScanner } from './scanJson.ts';

const OPEN_OBJECT = 123;
const OPEN_ARRAY = 91;
const QUOTE = 34;

/** The first line that is not blank. */
export interface ScannedLine {
  scan: Scan;
  start: number;
  end: number;
  next: number;
}

export function firstLine(source: Source): ScannedLine {
  const lines = new Lines(source.text);
  do lines.advance();
  while (isBlank(source.text, lines.start, lines.end));
  const scan = new JsonScanner(source).scan(lines.start, lines.end);
  return { scan, start: lines.start, end: lines.end, next: lines.next };
}

/** Whether the file has a JSON value on each line, as against one value, or several over many lines, or text. */
export function isJsonLines(text: string): boolean {
  const source = fileSource(text);
  const first = firstCode(text);
  const isText = first !== OPEN_OBJECT && first !== OPEN_ARRAY;
  if (isText || isBracketed(text)) return hasJsonLines(source);
  return isLineByLine(source, firstLine(source));
}

/**
 * The first line is a whole value and more follows; or it is broken and the second is a whole one, or most
 * lines of the beginning are.
 */
export function isLineByLine(source: Source, { scan, start, end, next }: ScannedLine): boolean {
  const { text } = source;
  if (!scan.error && scan.value?.closed) return hasMore(text, next);
  if (!hasMore(text, next)) {
    const line = { text, start, end };
    return (
      recordWithin(new JsonScanner(source), scan, { line, budget: { scans: MOST_SCANS } }) !== null
    );
  }
  const lines = new Lines(source.text, next);
  if (!lines.advance()) return false;
  const isObjects = scan.value?.type === 'object' && text.charCodeAt(lines.start) === OPEN_OBJECT;
  if (isObjects && isRecordLine(new JsonScanner(source), lines)) return true;
  return isMostlyRecords(survey(source));
}

/** `[INFO] ...`, `[2026-01-31 10:00:00] ...`: a bracket with neither string nor value in it, and text behind it. */
const LOG_LINE = /^\s*\[[^\]\n\r{["']*\][ \t]*[^\s,\]}]/;

/** `[INST]`, `[gMASK]`, `[INFO]`: a word in brackets begins a text, and no list. */
const WORD = /^\s*\[(?!(?:true|false|null|NaN|Infinity)\b)\/?[A-Za-z][\w ]*\]/;

/** Whether a text begins with a bracket that is no list. */
export function isBracketed(text: string): boolean {
  const head = text.slice(0, 400);
  return WORD.test(head) || LOG_LINE.test(head);
}

const MOST_BANNER_LINES = 5;
const BEGINS_VALUE = /^[{[]\s*(?:$|[{["])/;

/** The one value that a file ends with, behind a few lines of something else; `before`: what to say of them. */
export function valueBehindLines(
  source: Source,
): { value: JsonNode; before: { message: string; start: number; end: number } } | null {
  const { text } = source;
  const lines = new Lines(text);
  let before = 0;
  for (let seen = 0; seen <= MOST_BANNER_LINES && lines.advance();) {
    if (isBlank(text, lines.start, lines.end)) continue;
    seen += 1;
    const code = text.charCodeAt(lines.start);
    if (code !== OPEN_OBJECT && code !== OPEN_ARRAY) {
      before = lines.end;
      continue;
    }
    // A label introduces it.
    if (text[before - 1] === ':') return null;
    if (!BEGINS_VALUE.test(text.slice(lines.start, Math.min(lines.end, lines.start + 100))))
      continue;
    const { value, error, end } = new JsonScanner(source).scan(lines.start);
    if (error || !value?.first || hasMore(text, end)) return null;
    const message = 'it begins behind lines that are none';
    return {
      value,
      before: { message, start: afterBlank(text, 0, lines.start), end: lines.start },
    };
  }
  return null;
}

export interface LineValue {
  value: JsonNode;
  range: Range;
}

/** Called with what was scanned and where; more may follow it there. */
export type OnScanned = (scan: Scan, range: Range) => void;

/** Of one line, looking for records behind cut ones. */
const MOST_SCANS = 16;

/**
 * The values on a line: one. After a crash also what was written behind a cut record, and records without
 * a line end between them; what is none of them is passed over.
 */
export function* lineValues(
  scanner: JsonScanner,
  line: TextRange,
  onScanned: OnScanned,
): Iterable<LineValue> {
  const { text, end } = line;
  let at = line.start;
  const budget = { scans: MOST_SCANS };
  for (;;) {
    const scan = scanner.scan(at, end);
    const isWhole = !scan.error && isClosed(scan.value);
    const next = isWhole
      ? recordAfter({ text, start: scan.end, end })
      : recordWithin(scanner, scan, { line: { text, start: at, end }, budget });
    const own = isWhole || next === null ? scan : scanner.scan(at, next);
    const range = { start: at, end: isWhole || next === null ? end : next };
    onScanned(own, range);
    if (own.value && (!own.error || isContainer(own.value))) {
      yield { value: own.value, range: next === null ? range : { start: at, end: own.end } };
    }
    if (next === null) return;
    at = next;
  }
}

interface TextRange extends Range {
  text: string;
}

function isContainer({ type }: JsonNode): boolean {
  return type === 'object' || type === 'array';
}

function isClosed(value: JsonNode | null): boolean {
  return value !== null && isContainer(value) && value.closed;
}

/** Where the next record begins behind a whole one. */
function recordAfter({ text, start, end }: TextRange): number | null {
  if (isBlank(text, start, end)) return null;
  const at = text.slice(start, end).search(/\{\s*"/);
  return at < 0 ? null : start + at;
}

/** Where in a broken line a whole record begins that goes on to its end, or to the next record. */
function recordWithin(
  scanner: JsonScanner,
  scan: Scan,
  { line, budget }: { line: TextRange; budget: { scans: number } },
): number | null {
  const { text, start, end } = line;
  for (const at of beginnings(scan, line)) {
    if (at <= start) continue;
    if (budget.scans === 0) return null;
    budget.scans -= 1;
    const own = scanner.scan(at, end);
    if (isClosed(own.value) && !own.error) {
      const behind = afterBlank(text, own.end, end);
      if (behind === end || text.charCodeAt(behind) === OPEN_OBJECT) return at;
    } else if (own.error) {
      const inner = { line: { text, start: at, end }, budget };
      if (recordWithin(scanner, own, inner) !== null) return at;
    }
  }
  return null;
}

/**
 * Where a record may begin: at the first thing that does not fit, which in a string that was cut is the
 * key behind the quote that seems to close it; in what is no JSON at the first brace; where all fits
 * until the end at the last object, if it is of the same kind as the cut record.
 */
function beginnings({ value, error }: Scan, { text, start, end }: TextRange): number[] {
  if (value && !isContainer(value)) {
    const at = text.slice(start, end).search(/\{\s*"/);
    return at < 0 ? [] : [start + at];
  }
  const found: number[] = [];
  if (error && error.start < end) {
    if (text.charCodeAt(error.start) === OPEN_OBJECT) found.push(error.start);
    let at = error.start - 1;
    if (text.charCodeAt(at) === QUOTE) at -= 1;
    while (at > start && isBlankCode(text.charCodeAt(at))) at -= 1;
    if (text.charCodeAt(at) === OPEN_OBJECT) found.push(at);
  }
  const last = lastObject(value, end);
  if (last && firstKey(last) === firstKey(value)) found.push(last.start);
  return found;
}

/** The object at the end of what is not closed. */
function lastObject(value: JsonNode | null, end: number): JsonNode | null {
  let node = value;
  while (node && !node.closed) node = node.items.at(-1) ?? null;
  if (node?.type !== 'object') return null;
  return isBlank(node.source.text, node.end, end) ? node : null;
}

function firstKey(value: JsonNode | null): string | null {
  const first = value?.first;
  return first ? first.source.text.slice(first.keyStart, first.keyEnd) : null;
}
