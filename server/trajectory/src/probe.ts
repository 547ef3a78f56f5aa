import type { Input, JsonRecord } from './formats/format.ts';
import { isArray } from './json/jsonNode.ts';
import {
  firstCode,
  firstLine,
  hasJsonLines,
  hasMore,
  isBlank,
  isLineByLine,
  isBracketed,
  lineValues,
  valueBehindLines,
  type OnScanned,
} from './json/jsonLines.ts';
import type { JsonNode, Scan } from './json/jsonTree.ts';
import { JsonScanner, scanJson } from './json/scanJson.ts';
import { plainSource } from './text/ansi.ts';
import { Lines } from './text/lines.ts';
import { fileSource, type Source } from './text/source.ts';
import type { LabelRules, Range } from './types.ts';
import type { Builder } from './build/builder.ts';

const SAMPLES = 20;
const HEAD = 1 << 18;

/** Looks at the file just long enough to tell its shape; a JSON value is scanned whole, and kept. */
export function openInput(
  text: string,
  options: { fileName?: string; rules?: LabelRules },
  onScanned: OnScanned,
): Input {
  const source = fileSource(text);
  const base = {
    source,
    coloured: source,
    fileName: options.fileName ?? '',
    rules: options.rules ?? null,
    head: text.slice(0, HEAD),
    root: null,
  };
  const byLine = (): Input => {
    const samples = take(
      lineRecords(source, () => undefined),
      SAMPLES,
    );
    return { ...base, shape: 'jsonl', samples, records: () => lineRecords(source, onScanned) };
  };
  const ofValue = (root: JsonNode): Input => {
    const samples = isArray(root) ? root.items.slice(0, SAMPLES) : [root];
    return { ...base, shape: 'json', root, samples, records: () => rootRecords(root) };
  };
  const first = firstCode(text);
  if ((first !== 123 && first !== 91) || isBracketed(text)) {
    if (hasJsonLines(source)) return byLine();
    const behind = valueBehindLines(source);
    if (behind?.value) {
      onScanned({ value: null, end: 0, error: behind.before }, behind.before);
      return ofValue(behind.value);
    }
    const plain = plainSource(source);
    const head = plain === source ? base.head : plain.text.slice(0, HEAD);
    return { ...base, source: plain, head, shape: 'text', samples: [], records: () => [] };
  }
  const line = firstLine(source);
  if (isLineByLine(source, line)) return byLine();
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
  return ofValue(root);
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
    yield* lineValues(scanner, { text: source.text, start, end }, onScanned);
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
