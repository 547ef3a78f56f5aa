import type { LabelRules, Range } from '@deepcoder/vocabulary';
import type { Input, JsonRecord } from './formats/format.ts';
import { isArray } from './json/jsonNode.ts';
import { firstCode, hasMore, isBlank } from './json/blanks.ts';
import {
  firstLine,
  isBracketed,
  isLineByLine,
  lineValues,
  valueBehindLines,
  type OnScanned,
} from './json/jsonLines.ts';
import type { JsonNode, Scan } from './json/jsonTree.ts';
import { hasJsonLines } from './json/lineSurvey.ts';
import { labelPattern } from './formats/shared/reactLabels.ts';
import { Samples, samplesOf } from './json/samples.ts';
import { JsonScanner, scanJson } from './json/scanJson.ts';
import { plainSource } from './text/ansi.ts';
import { Lines } from './text/lines.ts';
import { fileSource, type Source } from './text/source.ts';
import type { Builder } from './assemble/builder.ts';

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
    const records = (): Iterable<JsonRecord> => lineRecords(source, onScanned);
    return { ...base, shape: 'jsonl', samples: lineSamples(source), records };
  };
  const ofValue = (root: JsonNode): Input => {
    const samples = isArray(root) ? samplesOf(itemsIn(root)) : [root];
    return { ...base, shape: 'json', root, samples, records: () => rootRecords(root) };
  };
  const first = firstCode(text);
  if ((first !== 123 && first !== 91) || isBracketed(text)) {
    const isText = beginsWithTurns(text);
    if (!isText && hasJsonLines(source)) return byLine();
    const behind = isText ? null : valueBehindLines(source);
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
  const isWhole = !line.scan.error && !hasMore(text, line.scan.end);
  const scan = isWhole || line.end === text.length ? line.scan : scanJson(source);
  const root = scan.value!;
  if (hasMore(text, scan.end)) {
    const samples = samplesOf(valuesOf(valueRecords(source, scan, () => undefined)));
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

const LABEL = labelPattern(['head', 'thought', 'action', 'observation']);
const BEGINS_RECORD = /^[{[]/m;
const LEAD_IN = 4096;

/** Whether labels of turns stand before the first JSON: then that is what a tool gave, and not the file's. */
function beginsWithTurns(text: string): boolean {
  const head = text.slice(0, LEAD_IN);
  const record = head.search(BEGINS_RECORD);
  const labels = head.slice(0, record < 0 ? head.length : record).match(LABEL);
  return labels !== null && labels.length > 1;
}

/** The first values; pieces of cut lines, which say little of what they were, only where nothing else is. */
function lineSamples(source: Source): JsonNode[] {
  const line = { isWhole: true };
  const all = new Samples();
  const whole: JsonNode[] = [];
  const onScanned: OnScanned = (scan, { end }) => {
    line.isWhole = !scan.error && isBlank(source.text, scan.end, end);
  };
  for (const { value } of lineRecords(source, onScanned)) {
    if (line.isWhole) whole.push(value);
    if (all.add(value)) break;
  }
  return whole.length > 0 ? whole : all.values;
}

function* valuesOf(records: Iterable<JsonRecord>): Iterable<JsonNode> {
  for (const { value } of records) yield value;
}

function* itemsIn(list: JsonNode): Iterable<JsonNode> {
  for (let item = list.first; item; item = item.next) yield item;
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
