import { SPAN_KINDS, type Problem, type Range, type SpanKind } from '@deepcoder/vocabulary';
import type { JsonNode } from '../json/jsonTree.ts';
import { scanJson } from '../json/scanJson.ts';
import { get, isObject, itemsOf, str } from '../json/jsonNode.ts';
import { fileSource } from '../text/source.ts';
import { textHash } from './textHash.ts';

/** A person's word on a stretch of the file; `hash` is of the raw text there, to tell when it moved. */
export interface Annotation extends Range {
  kind: SpanKind;
  hash: string;
}

export const SIDECAR_SUFFIX = '.spans.json';

/** The annotation for a stretch of the text as it stands. */
export function annotate(text: string, range: Range, kind: SpanKind): Annotation {
  return {
    start: range.start,
    end: range.end,
    kind,
    hash: textHash(text.slice(range.start, range.end)),
  };
}

/** Reads a sidecar file; entries that are no annotations are reported, at their place in the sidecar. */
export function readAnnotations(sidecar: string): {
  annotations: Annotation[];
  problems: Problem[];
} {
  const annotations: Annotation[] = [];
  const problems: Problem[] = [];
  const { value, error } = scanJson(fileSource(sidecar));
  if (error) problems.push(problem('sidecar-syntax', `Malformed JSON: ${error.message}.`, error));
  const list = isObject(value) ? get(value, 'annotations') : value;
  for (const entry of itemsOf(list)) {
    const read = readEntry(entry);
    if (read) annotations.push(read);
    else
      problems.push(
        problem(
          'bad-annotation',
          'Not an annotation: start, end, kind and hash are wanted.',
          entry,
        ),
      );
  }
  return { annotations, problems };
}

function readEntry(entry: JsonNode): Annotation | null {
  const start = Number(str(get(entry, 'start')) ?? NaN);
  const end = Number(str(get(entry, 'end')) ?? NaN);
  const kind = SPAN_KINDS.find((one) => one === str(get(entry, 'kind')));
  const hash = str(get(entry, 'hash'));
  const valid = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end > start;
  return valid && kind && hash !== null ? { start, end, kind, hash } : null;
}

/** The sidecar's text: sorted, one annotation a line, so that it merges well. */
export function writeAnnotations(annotations: readonly Annotation[]): string {
  if (annotations.length === 0) return '[]\n';
  const sorted = [...annotations].sort((a, b) => a.start - b.start || a.end - b.end);
  const lines = sorted.map(({ start, end, kind, hash }) =>
    JSON.stringify({ start, end, kind, hash }),
  );
  return `[\n  ${lines.join(',\n  ')}\n]\n`;
}

export function problem(code: string, message: string, { start, end }: Range): Problem {
  return { code, message, start, end, severity: 'warning' };
}
