import { z } from 'zod';

/** Version of the protocol of docs/environments.md. */
export const ENVIRONMENT_PROTOCOL = 1;

const text = z.string();

/** What a program answers to each request; `error` in place of it says that the game failed. */
export const ANSWERS = {
  hello: z.object({
    version: text.default(''),
    splits: z.array(text).default([]),
  }),
  reset: z.object({ task: text, observation: text, kind: text.default('') }),
  step: z.object({
    observation: text,
    done: z.boolean().default(false),
    success: z.boolean().default(false),
    invalid: z.boolean().nullable().default(null),
  }),
  valid: z.object({ actions: z.array(text).nullable() }),
  expert: z.object({
    turns: z.array(z.object({ thought: text.default(''), action: text })).nullable(),
  }),
} as const;

export type Operation = keyof typeof ANSWERS;
export type Answer<Op extends Operation> = z.output<(typeof ANSWERS)[Op]>;
