import { z } from 'zod';
import { SPAN_KINDS, type SpanKind } from './spanKinds.ts';

/**
 * Rules for home-made logs. A line that begins with `prefix`, or on which `pattern` (a regular expression,
 * tried at the start of the line) matches, opens a span of that kind, which lasts until the next rule that
 * matches. `ignore` makes the line and what follows part of no span; `trajectory: true` opens a new
 * trajectory there.
 */
export const labelRulesSchema = z.object({
  rules: z.array(
    z.object({
      kind: z.enum([...SPAN_KINDS, 'ignore']),
      prefix: z.string().exactOptional(),
      pattern: z.string().exactOptional(),
      trajectory: z.boolean().exactOptional(),
    }),
  ),
});

export type LabelRules = z.output<typeof labelRulesSchema>;

export type LabelRule = LabelRules['rules'][number];

/** Label rules as a user writes them: a pattern for each kind. */
export const labelPatternsSchema = z
  .strictObject(
    Object.fromEntries(
      SPAN_KINDS.map((kind) => [
        kind,
        z
          .string()
          .min(1)
          .optional()
          .meta({ description: `Pattern that opens a span of kind ${kind}.` }),
      ]),
    ) as Record<SpanKind, z.ZodOptional<z.ZodString>>,
  )
  .meta({ description: 'Regular expressions, by the kind of the span that their match opens.' });

export type LabelPatterns = z.output<typeof labelPatternsSchema>;

/** In the form that the parser takes; where several match a line, the first kind has it. */
export function labelRulesFrom(patterns: LabelPatterns): LabelRules {
  const rules = SPAN_KINDS.flatMap((kind) => {
    const pattern = patterns[kind];
    return pattern === undefined ? [] : [{ kind, pattern }];
  });
  return { rules };
}
