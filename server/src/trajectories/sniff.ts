import type { sniffRequest } from '@deepcoder/server-protocol';
import { NOT_A_TRAJECTORY, parse, type ParseOptions } from '@deepcoder/trajectory';
import type { SpanKind } from '@deepcoder/vocabulary';
import type { z } from 'zod';
import { NO_FORMAT, titleOf } from './formats/formats.ts';

/** Enough steps that no page about something else is taken for one. */
const SURE_STEPS = 2;

/** What a text is where an agent acts in it and is answered, more than once. */
export function sniff(text: string, options: ParseOptions): z.output<typeof sniffRequest.result> {
  if (options.format === NO_FORMAT) return null;
  const { format, reason, spans } = parse(text, options);
  const stepsWith = (kind: SpanKind): number =>
    new Set(spans.flatMap((span) => (span.kind === kind ? [`${span.traj} ${span.step}`] : [])))
      .size;
  const isSure = Math.min(stepsWith('action'), stepsWith('observation')) >= SURE_STEPS;
  if (format === NOT_A_TRAJECTORY || !isSure) return null;
  return { format, title: titleOf(format), reason, isText: !/^\s*[[{]/.test(text) };
}
