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
  /** Code of the kind as in `SPAN_KINDS`; -1 for what belongs to none. */
  kind: z.array(z.int()),
  /** What the loss at this token counts; 0 where it is masked. */
  weight: z.array(z.number()),
  /** Why it counts that, in words. */
  why: z.array(z.string()),
  /** 1 where the token is a target of training. */
  supervised: z.array(z.int()),
  /** 1 where `max_length` cuts the token off. */
  truncated: z.array(z.int()),
  /**
   * What a run's student finds of the token, where a run was asked for: its loss in nats. Null: nothing
   * foretells the token (the first one), or `max_length` leaves it out.
   */
  loss: z.array(z.number().nullable()).nullable(),
  /** The text of the token that the student finds likeliest there. */
  likeliest: z.array(z.string().nullable()).nullable(),
  /**
   * Sum over the vocabulary of min(p, q), of the teacher's and the student's probabilities: 1 where they
   * are the same, 0 where they have nothing in common. Null as a whole where the run has no teacher here.
   */
  teacherAgreement: z.array(z.number().nullable()).nullable(),
});

export type TokenColumns = z.infer<typeof tokenColumnsSchema>;

/**
 * Tokens of one trajectory of a document (or of a file that is open nowhere), with the tokenizer of the
 * nearest config; with `run` those that this run makes of it, and how well its student foretells them.
 * Where that cannot be told, `message` says why and the tokens come without.
 */
export const tokenPreviewRequest = {
  method: 'deepcoder/tokenPreview',
  params: z.object({
    uri: uriSchema,
    traj: z.int().min(0),
    /** Absolute path of a run's folder. */
    run: z.string().min(1).nullable().default(null),
  }),
  result: z.object({
    version: z.int(),
    /** Path of the config that it was made with, the nearest or the run's; null where there is none. */
    config: z.string().nullable(),
    tokenizer: z.string().nullable(),
    maxLength: z.int().nullable(),
    /** Null with `message` saying why. */
    tokens: tokenColumnsSchema.nullable(),
    message: z.string(),
  }),
} as const;

/** Request: of some runs, those whose student can be asked about a file's tokens. */
export const lossRunsRequest = {
  method: 'deepcoder/lossRuns',
  params: z.object({
    uri: uriSchema,
    /** Absolute paths of run folders. */
    runs: z.array(z.string().min(1)),
  }),
  result: z.object({
    /** Runs with a checkpoint whose tokenizer is that of the nearest config, in the order given. */
    runs: z.array(z.string()),
    /** Where there is none: why, in a sentence. */
    message: z.string(),
  }),
} as const;
