import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openTokenizer } from '../../trainer/src/data/openTokenizer.ts';
import { trainingTexts } from '../../trainer/src/eval/household/trainingTexts.ts';
import { buildProgram, type Deepcoder, deepcoderIn } from '../support/deepcoderProgram.ts';
import {
  numbersOf,
  runFolders,
  tokenCount,
  workshop,
  writeConfig,
  writeTeacher,
} from '../support/workshop.ts';
import { contentsOf, type RunContents } from './runContents.ts';

const TEACHER = 'teacher: {type: checkpoint, model: teacher, top_k: 8}';

/** Tiny trainings that differ in what a checkpoint has to keep. */
export const TRAINING_KINDS: Readonly<Record<string, string>> = {
  plain: `${TEACHER}
train: {steps: 40}
eval: {every: 8}
checkpoints: {every: 5}
`,
  early: `${TEACHER}
train: {steps: 200, learning_rate: 2.0e-1, lr_scheduler_type: constant, early_stopping: {patience: 2}}
eval: {every: 3}
checkpoints: {every: 2}
`,
  lora: `${TEACHER}
student: {model: base, architecture: null, lora: {r: 2, dropout: 0.1, target_modules: [q_proj, v_proj]}}
train: {steps: 40}
eval: {every: 6}
checkpoints: {every: 4}
`,
  accumulation: `${TEACHER}
weights: {strategy: adaptive, adaptive: {every: 3}}
train: {steps: 20, gradient_accumulation_steps: 3}
eval: {every: 5}
checkpoints: {every: 2}
`,
  fp16: `${TEACHER}
train: {steps: 30, precision: fp16, loss_scale: {initial: 65536, growth_interval: 4}}
eval: {every: 7}
checkpoints: {every: 3}
`,
  games: `${TEACHER}
train: {steps: 25}
eval: {every: 5, environment: household, games: 4}
checkpoints: {every: 4, keep: 1}
`,
  linear: `${TEACHER}
weights: {strategy: curriculum}
data: {order: curriculum}
loss: {type: wasserstein, temperature: {schedule: cosine}}
train: {steps: 30, lr_scheduler_type: linear, warmup_steps: 10}
eval: {every: 9}
checkpoints: {every: 3}
`,
  own: `${TEACHER}
train: {steps: 12, lr_scheduler_type: constant, rollout: {share: 0.5, group: 3, max_turns: 3, prefix: teacher, curriculum: {start: 1, every: 2, max: 3}}}
eval: {every: 0}
checkpoints: {every: 2}
`,
  labels: `teacher: {type: none}
loss: {kd: 0}
train: {epochs: 2, steps: null, gradient_checkpointing: true}
eval: {every: 10}
checkpoints: {every: 1, keep: 2}
`,
  rows: `${TEACHER}
loss: {type: {reasoning: jsd, action: adaptive}, temperature: {schedule: entropy}}
train: {steps: 30, micro_batch_size: 3, max_grad_norm: 0.1}
eval: {every: 4}
checkpoints: {every: 6}
log: {every: 3}
`,
  family: `${TEACHER}
student: {architecture: {type: qwen3}}
weights: {strategy: confidence}
train: {steps: 30, precision: bf16}
eval: {every: 10}
checkpoints: {every: 5}
`,
  aligned: `teacher: {model: other, align: bytes, top_k: 8, cache: scores}
loss: {type: skew_kl, kd: 0.8}
train: {steps: 30}
eval: {every: 6}
checkpoints: {every: 5}
`,
};

export interface Undisturbed {
  run: string;
  /** How long it took, its start included. */
  ms: number;
  contents: RunContents;
  /** Its metrics, without what the machine has a part in. */
  numbers: object[];
}

export interface Trainings {
  folder: string;
  deepcoder: Deepcoder;
  /** A run of this kind that nobody disturbs, made when it is first asked for. */
  undisturbed: (kind: string) => Promise<Undisturbed>;
  remove: () => void;
}

/** A workshop with a config, `KIND.yaml`, for each kind. */
export async function openTrainings(env: Record<string, string> = {}): Promise<Trainings> {
  await buildProgram();
  const folder = await workshop();
  const deepcoder = deepcoderIn(folder, env);
  await writeTeacher(folder, tokenCount(folder), 'base');
  await writeOtherTeacher(folder, deepcoder);
  for (const [kind, text] of Object.entries(TRAINING_KINDS))
    writeConfig(folder, `${kind}.yaml`, `run: {name: ${kind}}\n${text}`);
  const made = new Map<string, Promise<Undisturbed>>();
  return {
    folder,
    deepcoder,
    undisturbed: (kind) => {
      const one = made.get(kind) ?? trainUndisturbed(folder, deepcoder, kind);
      made.set(kind, one);
      return one;
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function writeOtherTeacher(folder: string, deepcoder: Deepcoder): Promise<void> {
  const texts = [...trainingTexts(new URLSearchParams('games=20&seed=1'))].map(({ text }) => text);
  mkdirSync(path.join(folder, 'data'));
  writeFileSync(path.join(folder, 'data/games.react'), texts.join('\n'));
  const args = ['data/games.react', '--vocab-size', '400', '--output', 'bpe'];
  const { code, stderr } = await deepcoder.run('tokenizer', ...args);
  if (code !== 0) throw new Error(stderr);
  const { vocabSize } = await openTokenizer(path.join(folder, 'bpe'));
  await writeTeacher(folder, vocabSize, 'other', 'bpe');
}

async function trainUndisturbed(
  folder: string,
  deepcoder: Deepcoder,
  kind: string,
): Promise<Undisturbed> {
  // The first one makes the caches, so that the second takes as long as others will.
  for (const name of [`first-${kind}`, kind]) {
    const startMs = performance.now();
    const { code, stderr } = await deepcoder.run(
      'train',
      `${kind}.yaml`,
      '--set',
      `run.name=${name}`,
    );
    if (code !== 0) throw new Error(`${kind} ended with ${String(code)}: ${stderr}`);
    const run = runFolders(folder, name).at(-1)!;
    if (name !== kind) continue;
    const ms = performance.now() - startMs;
    return { run, ms, contents: contentsOf(run), numbers: numbersOf(run) };
  }
  throw new Error('unreachable');
}
