import type { Problem } from '@deepcoder/vocabulary';
import { decode } from '../spanText.ts';
import type { Message, Parsed, Piece, Span, Trajectory, PlacedPicture } from '../types.ts';
import { problem, type Annotation } from './annotations.ts';
import { textHash } from './textHash.ts';

/**
 * Overrules the parser where a person said so: what lies under an annotation gives way, cut at its ends,
 * in the spans and in the messages. An annotation whose text is another by now, or that lies across one
 * before it, is reported and not applied.
 */
export function applyAnnotations(
  text: string,
  parsed: Parsed,
  annotations: readonly Annotation[],
): { parsed: Parsed; problems: Problem[] } {
  const { valid, problems } = validAnnotations(text, annotations);
  return { parsed: valid.length === 0 ? parsed : overruled(text, parsed, valid), problems };
}

/** Those that can be applied, in order, and why the others cannot. */
export function validAnnotations(
  text: string,
  annotations: readonly Annotation[],
): { valid: Annotation[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const valid: Annotation[] = [];
  let end = 0;
  for (const one of [...annotations].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (one.end > text.length || textHash(text.slice(one.start, one.end)) !== one.hash) {
      const start = Math.min(one.start, text.length);
      const range = { start, end: Math.max(start, Math.min(one.end, text.length)) };
      const message = 'The annotated text has changed since; the annotation is not applied.';
      problems.push(problem('stale-annotation', message, range));
    } else if (one.start < end) {
      const message = 'The annotation overlaps one before it and is not applied.';
      problems.push(problem('overlapping-annotation', message, one));
    } else {
      valid.push(one);
      end = one.end;
    }
  }
  return { valid, problems };
}

/** A stretch of the new spans; `owner` is the old span whose place in the messages it takes. */
interface Part {
  span: Span;
  escapes: number;
  owner: number;
}

function overruled(text: string, parsed: Parsed, annotations: Annotation[]): Parsed {
  const parts = [
    ...remains(parsed, annotations),
    ...annotations.map((one) => inserted(parsed, one)),
  ];
  parts.sort((a, b) => a.span.start - b.span.start);
  const byOwner = new Map<number, number[]>();
  parts.forEach(({ owner }, i) => byOwner.set(owner, [...(byOwner.get(owner) ?? []), i]));
  const pieces = (piece: Piece): Piece[] =>
    (byOwner.get(piece.span) ?? []).map((i) => {
      const { span, escapes } = parts[i]!;
      return { text: decode(text.slice(span.start, span.end), escapes), span: i };
    });
  let trajectories: Trajectory[] | null = null;
  return {
    format: parsed.format,
    reason: parsed.reason,
    spans: parts.map((part) => part.span),
    pictures: parsed.pictures,
    escapes: parts.map((part) => part.escapes),
    masked: new Set(parts.flatMap(({ owner }, i) => (parsed.masked.has(owner) ? [i] : []))),
    labels: parsed.labels,
    problems: parsed.problems,
    get trajectories() {
      trajectories ??= parsed.trajectories.map((one) => ({
        ...one,
        messages: one.messages.map((message) => rewritten(message, pieces)),
      }));
      return trajectories;
    },
  };
}

/** What the annotations leave of the spans. */
function remains(parsed: Parsed, annotations: Annotation[]): Part[] {
  const parts: Part[] = [];
  let first = 0;
  parsed.spans.forEach((span, owner) => {
    while (first < annotations.length && annotations[first]!.end <= span.start) first += 1;
    let start = span.start;
    for (let i = first; i < annotations.length && annotations[i]!.start < span.end; i += 1) {
      add(start, annotations[i]!.start);
      start = Math.max(start, annotations[i]!.end);
    }
    add(start, span.end);

    function add(from: number, to: number): void {
      if (to <= from) return;
      parts.push({
        span: { ...span, start: from, end: to },
        escapes: parsed.escapes[owner]!,
        owner,
      });
    }
  });
  return parts;
}

/** An annotation stands where the first span under it stood, or after the span before it. */
function inserted(parsed: Parsed, { start, end, kind }: Annotation): Part {
  const under = firstEndingAfter(parsed.spans, start);
  const overlaps = under < parsed.spans.length && parsed.spans[under]!.start < end;
  const owner = overlaps ? under : Math.max(0, under - 1);
  const near = parsed.spans[owner] ?? { step: 0, traj: 0 };
  return {
    span: { start, end, kind, step: near.step, traj: near.traj },
    escapes: parsed.escapes[owner] ?? 0,
    owner,
  };
}

function firstEndingAfter(spans: Span[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Pictures stay before the pieces that they stood before. */
function withPieces(
  { pieces: old, pictures }: Message,
  pieces: (piece: Piece) => Piece[],
): PlacedPicture[] {
  return pictures!.map(({ picture, before }) => ({
    picture,
    before: old.slice(0, before).flatMap(pieces).length,
  }));
}

function rewritten(message: Message, pieces: (piece: Piece) => Piece[]): Message {
  const first = (piece: Piece | null): Piece | null => (piece ? (pieces(piece)[0] ?? null) : null);
  const pictures = message.pictures && withPieces(message, pieces);
  const changed = { pieces: message.pieces.flatMap(pieces), ...(pictures && { pictures }) };
  if (message.role !== 'assistant') return { ...message, ...changed };
  return {
    ...message,
    ...changed,
    calls: message.calls.map((call) => {
      const args = first(call.arguments);
      const isWhole = args !== null && args.text === call.arguments?.text;
      return {
        id: call.id,
        name: first(call.name),
        arguments: args,
        json: isWhole ? call.json : null,
      };
    }),
  };
}
