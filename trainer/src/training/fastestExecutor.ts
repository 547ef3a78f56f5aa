import { DeepCoderError } from '@deepcoder/config';
import type { Candidates, OpenedExecutor } from '../engine/openExecutor.ts';
import {
  type DeviceTensors,
  elementCount,
  type Executor,
  type HostArray,
  hostArray,
  type TensorSpec,
  zeros,
} from '../engine/program.ts';
import { trainPrograms } from './trainPrograms.ts';
import type { TrainSetup } from './trainSetup.ts';

/**
 * Of several executors the one that takes the shortest for a step of this training, hard labels instead of a
 * teacher's scores. One that takes over three times as long as another is not waited for.
 */
export async function fastestExecutor(
  { usable, refused }: Candidates,
  setup: TrainSetup,
): Promise<OpenedExecutor> {
  const reasons = [...refused];
  let [best, bestMs]: [Executor | null, number] = [null, Infinity];
  for (const executor of usable) {
    const ms = await stepMs(executor, setup, LONGEST * bestMs).catch((error: unknown) => {
      if (!(error instanceof DeepCoderError)) throw error;
      reasons.push(`not ${executor.description} (${error.message})`);
      return Infinity;
    });
    if (ms === null)
      reasons.push(`a step on ${executor.description} takes over three times as long`);
    else if (ms < Infinity)
      reasons.unshift(`a step on ${executor.description} takes ${ms.toFixed(0)} ms`);
    if (ms === null || ms >= bestMs) continue;
    [best, bestMs] = [executor, ms];
  }
  if (best === null)
    throw new DeepCoderError('executor-missing', reasons.join('; '), { exitCode: 2 });
  return { executor: best, reason: ['auto', ...reasons].join('; ') };
}

const LONGEST = 3;
/** So that noise does not end a fast one. */
const LEAST_WAIT_MS = 2000;
const TIMED_STEPS = 2;

/** Milliseconds of the quicker of two steps after a first one; null where they take longer than `limitMs`. */
async function stepMs(
  executor: Executor,
  given: TrainSetup,
  limitMs: number,
): Promise<number | null> {
  const setup = { ...given, teacher: null, kd: 0, wholeUpdates: executor.isDevice };
  const { step, trained, moments, frozen } = trainPrograms(setup);
  const held = (specs: Record<string, TensorSpec>): DeviceTensors =>
    Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => [name, executor.tensor(zeros(spec))]),
    );
  const [state, constants] = [held({ ...trained, ...moments }), held(frozen)];
  const compiled = await executor.compile(step, constants, { precision: setup.precision });
  const inputs = anyInputs(step.inputs);
  try {
    await compiled.run(state, inputs);
    const signal = AbortSignal.timeout(Math.min(2 ** 31 - 1, limitMs + LEAST_WAIT_MS));
    let least = Infinity;
    for (let run = 0; run < TIMED_STEPS; run++) {
      const before = performance.now();
      await compiled.run(state, inputs, { signal });
      least = Math.min(least, performance.now() - before);
    }
    return least;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') return null;
    throw error;
  } finally {
    await compiled.dispose();
    for (const tensor of Object.values({ ...state, ...constants })) tensor.dispose();
  }
}

/** Zeros are tokens and places that there are; numbers are 1, so that nothing is divided by 0. */
function anyInputs(specs: Record<string, TensorSpec>): Record<string, HostArray> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { dtype, shape }]) => {
      const data = hostArray(dtype, elementCount(shape));
      return [name, dtype === 'float32' ? data.fill(1) : data];
    }),
  );
}
