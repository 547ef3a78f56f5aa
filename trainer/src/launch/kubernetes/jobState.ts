import { z } from 'zod';
import type { PartState } from '../jobs/jobTarget.ts';

const schema = z.object({
  status: z
    .object({
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(''),
            message: z.string().default(''),
          }),
        )
        .default([]),
      /** Of a TrainJob: how many pods of each of its jobs run. */
      jobsStatus: z.array(z.object({ active: z.number().default(0) })).default([]),
    })
    .prefault({}),
});

/** How an MPIJob or a TrainJob stands, by the conditions that its operator keeps. */
export function jobState(object: unknown): Pick<PartState, 'state' | 'reason'> {
  const { conditions, jobsStatus } = schema.parse(object).status;
  const found = (...types: string[]) =>
    conditions.find(({ type, status }) => types.includes(type) && status === 'True');
  const why = (one: { reason: string; message: string }): string => one.message || one.reason;
  if (found('Succeeded', 'Complete') !== undefined) return { state: 'finished', reason: '' };
  const failed = found('Failed');
  if (failed !== undefined) return { state: 'failed', reason: why(failed) };
  const suspended = found('Suspended');
  if (suspended !== undefined) return { state: 'queued', reason: why(suspended) };
  const restarting = found('Restarting');
  if (restarting !== undefined) return { state: 'requeued', reason: why(restarting) };
  const isRunning = found('Running') !== undefined || jobsStatus.some(({ active }) => active > 0);
  if (isRunning) return { state: 'running', reason: '' };
  const last = conditions.at(-1);
  return { state: 'queued', reason: last === undefined ? '' : why(last) };
}
