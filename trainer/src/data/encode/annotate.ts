import { createHash } from 'node:crypto';
import { SPAN_KINDS, type Parsed, type SpanKind } from '@deepcoder/trajectory';

/** One entry of `<file>.spans.json`: what a person says a stretch of text is. */
interface Annotation {
  start: number;
  end: number;
  kind: SpanKind;
  /** SHA-256 of the text from `start` to `end`, hexadecimal, or a beginning of it. */
  hash: string;
}

export interface Annotated {
  parsed: Parsed;
  applied: number;
  /** Entries whose text is no longer there, or that fit no span. */
  stale: number;
}

/** Overrules the kinds of spans by what a person has written beside the file. */
export function annotate(text: string, parsed: Parsed, annotations: string | null): Annotated {
  if (annotations === null) return { parsed, applied: 0, stale: 0 };
  const entries = readAnnotations(annotations);
  const spans = [...parsed.spans];
  let applied = 0;
  for (const { start, end, kind, hash } of entries) {
    const at = spans.findIndex((span) => span.start === start && span.end === end);
    const found = createHash('sha256').update(text.slice(start, end)).digest('hex');
    if (at < 0 || hash === '' || !found.startsWith(hash)) continue;
    spans[at] = { ...spans[at]!, kind };
    applied++;
  }
  return { parsed: { ...parsed, spans }, applied, stale: entries.length - applied };
}

function readAnnotations(text: string): Annotation[] {
  try {
    const { spans } = JSON.parse(text) as { spans?: Partial<Annotation>[] };
    return (spans ?? []).map(({ start = -1, end = -1, kind = 'other', hash = '' }) => ({
      ...{ start, end, hash },
      kind: SPAN_KINDS.includes(kind) ? kind : 'other',
    }));
  } catch {
    return [];
  }
}
