import path from 'node:path';
import {
  diagnose,
  exchanges,
  spanText,
  type Parsed,
  type StoredRecord,
} from '@deepcoder/trajectory';
import type { RecordSpan, RecordView } from '@deepcoder/server-protocol';
import type { Facts } from '@deepcoder/vocabulary';
import { picturesOf } from './pictures.ts';

interface Viewed {
  record: number;
  maxCharacters: number;
  file: string;
  facts: Facts | null;
  /** Neither its problems nor its pictures, which take longer than all else. */
  isTextOnly?: boolean;
}

/** A record as the inspector shows it: decoded spans, cut where they are long, with their other halves. */
export async function recordView(
  { text, byte, parsed, truncated }: StoredRecord,
  { record, maxCharacters, file, facts, isTextOnly = false }: Viewed,
): Promise<RecordView> {
  const halves = otherHalves(parsed);
  const decoded = parsed.spans.map((_, i) => spanText(text, parsed, i));
  const spans = parsed.spans.map(({ kind, step, start, end }, i): RecordSpan => {
    const whole = decoded[i]!;
    return {
      kind,
      step,
      text: cutAt(whole, maxCharacters),
      length: whole.length,
      rawStart: start,
      rawEnd: end,
      pair: halves.pair.get(i) ?? -1,
      name: halves.name.get(i) ?? -1,
    };
  });
  return {
    record,
    byte,
    length: text.length,
    truncated,
    facts,
    trajectories: trajectoriesIn(parsed),
    spans,
    problems: isTextOnly ? [] : problemsIn(text, parsed),
    ...(isTextOnly
      ? { images: [], embedded: [], unseen: [] }
      : await picturesOf({ text, parsed, decoded }, path.dirname(file))),
  };
}

/** Never in the middle of a surrogate pair. */
function cutAt(text: string, length: number): string {
  if (text.length <= length) return text;
  const code = text.charCodeAt(length - 1);
  return text.slice(0, code >= 0xd800 && code < 0xdc00 ? length - 1 : length);
}

function otherHalves(parsed: Parsed): { pair: Map<number, number>; name: Map<number, number> } {
  const pair = new Map<number, number>();
  const name = new Map<number, number>();
  for (const { call, result } of exchanges(parsed)) {
    for (const span of call) pair.set(span, result[0]!);
    for (const span of result) pair.set(span, call[0]!);
  }
  for (const { messages } of parsed.trajectories) {
    for (const message of messages) {
      if (message.role !== 'assistant') continue;
      for (const call of message.calls) {
        if (!call.name || !call.arguments) continue;
        name.set(call.arguments.span, call.name.span);
        name.set(call.name.span, call.arguments.span);
      }
    }
  }
  return { pair, name };
}

function trajectoriesIn({ trajectories, spans }: Parsed): RecordView['trajectories'] {
  return trajectories.map(({ id, index }) => {
    const from = spans.findIndex(({ traj }) => traj === index);
    const own = spans.filter(({ traj }) => traj === index);
    const steps = new Set(own.map(({ step }) => step).filter((step) => step > 0)).size;
    const first = from < 0 ? 0 : from;
    return { id, from: first, to: first + own.length, steps };
  });
}

function problemsIn(text: string, parsed: Parsed): RecordView['problems'] {
  return diagnose(text, parsed)
    .filter(({ code }) => code !== 'no-supervised-text')
    .map(({ code, message, start, end }) => ({
      code,
      message,
      span: parsed.spans.findIndex((span) => span.start <= end && span.end >= start),
    }));
}
