import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { openAdapter } from '../checkpoint/openAdapter.ts';
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { openTokenizer } from '../data/openTokenizer.ts';
import { cacheFolder } from '../disk/cacheFolder.ts';
import { openExecutor } from '../engine/openExecutor.ts';
import type { Executor } from '../engine/program.ts';
import type { WeightFormat } from '../inference/decodeProgram.ts';
import { openServed } from '../serving/openServed.ts';
import { openRecorder, type Recorder } from '../serving/recorder.ts';
import { type RunningServer, type ServerOptions, startServer } from '../serving/server.ts';
import type { ServedModel } from '../serving/servedModel.ts';
import type { SchedulerEvents } from '../serving/scheduler.ts';
import { type ServingLog, servingLog } from '../serving/servingLog.ts';
import { servingMetrics } from '../serving/servingMetrics.ts';
import { readParameters, type Student } from '../student/openStudent.ts';
import { openRunStudent } from '../training/openRunStudent.ts';

/** What is served: the student of a run, or a model that lies on this machine. */
export type ServeSource =
  | { from: 'run'; config: Config; cwd: string; checkpoint: string }
  | { from: 'model'; place: string };

export interface ServeRequest {
  source: ServeSource;
  /** What requests call the model. */
  name: string;
  engine: Pick<Config['engine'], 'executor' | 'provider' | 'threads'>;
  weights: WeightFormat;
  context: number | null;
  together: number;
  kept: number;
  /** Adapters by name: folders in PEFT's layout. */
  adapters: ReadonlyMap<string, string>;
  /** Where answers are recorded; null: nowhere. */
  record: string | null;
  /** Where lines of the log go; null: nowhere, and failures are said. */
  log: ((line: string) => void) | null;
  /** The folder of an adapter that a request names. */
  adapterPlace: (text: string) => Promise<string>;
  http: Pick<
    ServerOptions,
    'host' | 'port' | 'apiKey' | 'maxBody' | 'maxQueue' | 'timeoutS' | 'version'
  >;
  now: () => number;
  say: (text: string) => void;
}

export interface Serving extends RunningServer {
  served: ServedModel;
  /** What computes. */
  executor: string;
  end: () => void;
}

/** Loads a model and serves it until it is told to drain. */
export async function serve(request: ServeRequest): Promise<Serving> {
  const { source, name, weights, context, together, kept, adapters, record, http, now, say } =
    request;
  const executor = await executorOf(request);
  const metrics = servingMetrics(name);
  const log = request.log === null ? null : servingLog(request.log, now);
  const student = await loaded(source);
  const served = await openServed({
    ...{ executor, name, student, weights, context, together, kept, now },
    events: log === null ? metrics.events : logged(metrics.events, log),
    root: source.from === 'run' ? source.checkpoint : source.place,
    readAdapter: async (place) => openAdapter(await request.adapterPlace(place)),
  });
  for (const [adapter, place] of adapters) await served.loadAdapter(adapter, place);
  metrics.follow(served.scheduler, served.context);
  const recorder = record === null ? null : await openRecorder(record, now);
  const sayFailure = (error: unknown): void => {
    say(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
  const server = await startServer({
    ...{ ...http, served, metrics, recorder, log, now },
    onFailure: log?.onFailure ?? sayFailure,
  });
  return { ...server, served, executor: executor.description, end: () => end(served, recorder) };
}

function logged(events: SchedulerEvents, { onFinished }: ServingLog): SchedulerEvents {
  return {
    ...events,
    onFinished: (finished, totalMs) => {
      events.onFinished?.(finished, totalMs);
      onFinished(finished, totalMs);
    },
  };
}

function end({ grammars }: ServedModel, recorder: Recorder | null): void {
  recorder?.close();
  void grammars?.close();
}

async function executorOf({ engine, say }: ServeRequest): Promise<Executor> {
  const cacheDir = path.join(cacheFolder(), 'graphs');
  const { executor, reason } = await openExecutor({ ...engine, cacheDir });
  say(`executor ${executor.name}: ${executor.description}; ${reason}`);
  return executor;
}

type Loaded = Pick<Student, 'model' | 'lora' | 'parameters' | 'tokenizer'>;

async function loaded(source: ServeSource): Promise<Loaded> {
  if (source.from === 'run') return openRunStudent(source);
  const checkpoint = await openCheckpoint(source.place);
  const tokenizer = await openTokenizer(source.place);
  const { vocabSize } = checkpoint.config;
  if (tokenizer.vocabSize > vocabSize) {
    throw new DeepCoderError(
      'tokenizer-misfit',
      `tokenizer ${source.place}: has ${tokenizer.vocabSize} tokens, the model ${vocabSize}; copy the tokenizer that the checkpoint was saved with`,
      { exitCode: 3 },
    );
  }
  const parameters = await readParameters(checkpoint);
  return { model: checkpoint.config, lora: null, parameters, tokenizer };
}
