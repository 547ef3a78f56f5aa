import type { Config } from '@deepcoder/config';
import { batches } from '../data/batches.ts';
import type { Batch, EnvironmentSource, Rejected } from '../data/types.ts';
import { evaluate } from '../training/evaluate.ts';
import { NO_TEACHER, openModels } from '../training/openModels.ts';
import { openRunStudent } from '../training/openRunStudent.ts';
import { batchOptions, readData } from '../training/prepareRun.ts';
import type { Progress } from '../run/progress.ts';

export interface EvaluateRequest {
  config: Config;
  cwd: string;
  checkpoint: string;
  environments: Record<string, EnvironmentSource>;
  workers: number;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

export interface Evaluated {
  /** Held-out samples. */
  samples: number;
  /** Records that cannot be measured. */
  rejected: readonly Rejected[];
  /** By name, as during training; empty where nothing is held out. */
  metrics: Record<string, number>;
}

/** The held-out metrics of a run's checkpoint. */
export async function evaluateRun(request: EvaluateRequest): Promise<Evaluated> {
  const { config, cwd, progress } = request;
  const student = await openRunStudent(request);
  const data = await readData({ ...request, student, heldOutOnly: true });
  const { rejected } = data.report;
  if (data.eval.length === 0) return { samples: 0, rejected, metrics: {} };
  const batch = batchOptions(config);
  const note = (text: string): void => {
    if (text === NO_TEACHER) progress.say(text);
  };
  const { threads } = config.engine;
  const models = await openModels({
    ...{ config, cwd, student, batch, threads, note },
    samples: data.eval,
  });
  const evalBatches = (): Iterable<Batch> => batches(data.eval, { ...batch, epoch: 0 });
  const parts = { ...models, config, progress, evalSamples: data.eval, evalBatches };
  const metrics = await evaluate(parts, { signal: request.signal });
  await models.teacher?.close();
  return { samples: data.eval.length, rejected, metrics };
}
