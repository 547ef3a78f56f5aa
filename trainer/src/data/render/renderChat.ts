import type { Span, Trajectory } from '@deepcoder/trajectory';
import type { DataSettings } from '../types.ts';
import { alignPieces, type Aligned } from './alignPieces.ts';
import {
  mergeUsers,
  plainMessages,
  planMessages,
  type ChatPiece,
  type PlannedMessage,
} from './chatPlan.ts';
import { TemplateRefusal, type ChatTemplate } from './chatTemplate.ts';
import type { Policy } from './policy.ts';
import type { PlacedSpan, Rendered, RenderResult, Segment } from './rendered.ts';
import { contextSegment, turnSegments } from './turnSegments.ts';
import { turnRange } from './turnRange.ts';

export interface ChatContext {
  template: ChatTemplate;
  policy: Policy;
  samples: DataSettings['samples'];
  /** All special tokens, to see where turns end. */
  specialTokens: readonly string[];
}

/**
 * A trajectory through the checkpoint's chat template: one text, or one a turn where the template
 * shows earlier turns otherwise once later ones exist (that turn's text is what the model sees then).
 */
export function renderChat(
  trajectory: Trajectory,
  spans: readonly Span[],
  context: ChatContext,
): RenderResult {
  const plan = planMessages(trajectory, spans, context.template.traits);
  if (plan.length === 0) return { ok: false, code: 'no-agent-content', message: 'it is empty' };
  try {
    return renderPlan(plan, context);
  } catch (cause) {
    if (!(cause instanceof TemplateRefusal)) throw cause;
    // Some templates want user and assistant by turns.
    const merged = mergeUsers(plan);
    return merged.length < plan.length ? renderMerged(merged, context) : refused(cause);
  }
}

function renderMerged(plan: readonly PlannedMessage[], context: ChatContext): RenderResult {
  try {
    return renderPlan(plan, context);
  } catch (cause) {
    if (!(cause instanceof TemplateRefusal)) throw cause;
    return refused(cause);
  }
}

function refused({ message }: TemplateRefusal): RenderResult {
  const reason = `the chat template refuses it: ${message}`;
  return { ok: false, code: 'template-refused', message: reason };
}

function renderPlan(plan: readonly PlannedMessage[], context: ChatContext): RenderResult {
  const { samples, template } = context;
  const perTurn =
    samples === 'per_turn' ||
    (samples === 'auto' && template.traits.rewrites && isRewritten(plan, context));
  return perTurn ? renderTurns(plan, context) : renderWhole(plan, context);
}

function isRewritten(plan: readonly PlannedMessage[], { template }: ChatContext): boolean {
  const messages = plainMessages(plan);
  const whole = template.render(messages);
  return plan.some(({ step }, index) => {
    if (step === null || index === plan.length - 1) return false;
    const part = template.render(messages.slice(0, index + 1));
    const end = template.traits.endOfTurn;
    const at = end === null ? part.trimEnd().length : part.lastIndexOf(end);
    return !whole.startsWith(part.slice(0, at));
  });
}

function renderWhole(plan: readonly PlannedMessage[], context: ChatContext): RenderResult {
  const aligned = alignPieces(plan, context.template.render);
  const segments: Segment[] = [];
  const placed: PlacedSpan[] = [];
  for (const index of plan.keys()) {
    const shown = messageSegments({ aligned, plan, index }, context);
    if (typeof shown === 'string') return { ok: false, code: 'not-placed', message: shown };
    segments.push(...shown.segments);
    placed.push(...shown.contents);
  }
  const { text } = aligned;
  return chatResult([{ text, segments: sorted(segments), placed: sorted(placed), step: null }]);
}

function renderTurns(plan: readonly PlannedMessage[], context: ChatContext): RenderResult {
  const texts: Omit<Rendered, 'withPrefix'>[] = [];
  let seen = 0;
  for (const [last, { step }] of plan.entries()) {
    if (step === null) continue;
    if (!context.policy.isSupervised(step)) continue;
    const part = plan.slice(0, last + 1);
    const aligned = alignPieces(part, context.template.render);
    const segments: Segment[] = [];
    const placed: PlacedSpan[] = [];
    let end = aligned.text.length;
    // Each content counts once: what came before an earlier turn belongs to that turn's sample.
    for (let index = seen; index <= last; index++) {
      const shown = messageSegments({ aligned, plan: part, index }, context);
      if (typeof shown === 'string') return { ok: false, code: 'not-placed', message: shown };
      segments.push(...shown.segments);
      placed.push(...shown.contents);
      if (index === last) end = shown.end;
    }
    seen = last + 1;
    const text = aligned.text.slice(0, end);
    texts.push({ text, segments: sorted(segments), placed: sorted(placed), step });
  }
  return chatResult(texts);
}

function chatResult(texts: Omit<Rendered, 'withPrefix'>[]): RenderResult {
  return { ok: true, how: 'chat', texts: texts.map((text) => ({ ...text, withPrefix: false })) };
}

interface Shown {
  aligned: Aligned;
  plan: readonly PlannedMessage[];
  index: number;
}

/** The segments of one message, or what cannot be placed. */
function messageSegments(
  shown: Shown,
  context: ChatContext,
): { segments: Segment[]; contents: PlacedSpan[]; end: number } | string {
  const { aligned, plan, index } = shown;
  const { step, pieces } = plan[index]!;
  const contents = pieces.flatMap((piece) => {
    const place = aligned.places.get(piece);
    return place === undefined ? [] : [{ ...place, span: piece.span }];
  });
  if (step === null) {
    const end = contents.at(-1)?.end ?? 0;
    const segments = contents.flatMap((place) => contextSegment(place, context.policy));
    return { segments, contents, end };
  }
  if (!context.policy.isSupervised(step)) {
    const segments = contents.flatMap((place) => contextSegment(place, context.policy));
    return { segments, contents, end: 0 };
  }
  const missing = pieces.find((piece) => !aligned.places.has(piece) && !isNothing(piece));
  if (missing !== undefined) return notShown(missing, step);
  contents.sort((a, b) => a.start - b.start);
  const range = turnRange({ ...shown, contents }, context);
  if (range === null) return `it cannot be told where turn ${step} begins or ends in the template`;
  const segments = turnSegments(range, contents, context.policy);
  return { segments, contents, end: range.end };
}

/** Empty arguments, which some templates do not write at all. */
function isNothing({ value }: ChatPiece): boolean {
  return value !== null && Object.keys(value).length === 0;
}

function notShown({ text, role }: ChatPiece, step: number): string {
  const start = text.length > 40 ? `${text.slice(0, 40)}...` : text;
  const what = role === 'text' ? 'text' : role === 'name' ? "call's name" : "call's arguments";
  return (
    `the chat template does not show the ${what} ${JSON.stringify(start)} of turn ${step}; ` +
    'data.samples: per_turn or data.render: react may'
  );
}

function sorted<P extends { start: number }>(places: P[]): P[] {
  return places.sort((a, b) => a.start - b.start);
}
