import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import {
  type CompiledProgram,
  type CompileOptions,
  type DeviceTensor,
  type DeviceTensors,
  type Dtype,
  elementCount,
  hostArray,
  type Executor,
  type HostArray,
  type HostTensor,
  type Program,
  type TensorSpec,
} from '../program.ts';
import { halfPrecision, type HalfOptions } from '../trace/halfPrecision.ts';
import { graphName, traceProgram } from '../trace/traceProgram.ts';
import { encodeModel, STOP_MESSAGE, STOP_OUTPUT } from './encodeModel.ts';

type Ort = typeof import('onnxruntime-node');

export interface OnnxOptions {
  provider: string;
  /** 0: all cores. */
  threads: number;
  /** Folder for traced graphs; null: traced anew each time. */
  cacheDir: string | null;
}

/** Bumped when lowering changes, so that graphs cached by an earlier version are not used. */
const GRAPH_VERSION = 6;

/** ONNX Runtime: each program is traced once into one graph. */
export async function openOnnxExecutor(options: OnnxOptions): Promise<Executor> {
  const ort = await import('onnxruntime-node').catch((cause: unknown) => {
    throw new DeepCoderError(
      'executor-missing',
      'engine.executor onnx: the package onnxruntime-node does not load on this machine; it supports Linux and Windows on x64 and arm64, and macOS on arm64',
      { exitCode: 2, cause },
    );
  });
  const provider = pickProvider(ort, options.provider);
  const threads = options.threads === 0 ? availableParallelism() : options.threads;
  return {
    name: 'onnx',
    description: `ONNX Runtime ${ort.env.versions.node ?? ''} (${provider}, ${threads} threads)`,
    tensor: (value) => onnxTensor(ort, value),
    compile: (program, constants, compileOptions) =>
      compile(ort, program, constants, { ...options, ...compileOptions, provider, threads }),
  };
}

function pickProvider(ort: Ort, wanted: string): string {
  const available = ort.listSupportedBackends().map(({ name }) => name);
  if (wanted === 'auto' || wanted === 'cpu') return 'cpu';
  if (available.includes(wanted)) return wanted;
  throw new DeepCoderError(
    'provider-missing',
    `engine.provider ${wanted}: this build of ONNX Runtime has ${available.join(', ')}; choose one of them, or auto`,
    { exitCode: 2 },
  );
}

interface OnnxTensor extends DeviceTensor {
  readonly tensor: OrtTensor;
}

function onnxTensor(ort: Ort, { data, shape, dtype }: HostTensor): OnnxTensor {
  const tensor = ortTensor(ort, { shape, dtype }, data);
  return {
    shape,
    dtype,
    tensor,
    read: () => Promise.resolve((tensor.data as HostArray).slice()),
    write: (values) => (tensor.data as HostArray).set(values),
    clear: () => void (tensor.data as HostArray).fill(0),
    dispose: () => tensor.dispose(),
  };
}

function ortTensor(ort: Ort, { shape, dtype }: TensorSpec, data: HostArray): OrtTensor {
  if (data.length !== elementCount(shape)) {
    throw new Error(`${data.length} values do not fit shape [${shape.join()}]`);
  }
  return new ort.Tensor(dtype, data as never, shape);
}

type CompileSettings = OnnxOptions & CompileOptions;

async function compile(
  ort: Ort,
  program: Program,
  constants: DeviceTensors,
  settings: CompileSettings,
): Promise<CompiledProgram> {
  const before = performance.now();
  const { model, outputs, nodes, cached } = modelOf(program, settings);
  const traced = performance.now();
  const session = await ort.InferenceSession.create(model, sessionOptions(constants, settings));
  const info = {
    nodes,
    traceMs: traced - before,
    sessionMs: performance.now() - traced,
    cached,
  };
  return {
    info,
    run: (state, inputs) => run(ort, { session, program, outputs }, state, inputs),
    dispose: () => session.release(),
  };
}

function sessionOptions(
  constants: DeviceTensors,
  { provider, threads }: CompileSettings,
): InferenceSession.SessionOptions {
  const externalData = Object.entries(constants).map(([name, tensor]) => {
    const data = (tensor as OnnxTensor).tensor.data as Float32Array;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return { path: graphName.constant(name), data: bytes };
  });
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // The arena saves page faults; a memory pattern on top is a little faster, for 40 % more memory.
    enableCpuMemArena: true,
    enableMemPattern: false,
    logSeverityLevel: 3,
    // Threads that spin after a run would hold up the next program's: a teacher's beside a student's.
    extra: { session: { force_spinning_stop: '1' } },
    ...(externalData.length > 0 ? { externalData } : {}),
  };
}

interface Model {
  model: Uint8Array;
  nodes: number;
  cached: boolean;
  outputs: Record<string, TensorSpec>;
}

type ModelHead = Pick<Model, 'nodes' | 'outputs'>;

function modelOf(program: Program, settings: CompileSettings): Model {
  const { cacheKey, cacheDir, provider } = settings;
  // The CPU has no kernels for half precision; there it is imitated by rounding.
  const half = { precision: settings.precision ?? 'fp32', computesHalf: provider !== 'cpu' };
  if (cacheKey === undefined || cacheDir === null)
    return { ...traceModel(program, half), cached: false };
  const shapes = [program.state, program.constants, program.inputs];
  const key = JSON.stringify([GRAPH_VERSION, program.name, cacheKey, shapes, half]);
  const name = createHash('sha256').update(key).digest('hex').slice(0, 24);
  const path = join(cacheDir, `${program.name}-${name}.onnx`);
  const known = readCached(path);
  if (known !== null) return { ...known, cached: true };
  const made = traceModel(program, half);
  writeCached(path, cacheDir, made);
  return { ...made, cached: false };
}

function traceModel(program: Program, half: HalfOptions): Omit<Model, 'cached'> {
  const traced = halfPrecision(traceProgram(program), half);
  const outputs = Object.fromEntries(
    traced.outputs.map(({ name, shape, dtype }) => [name, { shape, dtype: dtype as Dtype }]),
  );
  return { model: encodeModel(traced), nodes: traced.nodes.length, outputs };
}

function readCached(path: string): Omit<Model, 'cached'> | null {
  try {
    const head = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as ModelHead;
    return { ...head, model: readFileSync(path) };
  } catch {
    // Not there, or not readable: the graph is traced again.
    return null;
  }
}

/** A cache that cannot be written only costs time, so trouble is not an error. */
function writeCached(
  path: string,
  cacheDir: string,
  { model, ...head }: Omit<Model, 'cached'>,
): void {
  try {
    mkdirSync(cacheDir, { recursive: true });
    writeAtomically(path, model);
    writeAtomically(`${path}.json`, JSON.stringify(head satisfies ModelHead));
  } catch {
    return;
  }
}

function writeAtomically(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

async function run(
  ort: Ort,
  {
    session,
    program,
    outputs,
  }: { session: InferenceSession; program: Program } & Pick<Model, 'outputs'>,
  state: DeviceTensors,
  inputs: Record<string, HostArray>,
): Promise<Record<string, HostArray>> {
  const feeds: Record<string, OrtTensor> = {};
  for (const name of Object.keys(program.state)) {
    feeds[graphName.state(name)] = (state[name] as OnnxTensor).tensor;
  }
  for (const [name, spec] of Object.entries(program.inputs)) {
    feeds[graphName.input(name)] = ortTensor(ort, spec, inputs[name]!);
  }
  const results: Record<string, HostArray> = {};
  const fetches: Record<string, OrtTensor | null> = { [STOP_OUTPUT]: null };
  for (const [name, spec] of Object.entries(outputs)) {
    fetches[name] = fetchFor(ort, name, spec, { state, results });
  }
  await session.run(feeds, fetches).catch((error: unknown) => {
    if (!(error instanceof Error && error.message === STOP_MESSAGE)) throw error;
  });
  return results;
}

/** Updates are written over the state they replace, outputs into new arrays. */
function fetchFor(
  ort: Ort,
  name: string,
  spec: TensorSpec,
  { state, results }: { state: DeviceTensors; results: Record<string, HostArray> },
): OrtTensor {
  const [kind, key] = splitOnce(name);
  if (`${kind}/` === graphName.update('')) return (state[key] as OnnxTensor).tensor;
  const data = hostArray(spec.dtype, elementCount(spec.shape));
  results[key] = data;
  return ortTensor(ort, spec, data);
}

function splitOnce(name: string): [string, string] {
  const at = name.indexOf('/');
  return [name.slice(0, at), name.slice(at + 1)];
}
