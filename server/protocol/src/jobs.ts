import { z } from 'zod';

/** A training that was given to a cluster or another machine, as `deepcoder jobs --json` tells it. */
export const jobInfoSchema = z.object({
  /** Working folder that it was submitted from. */
  cwd: z.string().min(1),
  id: z.string().min(1),
  name: z.string(),
  target: z.string(),
  parts: z.array(
    z.object({
      part: z.int().min(0),
      state: z.enum(['queued', 'requeued', 'running', 'finished', 'stopped', 'failed', 'unknown']),
      /** Why it waits, or how it failed. */
      reason: z.string(),
      run: z.string().nullable(),
    }),
  ),
});

export type JobInfo = z.output<typeof jobInfoSchema>;

/** Request: the jobs of the workspace's folders, newest first. Asks their clusters, which takes a while. */
export const jobsList = {
  method: 'deepcoder/jobs/list',
  params: z.object({}),
  result: z.object({ jobs: z.array(jobInfoSchema) }),
} as const;

/** Request: where the user can train, by the file of targets. */
export const jobsTargets = {
  method: 'deepcoder/jobs/targets',
  params: z.object({}),
  result: z.object({
    file: z.string(),
    targets: z.array(z.object({ name: z.string(), on: z.string() })),
    problems: z.array(z.string()),
  }),
} as const;
