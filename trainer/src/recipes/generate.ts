import { spawn } from 'node:child_process';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { parse } from '@deepcoder/trajectory';
import { openEnvironment } from '../environments/openEnvironment.ts';
import { HOUSEHOLD_RULES } from '../eval/household/rules.ts';
import { playByChat } from '../eval/playByChat.ts';
import { type ChatMessage, type ChatReply, chatService } from '../http/chatService.ts';
import { httpService } from '../http/httpService.ts';
import type { Progress } from '../run/progress.ts';

/** Something that the teacher is to answer, or a game that it is to play. */
export type Task =
  | { id: string; type: 'answer'; messages: readonly ChatMessage[] }
  | { id: string; type: 'game'; index: number; seed: number };

export interface GenerateRequest {
  config: Config;
  tasks: readonly Task[];
  samples: number;
  temperature: number;
  maxTokens: number;
  /** Games that are lost are kept too. */
  keepLost: boolean;
  /** A shell command: it reads the record on stdin and takes it with exit code 0. */
  judge: string | null;
  /** Records that are there already, kept or dropped. */
  isDone: (id: string) => boolean;
  keep: (record: TrajectoryRecord) => void;
  drop: (dropped: Dropped) => void;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

interface TrajectoryRecord {
  id: string;
  messages: readonly ChatMessage[];
}

interface Dropped {
  id: string;
  why: string;
}

export interface Generated {
  kept: number;
  /** How many were dropped for each reason. */
  dropped: Record<string, number>;
  /** Records that were there before. */
  known: number;
}

/** Has a teacher that can only talk answer or play, and keeps what can be learnt from. */
export async function generate(request: GenerateRequest): Promise<Generated> {
  const { config, tasks, samples, isDone, keep, drop, progress, signal } = request;
  const reply = replyOf(request);
  const all = tasks.flatMap((task) =>
    Array.from({ length: samples }, (_, at) => ({ task, id: `${task.id}-${at + 1}` })),
  );
  const waiting = all.filter(({ id }) => !isDone(id));
  const result: Generated = { kept: 0, dropped: {}, known: all.length - waiting.length };
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      signal?.throwIfAborted();
      const { id, task } = next;
      const made = await attempt(task, reply, request);
      const why = made.why ?? (await unlearnable({ id, messages: made.messages }, request));
      if (why === null) {
        keep({ id, messages: made.messages });
        result.kept++;
      } else {
        drop({ id, why });
        const reason = why.replace(/\d+/g, 'n');
        result.dropped[reason] = (result.dropped[reason] ?? 0) + 1;
      }
      progress.advance('generate', { done: ++done, total: all.length - result.known });
    }
  };
  await Promise.all(Array.from({ length: config.teacher.concurrency }, worker));
  return result;
}

type Reply = (messages: readonly ChatMessage[]) => Promise<ChatReply>;

function replyOf({ config, temperature, maxTokens, signal }: GenerateRequest): Reply {
  const { type, url, model, apiKey, timeout, retries } = config.teacher;
  if (type !== 'openai' || url === null || model === null) {
    throw new DeepCoderError(
      'teacher-cannot-talk',
      `teacher.type: is ${type}; deepcoder generate needs a teacher that talks: teacher.type: openai with its url and model (SGLang and vLLM offer /v1 too)`,
      { exitCode: 2 },
    );
  }
  const timeoutMs = timeout * 1000;
  const service = httpService({ role: 'teacher', url, apiKey, timeoutMs, retries });
  const chat = chatService(service, model);
  return (messages) => chat({ messages, temperature, maxTokens, signal });
}

interface Made {
  messages: readonly ChatMessage[];
  why: string | null;
}

const MAX_TURNS = 30;

async function attempt(
  task: Task,
  reply: Reply,
  { keepLost, config }: GenerateRequest,
): Promise<Made> {
  if (task.type === 'answer') return answered(task.messages, await reply(task.messages));
  const { messages, success, trouble } = await playByChat({
    environment: openEnvironment('household', { env: config.env, cwd: '.' }),
    key: { split: 'train', seed: task.seed, index: task.index },
    rules: HOUSEHOLD_RULES,
    maxTurns: MAX_TURNS,
    reply,
  });
  return { messages, why: trouble ?? (success || keepLost ? null : 'the game was lost') };
}

function answered(messages: readonly ChatMessage[], { message, finishReason }: ChatReply): Made {
  const made = [...messages, message];
  if (finishReason === 'length')
    return { messages: made, why: 'the answer was cut short at the most tokens' };
  if (finishReason === 'content_filter')
    return { messages: made, why: 'the service withheld the answer' };
  return { messages: made, why: message.content.trim() === '' ? 'the answer is empty' : null };
}

/** Why a record is not to be learnt from: it would not parse, or the judge does not take it. */
async function unlearnable(
  record: TrajectoryRecord,
  { judge, signal }: GenerateRequest,
): Promise<string | null> {
  const { spans } = parse(JSON.stringify(record), { fileName: 'generated.jsonl' });
  const isSpoken = spans.some(({ kind }) => kind === 'reasoning' || kind === 'action');
  if (!isSpoken) return 'nothing in it can be learnt';
  return judge === null ? null : judged(judge, record, signal);
}

function judged(
  command: string,
  record: TrajectoryRecord,
  signal?: AbortSignal,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, {
      shell: true,
      stdio: ['pipe', 'ignore', 'inherit'],
      ...(signal && { signal }),
    });
    child.on('error', reject);
    child.on('close', (code) => {
      // The shell has its own codes for a command that cannot be run.
      if (code === 126 || code === 127) {
        const message = `--judge: ${command} cannot be run (exit code ${code})`;
        reject(new DeepCoderError('judge-failed', message, { exitCode: 2 }));
      } else resolve(code === 0 ? null : 'the judge did not take it');
    });
    // A judge may end before it has read everything.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${JSON.stringify(record)}\n`);
  });
}
