import {
  type CompiledProgram,
  type DeviceTensors,
  type Executor,
  type HostArray,
  type Program,
  zeros,
} from '../engine/program.ts';
import type { StepScalars } from './optim/adamW.ts';
import type { ParameterGroup } from './optim/parameterGroups.ts';
import { trainInputs, type WeightedBatch } from '../scoring/batchInputs.ts';
import type { Student } from '../student/openStudent.ts';
import { trainPrograms, type TrainPrograms } from './trainPrograms.ts';
import type { TrainSetup } from './trainSetup.ts';

export type StepNumbers = Record<keyof StepScalars, number>;

export interface StepResult {
  /** Loss columns of each micro-batch, `[positions, LOSS_COLUMNS]`. */
  columns: Float32Array[];
  gradNorm: number;
  /** False where the gradient was not finite, and nothing changed. */
  taken: boolean;
}

/** The student on an executor: weights and optimizer state, and the programs that use them. */
export interface Stepper {
  step(window: readonly WeightedBatch[], scalars: StepNumbers): Promise<StepResult>;
  /** Loss columns of a batch, without a change. */
  evaluate(batch: WeightedBatch): Promise<Float32Array>;
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
  cacheKey: string;
}

/** Shapes are static, so each number of target slots has programs of its own, compiled when first met. */
export function createStepper({ executor, student, setup, cacheKey }: StepperOptions): Stepper {
  const bySlots = new Map<number, TrainPrograms>();
  const compiled = new Map<string, CompiledProgram>();
  let compileMs = 0;
  const any = programsFor(1);
  const upload = (specs: Record<string, unknown>): DeviceTensors =>
    Object.fromEntries(
      Object.keys(specs).map((name) => [name, executor.tensor(student.parameters[name]!)]),
    );
  const trained = upload(any.trained);
  const frozen = upload(any.frozen);
  const moments = empty(executor, any.moments);
  let gradients: DeviceTensors | null = null;

  function programsFor(positions: number): TrainPrograms {
    const known = bySlots.get(positions);
    if (known !== undefined) return known;
    const made = trainPrograms({ ...setup, positions });
    bySlots.set(positions, made);
    return made;
  }

  async function compile(program: Program, positions: number): Promise<CompiledProgram> {
    const key = `${program.name}/${positions}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const made = await executor.compile(program, frozen, {
      cacheKey,
      precision: setup.precision,
    });
    compileMs += made.info.traceMs + made.info.sessionMs;
    compiled.set(key, made);
    return made;
  }

  async function run(
    kind: 'step' | 'accumulate' | 'evaluate',
    weighted: WeightedBatch,
    more: { state: DeviceTensors; inputs: Record<string, HostArray> },
  ): Promise<Record<string, HostArray>> {
    const positions = weighted.batch.targets.index.length;
    const drops = kind !== 'evaluate' && (setup.loraDropout ?? 0) > 0;
    const program = await compile(programsFor(positions)[kind], positions);
    const inputs = { ...trainInputs(weighted, { drops }), ...more.inputs };
    return program.run({ ...trained, ...more.state }, inputs);
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
    const update = await compile(any.update, 0);
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
      if (window.length > 1) return accumulated(window, scalars);
      const result = await run('step', window[0]!, { state: moments, inputs: scalars });
      return { columns: [result['columns'] as Float32Array], ...outcome(result) };
    },
    async evaluate(batch) {
      const result = await run('evaluate', batch, { state: {}, inputs: {} });
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
