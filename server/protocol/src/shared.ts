import { SEVERITIES, SPAN_KINDS } from '@deepcoder/vocabulary';
import { z } from 'zod';

export const kindSchema = z.enum(SPAN_KINDS);

/** How many spans of each kind. */
export const kindCountsSchema = z.record(kindSchema, z.int());

export const uriSchema = z.string().min(1);

const lspPositionSchema = z.object({ line: z.int().min(0), character: z.int().min(0) });

export const lspRangeSchema = z.object({ start: lspPositionSchema, end: lspPositionSchema });

export const problemSchema = z.object({
  severity: z.enum(SEVERITIES),
  code: z.string(),
  message: z.string(),
});

/** Offsets in a document. */
export const textProblemSchema = problemSchema.extend({ start: z.int(), end: z.int() });
