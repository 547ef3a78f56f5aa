import { z } from 'zod';

/** Answered by every server that is not held up. */
export const pingRequest = {
  method: 'deepcoder/ping',
  params: z.object({}),
  result: z.object({}),
} as const;
