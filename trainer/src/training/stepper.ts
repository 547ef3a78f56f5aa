import {
  type CompiledProgram,
  type DeviceTensors,
  type Executor,
  type HostArray,
  type Program,
  type RunOptions,
  zeros,
} from '../engine/program.ts';
import { ALONE } from '../engine/collective/alone.ts';
import type { Collective } from '../engine/collective/collective.ts';
import type { StepScalars } from './optim/adamW.ts';
import type { ParameterGroup } from './optim/parameterGroups.ts';
import type { PictureSource } from './pictureSource.ts';
import { type Objective, trainInputs, type WeightedBatch } from '../scoring/batchInputs.ts';
import { sumGradients } from './sumGradients.ts';
import type { Student } from '../student/openStudent.ts';
import { trainPrograms, type TrainPrograms } from './trainPrograms.ts';
import type { TrainSetup } from './trainSetup.ts';

export type StepNumbers = Record<keyof StepScalars, number>;

export interface StepResult {
  /** Loss columns of each micro-batch of the window, `[positions, LOSS_COLUMNS]`. */
  columns: Float32Array[];
  gradNorm: number;
  /** False where the gradient was not finite, and nothing changed. */
  taken: boolean;
}

/** The student on an executor: weights and optimizer state, and the programs that use them. */
export interface Stepper {
  /** With several ranks each gives its part of the window, and all make the same update. */
  step(window: readonly WeightedBatch[], scalars: StepNumbers): Promise<StepResult>;
  /** Loss columns of a batch, without a change; rejects with the signal's reason when it is aborted. */
  evaluate(batch: WeightedBatch, signal?: AbortSignal): Promise<Float32Array>;
  /** Trained weights, by name; they live with the executor. */
  readonly trained: DeviceTensors;
  readonly frozen: DeviceTensors;
  readonly moments: DeviceTensors;
  /** How the moments are laid out. */
  readonly groups: readonly ParameterGroup[];
  /** What has been compiled so far. */
  compiled(): { programs: number; ms: number };
}

export interface StepperOptions {
  executor: Executor;
  student: Pick<Student, 'parameters'>;
  setup: Omit<TrainSetup, 'positions'>;
  /** Features of pictures, for a student that sees. */
  pictures?: PictureSource | null;
  /** What the student's own tokens are learnt by; weights and moments are the same. */
  rollout?: Pick<TrainSetup, 'kd' | 'divergence'> | null;
  cacheKey: string;
  /** Default: this process alone. */
  collective?: Collective;
}

/** Shapes are static, so each number of target slots has programs of its own, compiled when first met. */
export function createStepper(options: StepperOptions): Stepper {
  const { executor, student, setup, pictures = null, rollout = null, cacheKey } = options;
  const { collective = ALONE } = options;
  const bySlots = new Map<string, TrainPrograms>();
  const compiled = new Map<string, CompiledProgram>();
  let compileMs = 0;
  const any = programsFor(1, { pictureRows: 0, objective: 'recorded' });
  const upload = (specs: Record<string, unknown>): DeviceTensors =>
    Object.fromEntries(
      Object.keys(specs).map((name) => [name, executor.tensor(student.parameters[name]!)]),
    );
  const trained = upload(any.trained);
  const frozen = upload(any.frozen);
  const moments = empty(executor, any.moments);
  let gradients: DeviceTensors | null = null;

  function programsFor(
    positions: number,
    { pictureRows, objective }: { pictureRows: number; objective: Objective },
  ): TrainPrograms {
    const key = `${positions}/${pictureRows}/${objective}`;
    const known = bySlots.get(key);
    if (known !== undefined) return known;
    const made = trainPrograms({
      ...{ ...setup, positions, pictureRows },
      ...(objective === 'rollout' && rollout),
    });
    bySlots.set(key, made);
    return made;
  }

  async function compile(
    program: Program,
    shape: string,
    objective: Objective = 'recorded',
  ): Promise<CompiledProgram> {
    const key = `${program.name}/${shape}/${objective}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const made = await executor.compile(program, frozen, {
      cacheKey: objective === 'recorded' ? cacheKey : `${cacheKey}/${objective}`,
      precision: setup.precision,
    });
    compileMs += made.info.traceMs + made.info.sessionMs;
    compiled.set(key, made);
    return made;
  }

  async function run(
    kind: 'step' | 'accumulate' | 'evaluate',
    weighted: WeightedBatch,
    more: RunOptions & { state: DeviceTensors; inputs: Record<string, HostArray> },
  ): Promise<Record<string, HostArray>> {
    const positions = weighted.batch.targets.index.length;
    const drops = kind !== 'evaluate' && (setup.loraDropout ?? 0) > 0;
    const pictureRows = pictures?.rowsFor(weighted.batch) ?? 0;
    const { objective = 'recorded' } = weighted;
    const made = programsFor(positions, { pictureRows, objective })[kind];
    const program = await compile(made, `${positions}/${pictureRows}`, objective);
    const seen = await pictures?.inputs(weighted.batch);
    const inputs = { ...trainInputs(weighted, { drops }), ...seen, ...more.inputs };
    return program.run({ ...trained, ...more.state }, inputs, { signal: more.signal });
  }

  async function accumulated(
    window: readonly WeightedBatch[],
    scalars: Record<string, HostArray>,
  ): Promise<StepResult> {
    gradients ??= empty(executor, any.gradients);
    for (const tensor of Object.values(gradients)) tensor.clear();
    const columns: Float32Array[] = [];
    for (const batch of window) {
      const result = await run('accumulate', batch, { state: gradients, inputs: {} });
      columns.push(result['columns'] as Float32Array);
    }
    if (collective.size > 1) await sumGradients(collective, gradients, any.groups);
    const update = await compile(any.update, '');
    const result = await update.run({ ...trained, ...moments, ...gradients }, scalars);
    return { columns, ...outcome(result) };
  }

  return {
    trained,
    frozen,
    moments,
    groups: any.groups,
    compiled: () => ({ programs: compiled.size, ms: compileMs }),
    async step(window, numbers) {
      const scalars = Object.fromEntries(
        Object.entries(numbers).map(([name, number]) => [name, Float32Array.of(number)]),
      );
      if (window.length > 1 || collective.size > 1) return accumulated(window, scalars);
      const result = await run('step', window[0]!, { state: moments, inputs: scalars });
      return { columns: [result['columns'] as Float32Array], ...outcome(result) };
    },
    async evaluate(batch, signal) {
      const result = await run('evaluate', batch, { state: {}, inputs: {}, signal });
      return result['columns'] as Float32Array;
    },
  };
}

function outcome(result: Record<string, HostArray>): Pick<StepResult, 'gradNorm' | 'taken'> {
  return { gradNorm: result['gradNorm']![0]!, taken: result['taken']![0] === 1 };
}

function empty(executor: Executor, specs: TrainPrograms['moments']): DeviceTensors {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, executor.tensor(zeros(spec))]),
  );
}
