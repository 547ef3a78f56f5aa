import type { Input, JsonRecord, Probe } from './formats/format.ts';
import { isArray } from './json/jsonNode.ts';
import { JsonScanner, scanJson, type JsonNode, type Scan } from './json/scanJson.ts';
import { Lines } from './text/lines.ts';
import { fileSource, type Source } from './text/source.ts';
import { isBlankCode } from './text/trim.ts';
import type { LabelRules } from './types.ts';

/** Called with each broken value of a file: what was wrong, and which record it was in. */
export type OnBroken = (scan: Scan, record: { start: number; end: number }) => void;

const SAMPLES = 20;
const HEAD = 1 << 18;

/** Looks at the file just long enough to tell its shape; a JSON value is scanned whole, and kept. */
export function openInput(
  text: string,
  options: { fileName?: string; rules?: LabelRules },
  onBroken: OnBroken,
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
  if (first !== 123 && first !== 91) {
    return { ...base, shape: 'text', samples: [], records: () => [] };
  }
  const line = firstLine(source);
  if (isJsonLines(source, line)) {
    const samples = take(
      lineRecords(source, () => undefined),
      SAMPLES,
    );
    return { ...base, shape: 'jsonl', samples, records: () => lineRecords(source, onBroken) };
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
      records: () => valueRecords(source, scan, onBroken),
    };
  }
  if (scan.error) onBroken(scan, root);
  const samples = isArray(root) ? root.items.slice(0, SAMPLES) : [root];
  return { ...base, shape: 'json', root, samples, records: () => rootRecords(root) };
}

export type { Probe };

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

/** The first line is a whole value and more follows; or it is broken and the second is a whole one. */
function isJsonLines(source: Source, { scan, next }: ScannedLine): boolean {
  if (!scan.error && scan.value?.closed) return hasMore(source.text, next);
  const lines = new Lines(source.text, next);
  if (!lines.advance() || source.text.charCodeAt(lines.start) !== 123) return false;
  const second = scanJson(source, lines.start, lines.end);
  return !second.error && second.value?.closed === true && second.value.items.length > 0;
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

function* lineRecords(source: Source, onBroken: OnBroken): Iterable<JsonRecord> {
  const lines = new Lines(source.text);
  const scanner = new JsonScanner(source);
  while (lines.advance()) {
    const { start, end } = lines;
    if (isBlank(source.text, start, end)) continue;
    const scan = scanner.scan(start, end);
    if (scan.error) onBroken(scan, { start, end });
    else if (!isBlank(source.text, scan.end, end)) {
      const error = { message: 'more follows the value on this line', start: scan.end, end };
      onBroken({ ...scan, error }, { start, end });
    }
    if (scan.value) yield { value: scan.value, range: { start, end } };
  }
}

function* valueRecords(source: Source, first: Scan, onBroken: OnBroken): Iterable<JsonRecord> {
  const scanner = new JsonScanner(source);
  let scan = first;
  while (scan.value) {
    const { value } = scan;
    if (scan.error) onBroken(scan, value);
    if (value.type === 'object' || value.type === 'array') yield { value, range: value };
    scan = scanner.scan(scan.end);
  }
}
