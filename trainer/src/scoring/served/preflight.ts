import { type Config, DeepCoderError } from '@deepcoder/config';
import { Refused } from '../../http/httpService.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import type { RowsRequest, ScoreServer, ServerFacts, ServerRows } from './scoreServer.ts';
import { textTrouble } from './textTrouble.ts';

export interface PreflightRequest {
  config: Pick<Config, 'teacher' | 'loss' | 'data'>;
  server: ScoreServer;
  /** Whose ids are sent. */
  tokenizer: Tokenizer;
  k: number;
  signal?: AbortSignal | undefined;
}

/** What is known of a server once it has answered as it should. */
export interface Preflight {
  facts: ServerFacts;
  /** The name that the model is asked for by. */
  model: string;
  /** Largest difference of a log-probability between two answers to one question, in nats. */
  noiseNats: number;
  /** What the user should know, in sentences. */
  notes: string[];
}

/** More than this between two equal requests is told as a warning. */
const NOISY_NATS = 0.05;

/**
 * Asks a server everything that could make its scores wrong, before anything depends on them: who it is,
 * what it allows, and the scores of a few tokens, twice.
 *
 * @throws DeepCoderError with the first thing that is wrong, and what to do
 */
export async function preflight(request: PreflightRequest): Promise<Preflight> {
  const { config, server, tokenizer, k, signal } = request;
  const facts = await server.facts(signal);
  const model = modelOf(facts, config);
  // A teacher with its own tokenizer is not sent what is too long for it.
  if (config.teacher.align === 'ids') refuseShortContext(facts, config);
  refuseDrafts(facts, config);
  const ids = await probeIds(tokenizer);
  const offsets = Int32Array.from({ length: ids.length - 1 }, (_, at) => at + 1);
  const probe = { ids, offsets, k, signal };
  const first = await probeRows(server, probe);
  const second = await probeRows(server, probe);
  const trouble = await textTrouble(tokenizer, await server.texts({ ...probe, k: Math.min(k, 8) }));
  if (trouble !== null) throw misfit(config, trouble);
  const noiseNats = difference(first, second);
  return { facts, model, noiseNats, notes: notesOf({ config, facts, model, k, noiseNats }) };
}

function modelOf({ models }: ServerFacts, { teacher }: Pick<Config, 'teacher'>): string {
  const wanted = teacher.model ?? models[0];
  if (wanted !== undefined && models.includes(wanted)) return wanted;
  throw failed(
    'teacher-model',
    `teacher.model: the server ${teacher.url ?? ''} serves ${models.join(', ')}, not ${wanted ?? 'anything'}; name what it serves, or start it with ${wanted ?? 'a model'}`,
  );
}

function refuseShortContext(
  { contextLength }: ServerFacts,
  { teacher, data }: Pick<Config, 'teacher' | 'data'>,
): void {
  // Servers want room for one token more than they are given.
  const needed = data.maxLength + 1;
  if (contextLength === null || contextLength >= needed) return;
  const option = teacher.type === 'sglang' ? '--context-length' : '--max-model-len';
  throw failed(
    'teacher-context',
    `teacher: the server takes ${contextLength} tokens, but data.max_length is ${data.maxLength} and it needs one more; start it with ${option} ${needed}, or lower data.max_length to ${contextLength - 1}`,
  );
}

function refuseDrafts({ speculative }: ServerFacts, { teacher }: Pick<Config, 'teacher'>): void {
  if (speculative === null) return;
  throw failed(
    'teacher-speculative',
    `teacher: the server ${teacher.url ?? ''} drafts tokens (${speculative}), and with drafts the log-probabilities of a prompt are not those of the model; start it without speculative decoding`,
  );
}

const PROBE_TOKENS = 32;
const PROBE_TEXT =
  'The captain checked the weather, wrote "No wind." in the log and asked: why are 3,417 crates of tea still on deck? Nobody answered him; everyone was asleep.';

/** The same for each tokenizer in each run. A tokenizer may know few of the words: its ids are enough. */
async function probeIds(tokenizer: Tokenizer): Promise<Int32Array> {
  const { ids } = await tokenizer.encode(PROBE_TEXT);
  if (ids.length === 0) {
    const message = `tokenizer ${tokenizer.files.place}: makes no tokens of a text`;
    throw failed('tokenizer-misfit', message);
  }
  return Int32Array.from({ length: PROBE_TOKENS }, (_, at) => ids[at % ids.length] ?? 0);
}

async function probeRows(server: ScoreServer, probe: RowsRequest): Promise<ServerRows> {
  try {
    return await server.rows(probe);
  } catch (error) {
    if (!(error instanceof Refused) || !/logprob/i.test(error.message)) throw error;
    const option = server.topKOption;
    const start = option === null ? '' : `, or start the server with ${option} ${probe.k}`;
    throw new DeepCoderError(
      'teacher-top-k',
      `teacher.top_k: the server refuses ${probe.k}; lower it${start} (${error.message})`,
      { exitCode: 3, cause: error },
    );
  }
}

/** Top tokens of equal probability may change places; what is compared is each place's probability. */
function difference(first: ServerRows, second: ServerRows): number {
  const worst = (a: Float64Array, b: Float64Array): number =>
    a.reduce((most, logp, at) => Math.max(most, Math.abs(logp - (b[at] ?? 0))), 0);
  return Math.max(worst(first.labelLogp, second.labelLogp), worst(first.logps, second.logps));
}

function notesOf({
  config,
  facts,
  model,
  k,
  noiseNats,
}: Pick<Preflight, 'facts' | 'model' | 'noiseNats'> & {
  config: Pick<Config, 'teacher' | 'loss'>;
  k: number;
}): string[] {
  const { type, url } = config.teacher;
  const version = facts.version === null ? '' : ` ${facts.version}`;
  const notes = [
    `teacher: ${model} by ${type}${version} at ${url ?? ''}, ${k} log-probabilities a token; asked twice it differs by ${noiseNats.toPrecision(2)} nats`,
  ];
  if (noiseNats > NOISY_NATS) {
    notes.push(
      `teacher: warning: its scores differ by ${noiseNats.toPrecision(2)} nats from one request to the next; a server in deterministic mode, or of higher precision, gives steadier ones`,
    );
  }
  const { value, schedule } = config.loss.temperature;
  if (schedule !== 'constant' || value !== 1) {
    notes.push(
      `teacher: loss.temperature: the server gives probabilities at temperature 1; they are softened from the top ${k} and a tail that is taken as spread evenly over all other tokens`,
    );
  }
  return notes;
}

function misfit({ teacher }: Pick<Config, 'teacher'>, why: string): DeepCoderError {
  const text =
    teacher.align === 'bytes'
      ? `its tokenizer is not that of teacher.tokenizer: ${why}; name the tokenizer of the model that it serves`
      : `its tokenizer is not the student's, so its scores mean other tokens: ${why}; set teacher.align: bytes and teacher.tokenizer, or take a teacher and a student that share a tokenizer`;
  return failed('tokenizer-misfit', `teacher ${teacher.url ?? ''}: ${text}`);
}

function failed(code: string, message: string): DeepCoderError {
  return new DeepCoderError(code, message, { exitCode: 3 });
}
