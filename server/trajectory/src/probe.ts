import type { Input, JsonRecord } from './formats/format.ts';
import { isArray } from './json/jsonNode.ts';
import type { JsonNode, Scan } from './json/jsonTree.ts';
import { JsonScanner, scanJson } from './json/scanJson.ts';
import { Lines } from './text/lines.ts';
import { fileSource, type Source } from './text/source.ts';
import { isBlankCode } from './text/trim.ts';
import type { LabelRules, Range } from './types.ts';
import type { Builder } from './build/builder.ts';

/** Called with each value of a file and the range that it was scanned in. */
export type OnScanned = (scan: Scan, record: { start: number; end: number }) => void;

const SAMPLES = 20;
const HEAD = 1 << 18;
/** `[INST]`, `[gMASK]`, `[INFO]`: a word in brackets begins a text, and no list. */
const BRACKETED = /^\s*\[(?!(?:true|false|null|NaN|Infinity)\b)\/?[A-Za-z][\w ]*\]/;

/** Looks at the file just long enough to tell its shape; a JSON value is scanned whole, and kept. */
export function openInput(
  text: string,
  options: { fileName?: string; rules?: LabelRules },
  onScanned: OnScanned,
): Input {
  const source = fileSource(text);
  const base = {
    source,
    fileName: options.fileName ?? '',
    rules: options.rules ?? null,
    head: text.slice(0, HEAD),
    root: null,
  };
  const first = firstCode(text);
  if ((first !== 123 && first !== 91) || BRACKETED.test(base.head)) {
    return { ...base, shape: 'text', samples: [], records: () => [] };
  }
  const line = firstLine(source);
  if (isLineByLine(source, line)) {
    const samples = take(
      lineRecords(source, () => undefined),
      SAMPLES,
    );
    return { ...base, shape: 'jsonl', samples, records: () => lineRecords(source, onScanned) };
  }
  const scan = line.end === text.length ? line.scan : scanJson(source);
  const root = scan.value!;
  if (hasMore(text, scan.end)) {
    const samples = take(
      valueRecords(source, scan, () => undefined),
      SAMPLES,
    );
    return {
      ...base,
      shape: 'jsonl',
      samples,
      records: () => valueRecords(source, scan, onScanned),
    };
  }
  onScanned(scan, { start: root.start, end: scan.end });
  const samples = isArray(root) ? root.items.slice(0, SAMPLES) : [root];
  return { ...base, shape: 'json', root, samples, records: () => rootRecords(root) };
}

function firstCode(text: string): number {
  let at = 0;
  while (at < text.length && isBlankCode(text.charCodeAt(at))) at += 1;
  return at < text.length ? text.charCodeAt(at) : -1;
}

interface ScannedLine {
  scan: Scan;
  end: number;
  next: number;
}

function firstLine(source: Source): ScannedLine {
  const lines = new Lines(source.text);
  do lines.advance();
  while (isBlank(source.text, lines.start, lines.end));
  return { scan: scanJson(source, lines.start, lines.end), end: lines.end, next: lines.next };
}

/** Whether the file has a JSON value on each line, as against one value, or several over many lines. */
export function isJsonLines(source: Source): boolean {
  return isLineByLine(source, firstLine(source));
}

/** The first line is a whole value and more follows; or it is broken and the second is a whole one. */
function isLineByLine(source: Source, { scan, next }: ScannedLine): boolean {
  if (!scan.error && scan.value?.closed) return hasMore(source.text, next);
  const lines = new Lines(source.text, next);
  if (scan.value?.type !== 'object' || !lines.advance()) return false;
  if (source.text.charCodeAt(lines.start) !== 123) return false;
  const second = scanJson(source, lines.start, lines.end);
  const alone = isBlank(source.text, second.end, lines.end);
  return !second.error && alone && second.value?.first !== null;
}

function hasMore(text: string, from: number): boolean {
  return !isBlank(text, from, text.length);
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (!isBlankCode(text.charCodeAt(at))) return false;
  return true;
}

function take(records: Iterable<JsonRecord>, count: number): JsonNode[] {
  const values: JsonNode[] = [];
  for (const { value } of records) {
    values.push(value);
    if (values.length >= count) break;
  }
  return values;
}

function* rootRecords(root: JsonNode): Iterable<JsonRecord> {
  if (isArray(root)) for (const value of root.items) yield { value, range: value };
  else yield { value: root, range: root };
}

function* lineRecords(source: Source, onScanned: OnScanned): Iterable<JsonRecord> {
  const lines = new Lines(source.text);
  const scanner = new JsonScanner(source);
  while (lines.advance()) {
    const { start, end } = lines;
    if (isBlank(source.text, start, end)) continue;
    const scan = scanner.scan(start, end);
    onScanned(scan, { start, end });
    if (scan.value) yield { value: scan.value, range: { start, end } };
  }
}

function* valueRecords(source: Source, first: Scan, onScanned: OnScanned): Iterable<JsonRecord> {
  const scanner = new JsonScanner(source);
  let scan = first;
  while (scan.value) {
    const { value } = scan;
    onScanned(scan, { start: value.start, end: scan.end });
    if (value.type === 'object' || value.type === 'array') yield { value, range: value };
    scan = scanner.scan(scan.end);
  }
}

/** Reports what was wrong with a value, or that more follows it where it should be alone. */
export function reportBroken(build: Builder, scan: Scan, { start, end }: Range): void {
  const more = (): { message: string; start: number; end: number } | null =>
    scan.value && !isBlank(scan.value.source.text, scan.end, end)
      ? { message: 'more follows the value on this line', start: scan.end, end }
      : null;
  const error = scan.error ?? more();
  if (!error) return;
  build.problem('error', 'json-syntax', `Malformed JSON: ${error.message}.`, {
    start: error.start,
    end: Math.max(error.end, Math.min(error.start + 1, Math.max(start, end))),
  });
}
