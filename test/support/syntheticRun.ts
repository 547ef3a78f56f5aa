import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  PROTOCOL_VERSION,
  formatPlayFile,
  formatRunFile,
  type PlayFile,
  type RunFile,
} from '@deepcoder/trainer-protocol';
import { formatMetricsLine, type MetricsRecord } from '@deepcoder/vocabulary';

export interface SyntheticRunOptions {
  name: string;
  steps: number;
  seed: number;
  evalEvery?: number;
  /** Writes values that are not finite into the loss from this step on, for three steps. */
  brokenAt?: number;
  state?: RunFile['state'];
}

/** Writes a run folder whose curves look like those of a distillation run, and returns its path. */
export function writeSyntheticRun(dir: string, options: SyntheticRunOptions): string {
  const folder = path.join(dir, options.name);
  mkdirSync(folder, { recursive: true });
  const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text);
  write('run.json', formatRunFile(runFile(options)));
  write('config.yaml', CONFIG);
  write('metrics.jsonl', syntheticMetrics(options).map(formatMetricsLine).join(''));
  write('play.json', formatPlayFile(PLAY));
  return folder;
}

const EXECUTOR = 'onnx cpu, ONNX Runtime 1.30.0';

const START = Date.UTC(2030, 2, 14, 9, 26) / 1000;

function syntheticMetrics(options: SyntheticRunOptions): MetricsRecord[] {
  const { steps, seed, evalEvery = 50, brokenAt = Infinity } = options;
  const random = randomNumbers(seed);
  const records: MetricsRecord[] = [];
  for (let step = 1; step <= steps; step++) {
    const at = { step, tokensSeen: step * 2048, time: START + step * 0.31 + random() * 0.05 };
    const values = trainValues(step, steps, random);
    if (step >= brokenAt && step < brokenAt + 3) values['train/loss'] = Number.NaN;
    records.push({ ...at, values });
    if (step % evalEvery === 0) records.push({ ...at, values: evalValues(step, steps, random) });
  }
  return records;
}

type Values = Record<string, number>;

function trainValues(step: number, steps: number, random: () => number): Values {
  const noise = () => 0.85 + 0.3 * random();
  const fall = (start: number, end: number, pace: number) =>
    (end + (start - end) * Math.exp((-step / steps) * pace)) * noise();
  const reasoning = fall(5.6, 0.42, 9);
  const action = fall(4.9, 0.11, 12);
  const warm = Math.min(1, step / (0.05 * steps));
  const norm = fall(6, 0.8, 6) * (random() < 0.01 ? 6 : 1);
  return {
    'train/loss': 0.7 * reasoning + 0.3 * action,
    'train/loss/reasoning': reasoning,
    'train/loss/action': action,
    'train/divergence': 0.5 * reasoning + 0.2 * action,
    'train/divergence/reasoning': 0.7 * reasoning,
    'train/divergence/action': 0.7 * action,
    'train/cross_entropy': 0.9 * reasoning + 0.3 * action,
    'train/cross_entropy/reasoning': 1.2 * reasoning,
    'train/cross_entropy/action': 1.1 * action,
    'train/token_accuracy/reasoning': 0.9 - 0.14 * reasoning,
    'train/token_accuracy/action': 0.98 - 0.17 * action,
    'train/teacher_agreement/reasoning': 0.93 - 0.14 * reasoning,
    'train/teacher_agreement/action': 0.99 - 0.17 * action,
    'train/student_entropy': 0.6 * reasoning,
    'train/teacher_entropy': 0.31 * noise(),
    'train/teacher_mass': 1 - 0.004 * random(),
    'train/weight/reasoning': 0.5 + (1.5 * step) / steps,
    'train/weight/action': 2 - step / steps,
    'train/tokens/reasoning': Math.round(610 * noise()),
    'train/tokens/action': Math.round(230 * noise()),
    'train/temperature': 1,
    'train/learning_rate': 2e-3 * warm * 0.5 * (1 + Math.cos((Math.PI * step) / steps)),
    'train/grad_norm': norm,
    'train/grad_norm_clipped': Math.min(1, norm),
    'train/skipped_steps': 0,
    'train/tokens_per_second': 6600 * noise(),
    'train/supervised_tokens_per_second': 2700 * noise(),
    'train/padding_share': 0.03 + 0.02 * random(),
    'train/memory_bytes': 6.1e8 + 4e7 * Math.min(1, (10 * step) / steps),
    'train/seconds_left': (steps - step) * 0.31,
  };
}

function evalValues(step: number, steps: number, random: () => number): Values {
  const left = Math.exp((-step / steps) * 8);
  const reasoning = 0.5 + 5 * left;
  const action = 0.16 + 4.6 * left;
  return {
    'eval/loss': 0.7 * reasoning + 0.3 * action,
    'eval/loss/reasoning': reasoning,
    'eval/loss/action': action,
    'eval/token_accuracy/action': 0.97 - 0.16 * action,
    'play/success': Math.min(1, 0.84 * (1 - left) ** 3 + 0.04 * random()),
    'play/steps': 11 + 30 * left,
    'play/reasoning_tokens': 140 + 260 * left,
    'play/action_agreement': 0.93 * (1 - left),
  };
}

/** A linear congruential generator: the same numbers on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function runFile({ name, steps, seed, state = 'finished' }: SyntheticRunOptions): RunFile {
  const at = (second: number) => new Date((START + second) * 1000).toISOString();
  return {
    protocolVersion: PROTOCOL_VERSION,
    id: `${name}-20300314-092600`,
    name,
    state,
    host: 'workshop',
    pid: 4711,
    processStart: null,
    startedAt: at(0),
    updatedAt: at(steps * 0.31),
    endedAt: at(steps * 0.31),
    seed,
    versions: { deepcoder: '0.1.0', node: '20.19.0' },
    gitCommit: '0123456789abcdef0123456789abcdef01234567',
    fingerprints: { config: '0'.repeat(64), data: [], models: [], executor: EXECUTOR },
    control: null,
    threads: 2,
    progress: { step: steps, totalSteps: steps, tokensSeen: steps * 2048 },
    best: { metric: 'eval/loss', value: 0.4135, step: steps },
    error:
      state === 'failed'
        ? {
            code: 'train/diverged',
            message: 'loss was not finite in 10 steps running; lower train.learning_rate',
          }
        : null,
  };
}

const EPISODE = `Task: put a clean mug on the desk.
Observation: You are in the middle of a kitchen. You see a cabinet 1, a counter 1, a desk 1 and a sink 1.
Thought: I need a mug first. Mugs are often in a cabinet, so I look into cabinet 1; nothing is searched yet.
Action: go to cabinet 1
Observation: You are at cabinet 1. It is closed.
Thought: The cabinet is closed. I open it.
Action: open cabinet 1
Observation: You open cabinet 1. In it you see a mug 2 and a plate 1.
Thought: There is mug 2. I take it, and next I clean it at the sink.
Action: take mug 2 from cabinet 1
Observation: You take mug 2.
Thought: I hold mug 2. Now to the sink to clean it.
Action: clean mug 2 with sink 1
Observation: You clean mug 2.
Thought: Mug 2 is clean. I carry it to desk 1.
Action: put mug 2 on desk 1
Observation: You put mug 2 on desk 1. The task is done.
`;

const LOST_EPISODE = `Task: put a clean mug on the desk.
Observation: You are in the middle of a kitchen. You see a cabinet 1, a counter 1, a desk 1 and a sink 1.
Thought: the the sink plate I look look
Action: take desk 1
Observation: Nothing happens.
`;

function row(who: string, success: number, rest: [number, number, number | null, number]) {
  const [steps, reasoningTokens, actionAgreement, secondsPerStep] = rest;
  const measured = { success, steps, reasoningTokens, actionAgreement, secondsPerStep };
  const unknown = {
    tokens: null,
    invalidActions: null,
    seconds: null,
    endings: null,
    outcomes: null,
  };
  return { who, environment: 'household', split: 'test', games: 100, ...measured, ...unknown };
}

const PLAY: Omit<PlayFile, 'protocolVersion'> = {
  environment: 'household',
  panels: [],
  rows: [
    row('teacher', 0.96, [11.2, 148, null, 0.021]),
    row('student before', 0.01, [40, 512.5, 0.06, 0.009]),
    row('student after', 0.83, [13.4, 161.2, 0.91, 0.009]),
    row('student, uniform weights', 0.74, [15.1, 170, 0.86, 0.009]),
  ],
  episodes: [
    { who: 'student after', success: true, text: EPISODE },
    { who: 'student before', success: false, text: LOST_EPISODE },
  ],
};

const CONFIG = `run:
  name: quickstart
  seed: 42
data:
  train: ["env:household?games=2000&seed=1"]
  max_length: 512
student:
  architecture: {type: llama, hidden_size: 128, num_hidden_layers: 4}
loss:
  kd: 0.7
  type: kl
weights: {reasoning: 1.0, action: 2.0}
`;
