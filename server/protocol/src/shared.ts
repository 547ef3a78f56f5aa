import { z } from 'zod';

/** As the trajectory package has them; their order is that of kind codes in columns of numbers. */
export const KINDS = [
  'reasoning',
  'action',
  'observation',
  'system',
  'task',
  'answer',
  'other',
] as const;

export const kindSchema = z.enum(KINDS);

export type Kind = z.infer<typeof kindSchema>;

/** How many spans of each kind. */
export const kindCountsSchema = z.record(kindSchema, z.int());

export const uriSchema = z.string().min(1);

const lspPositionSchema = z.object({ line: z.int().min(0), character: z.int().min(0) });

export const lspRangeSchema = z.object({ start: lspPositionSchema, end: lspPositionSchema });

export const problemSchema = z.object({
  code: z.string(),
  message: z.string(),
  start: z.int(),
  end: z.int(),
  severity: z.enum(['error', 'warning', 'info']),
});
