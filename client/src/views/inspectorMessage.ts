import type { FromInspector } from '@deepcoder/panel';
import { z } from 'zod';
import { SPAN_KINDS } from '@deepcoder/vocabulary';

/** Of the page, that the list of records takes at first. */
export const DEFAULT_SHARE = 26;

export const choicesSchema = z.object({
  hidden: z.array(z.enum(SPAN_KINDS)),
  folded: z.array(z.enum(SPAN_KINDS)),
  raw: z.boolean(),
  listShare: z.number().default(DEFAULT_SHARE),
});

/** What the inspector's page may say; anything else is dropped. */
export const inspectorMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({
    type: z.literal('ask'),
    id: z.int(),
    question: z.enum([
      'rows',
      'filters',
      'record',
      'text',
      'search',
      'similar',
      'compare',
      'tokens',
    ]),
    params: z.record(z.string(), z.unknown()),
  }),
  z.object({ type: z.literal('choices'), choices: choicesSchema }),
  z.object({ type: z.literal('openText'), record: z.int(), span: z.int() }),
  z.object({ type: z.literal('selectForComparison'), record: z.int().min(0), name: z.string() }),
  z.object({ type: z.literal('copy'), text: z.string() }),
]) satisfies z.ZodType<FromInspector>;
