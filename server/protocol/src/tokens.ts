import { z } from 'zod';
import { uriSchema } from './shared.ts';

/**
 * One place a token: columns of equal length. `start` and `end` are offsets in the document; a token
 * that the template wrote, and that stands nowhere in the document, has start = end.
 */
const tokenColumnsSchema = z.object({
  id: z.array(z.int()),
  text: z.array(z.string()),
  start: z.array(z.int()),
  end: z.array(z.int()),
  /** Code of the kind as in `KINDS`; -1 for what belongs to none. */
  kind: z.array(z.int()),
  /** What the loss at this token counts; 0 where it is masked. */
  weight: z.array(z.number()),
  /** 1 where the token is a target of training. */
  supervised: z.array(z.int()),
  /** 1 where `max_length` cuts the token off. */
  truncated: z.array(z.int()),
  /** After an evaluation: nats; null where there is none. */
  loss: z.array(z.number()).nullable(),
  /** 1 where student and teacher agree on the token. */
  teacherAgreement: z.array(z.int()).nullable(),
});

export type TokenColumns = z.infer<typeof tokenColumnsSchema>;

/** Tokens of one trajectory of a document, with the tokenizer of the nearest config. */
export const tokenPreviewRequest = {
  method: 'deepcoder/tokenPreview',
  params: z.object({ uri: uriSchema, traj: z.int().min(0) }),
  result: z.object({
    version: z.int(),
    /** Path of the config in force; null where there is none. */
    config: z.string().nullable(),
    tokenizer: z.string().nullable(),
    maxLength: z.int().nullable(),
    /** Null with `message` saying why. */
    tokens: tokenColumnsSchema.nullable(),
    message: z.string(),
  }),
} as const;
