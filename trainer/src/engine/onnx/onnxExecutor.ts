import { availableParallelism } from 'node:os';
import { DeepCoderError } from '@deepcoder/config';
import {
  type CompiledProgram,
  type CompileOptions,
  type DeviceTensors,
  type Dtype,
  elementCount,
  hostArray,
  type Executor,
  type HostArray,
  type Precision,
  type Program,
  type RunOptions,
  type TensorSpec,
} from '../program.ts';
import { halfPrecision } from '../trace/halfPrecision.ts';
import type { GraphTarget } from '../trace/graphTarget.ts';
import { graphName } from '../trace/tracedProgram.ts';
import { weightUses } from '../trace/weightUses.ts';
import { traceProgram } from '../trace/traceProgram.ts';
import { buildHash } from '../buildHash.ts';
import { devicesHere } from '../devices.ts';
import { type GraphCache, openGraphCache, type TracedGraph } from './graphCache.ts';
import { encodeModel } from './encodeModel.ts';
import { onnxTensor, type OnnxTensor } from './onnxTensor.ts';
import { openProvider, type ProviderChanges } from './openProvider.ts';
import { OrtRuntime } from './ortRuntime.ts';
import { OrtError } from './ortApi.ts';
import { requireHalf } from './requireHalf.ts';
import type { OrtSession } from './ortSession.ts';
import type { OrtTensor } from './ortTensor.ts';
import type { ProviderName } from './provider.ts';

export interface OnnxOptions {
  provider: ProviderName;
  /** 0 means all cores. */
  threads: number;
  /** Cache folder for traced graphs; null disables caching. */
  cacheDir: string | null;
  /** See `engine.tf32`. */
  tf32?: boolean;
  /** For tests. */
  changes?: ProviderChanges;
}

/** ONNX Runtime: each program is traced once into one graph. */
export async function openOnnxExecutor(options: OnnxOptions): Promise<Executor> {
  const { provider, cacheDir, tf32 = false, changes = {} } = options;
  const runtime = await OrtRuntime.open(openProvider(provider, { tf32, changes }));
  const threads = options.threads === 0 ? availableParallelism() : options.threads;
  const cache = cacheDir === null ? null : openGraphCache(cacheDir, await buildHash());
  return {
    name: 'onnx',
    build: `onnx ${provider}${tf32 ? ' with TF32' : ''}, ONNX Runtime ${runtime.version}`,
    description: `ONNX Runtime ${runtime.version} (${placeText(provider, threads)})`,
    isDevice: runtime.provider.memory !== null,
    tensor: (value) => onnxTensor(runtime, value),
    compile: (program, constants, compileOptions) =>
      compile(runtime, program, constants, { ...compileOptions, cache, threads }),
  };
}

function placeText(provider: ProviderName, threads: number): string {
  if (provider === 'cpu') return `cpu, ${threads} threads`;
  const { gpus } = devicesHere();
  return `${provider}, ${gpus.join(', ') || 'a software device'}`;
}

interface CompileSettings extends CompileOptions {
  threads: number;
  cache: GraphCache | null;
}

async function compile(
  runtime: OrtRuntime,
  program: Program,
  constants: DeviceTensors,
  settings: CompileSettings,
): Promise<CompiledProgram> {
  const before = performance.now();
  const { target } = runtime.provider;
  await requireHalf(runtime, settings.precision ?? 'fp32');
  const { model, nodes, cached, uses, ...traced } = await modelOf(program, {
    ...settings,
    target,
  });
  const tracedAt = performance.now();
  const weights = new Map(
    Object.entries(constants).map(([name, weight]) => [
      graphName.constant(name),
      (weight as OnnxTensor).tensor,
    ]),
  );
  const { threads } = settings;
  const read = new Map(uses.read.map((name) => [name, weights.get(name)!]));
  const packed = target.packsWeights ? { weights: { tensors: read, shared: uses.shared } } : {};
  const session = await runtime.session(model, { threads, ...packed });
  const times = { traceMs: tracedAt - before, sessionMs: performance.now() - tracedAt };
  const info = { nodes, ...times, cached, onHost: onHost(session, runtime.provider.memory) };
  const bound = target.packsWeights ? new Map<string, OrtTensor>() : weights;
  const parts = { runtime, session, program, bound, ...traced };
  return {
    info,
    run: (state, inputs, options) =>
      runtime.inTurn(() => run(parts, { state, inputs, ...options })),
    dispose: () =>
      runtime.inTurn(() => {
        session.dispose();
        return Promise.resolve();
      }),
  };
}

/** The nodes that the CPU runs though the program lives on a device. */
function onHost(session: OrtSession, memory: string | null): string[] {
  if (memory === null) return [];
  const nodes = session.placement()['CPUExecutionProvider'] ?? [];
  return nodes.map(({ op, name }) => `${op} ${name}`);
}

interface Model extends TracedGraph {
  cached: boolean;
}

async function modelOf(
  program: Program,
  { cacheKey, cache, precision = 'fp32', target }: CompileSettings & { target: GraphTarget },
): Promise<Model> {
  if (cacheKey === undefined || cache === null)
    return { ...traceModel(program, precision, target), cached: false };
  const shapes = [program.state, program.constants, program.inputs];
  const key = JSON.stringify([program.name, cacheKey, shapes, precision, target]);
  const known = await cache.read(key);
  if (known !== null) return { ...known, cached: true };
  const made = traceModel(program, precision, target);
  await cache.write(key, made);
  return { ...made, cached: false };
}

function traceModel(program: Program, precision: Precision, target: GraphTarget): TracedGraph {
  const { hasFusedMatMul } = target;
  // The CPU has no kernels for half precision; there it is imitated by rounding.
  const half = { precision, computesHalf: target.name !== 'cpu', hasFusedMatMul };
  const traced = halfPrecision(traceProgram(program, target), half);
  const outputs = Object.fromEntries(
    traced.outputs.map(({ name, shape, dtype }) => [name, { shape, dtype: dtype as Dtype }]),
  );
  const { inputs, weights, doubled } = traced;
  const uses = weightUses(traced);
  const graph = target.packsWeights
    ? { ...traced, weights: weights.filter(({ name }) => uses.read.includes(name)) }
    : { ...traced, inputs: [...inputs, ...weights], weights: [] };
  return { model: encodeModel(graph), nodes: traced.nodes.length, outputs, doubled, uses };
}

interface Parts extends Pick<TracedGraph, 'outputs' | 'doubled'> {
  /** Frozen weights that are not part of the session. */
  bound: ReadonlyMap<string, OrtTensor>;
  runtime: OrtRuntime;
  session: OrtSession;
  program: Program;
}

/** Updates are written over the state they replace, outputs into new arrays. */
async function run(
  { runtime, session, program, bound, outputs, doubled }: Parts,
  {
    state,
    inputs: given,
    signal,
  }: RunOptions & { state: DeviceTensors; inputs: Record<string, HostArray> },
): Promise<Record<string, HostArray>> {
  const inputs = new Map(bound);
  const fetches = new Map<string, OrtTensor>();
  const made: OrtTensor[] = [];
  const over = (spec: TensorSpec, data: HostArray): OrtTensor => {
    const tensor = runtime.hostTensor(spec, data);
    made.push(tensor);
    return tensor;
  };
  const held = (name: string): OnnxTensor => state[name] as OnnxTensor;
  for (const name of Object.keys(program.state))
    inputs.set(graphName.state(name), held(name).tensor);
  for (const [name, spec] of Object.entries(program.inputs))
    inputs.set(graphName.input(name), over(spec, given[name]!));
  const placeOf = (name: string): OrtTensor =>
    doubled.includes(name) ? held(name).other() : held(name).tensor;
  const results: Record<string, HostArray> = {};
  for (const [name, spec] of Object.entries(outputs)) {
    const [kind, key] = splitOnce(name);
    const isUpdate = `${kind}/` === graphName.update('');
    if (!isUpdate) results[key] = hostArray(spec.dtype, elementCount(spec.shape));
    fetches.set(name, isUpdate ? placeOf(key) : over(spec, results[key]!));
  }
  try {
    await session.run({ inputs, outputs: fetches, signal });
    for (const name of doubled) held(name).swap();
    return results;
  } catch (error) {
    const isDevice = runtime.provider.memory !== null;
    throw isDevice && error instanceof OrtError ? deviceFailed(runtime, error) : error;
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

/** Reset drivers, sleep and other programs that take the memory all end here. */
function deviceFailed({ provider: { name } }: OrtRuntime, cause: OrtError): DeepCoderError {
  const [line = ''] = cause.message.split('\n');
  return new DeepCoderError(
    'device-failed',
    `engine.provider ${name}: the GPU did not finish (${line}); the last checkpoint is intact: deepcoder resume goes on from it, and with --accept-changes also after engine.provider was changed to cpu`,
    { exitCode: 3, cause },
  );
}

function splitOnce(name: string): [string, string] {
  const at = name.indexOf('/');
  return [name.slice(0, at), name.slice(at + 1)];
}
