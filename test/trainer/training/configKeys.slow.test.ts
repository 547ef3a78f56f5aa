import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import { numbersOf, runFolders, workshop, writeConfig } from '../../support/workshop.ts';

/** A setting, and those that it needs to mean anything. */
type Case = [setting: string, ...given: string[]];

const TEACHER = ['teacher.type=checkpoint', 'teacher.model=teacher', 'teacher.top_k=8'];
const LORA = [
  ...['tokenizer=null', 'student.architecture=null', 'student.model=teacher'],
  'student.lora={r: 2, target_modules: [q_proj, up_proj]}',
  'train.learning_rate=0.1',
];
/** Games of the student's own; the config must not be the one that they are compared with. */
const ROLLOUT = [...TEACHER, 'train.rollout.share=1', 'train.rollout.group=2'];
const taught = (loss: string, ...more: string[]): string[] => [
  ...TEACHER,
  `loss.type=${loss}`,
  ...more,
];

/** Each key with a value that is not the one in force. */
const CASES: Case[] = [
  ['run.seed=7'],
  ["data.train=['env:household?games=31&seed=2']"],
  ['data.eval=0.3'],
  ['data.render=react', 'data.train=[numbered.txt]', 'data.eval=0'],
  ['data.max_length=150'],
  ['data.truncate=left', 'data.max_length=150'],
  ['data.packing=false'],
  ['data.train_on=last'],
  ['data.order=curriculum'],
  [
    'data.dedupe=false',
    "data.train=['env:household?games=30&seed=1', 'env:household?games=9&seed=1']",
  ],
  ['student.architecture.hidden_size=32'],
  ['student.architecture.num_hidden_layers=2'],
  ['student.architecture.num_attention_heads=1'],
  ['student.architecture.num_key_value_heads=2'],
  ['student.architecture.head_dim=4'],
  ['student.architecture.intermediate_size=48'],
  ['student.architecture.rope_theta=100'],
  ['student.architecture.rms_norm_eps=0.01'],
  ['student.architecture.tie_word_embeddings=false'],
  ['student.architecture.initializer_range=0.3'],
  ['student.architecture.rope_scaling={rope_type: linear, factor: 4}'],
  ['student.lora.r=3', ...LORA],
  ['student.lora.alpha=4', ...LORA],
  ['student.lora.dropout=0.5', ...LORA],
  ['student.lora.target_modules=[v_proj]', ...LORA],
  ['student.lora.use_rslora=true', ...LORA],
  ['teacher.top_k=2', ...TEACHER],
  ['loss.kd=0.2', ...TEACHER],
  ...['reverse_kl', 'symmetric', 'jsd', 'alpha', 'skew_kl', 'wasserstein', 'focal', 'adaptive'].map(
    (loss): Case => [`loss.type=${loss}`, ...TEACHER],
  ),
  ['loss.type={reasoning: wasserstein}', ...TEACHER],
  ['loss.temperature.value=2', ...TEACHER],
  ['loss.temperature.schedule=linear', ...TEACHER],
  ['loss.temperature.max=3', ...TEACHER, 'loss.temperature.schedule=cosine'],
  ['loss.temperature.min=2', ...TEACHER, 'loss.temperature.schedule=cosine'],
  ['loss.alpha=0.2', ...taught('alpha')],
  ['loss.gamma=1', ...taught('focal')],
  ['loss.beta=0.2', ...taught('jsd')],
  ['loss.generalized_jsd=true', ...taught('jsd')],
  ['loss.lambda=0.2', ...taught('symmetric')],
  ['weights.reasoning=2'],
  ['weights.action=2'],
  ['weights.observation=1'],
  ['weights.other=1'],
  ['weights.labels=0.1'],
  ['weights.strategy=adaptive', 'weights.adaptive.every=1', ...TEACHER],
  ['weights.adaptive.eta=0.2', 'weights.strategy=adaptive', 'weights.adaptive.every=1', ...TEACHER],
  ['weights.adaptive.every=2', 'weights.strategy=adaptive', 'weights.adaptive.every=1', ...TEACHER],
  ['weights.strategy=curriculum'],
  ['weights.curriculum.reasoning=[1, 1]', 'weights.strategy=curriculum'],
  ['weights.curriculum.action=[1, 3]', 'weights.strategy=curriculum'],
  ['weights.curriculum.schedule=cosine', 'weights.strategy=curriculum'],
  ['weights.strategy=confidence', ...TEACHER],
  ['weights.confidence.direction=uncertain', 'weights.strategy=confidence', ...TEACHER],
  ['train.steps=5'],
  ['train.micro_batch_size=2'],
  ['train.gradient_accumulation_steps=2'],
  ['train.learning_rate=0.02'],
  ['train.lr_scheduler_type=constant'],
  ['train.warmup_steps=3'],
  ['train.optimizer.betas=[0.5, 0.9]'],
  ['train.optimizer.eps=0.01'],
  ['train.optimizer.weight_decay=0.5'],
  ['train.max_grad_norm=0.01'],
  ['train.precision=bf16'],
  ['train.loss_scale.initial=1024', 'train.precision=fp16'],
  ['train.rollout.share=0.5', ...TEACHER],
  ['train.rollout.split=test', ...ROLLOUT],
  ['train.rollout.group=3', ...ROLLOUT],
  ['train.rollout.max_turns=1', ...ROLLOUT, 'train.rollout.prefix=teacher'],
  ['train.rollout.temperature=0.5', ...ROLLOUT],
  ['train.rollout.loss=policy_gradient', ...ROLLOUT],
  ['train.rollout.prefix=teacher', ...ROLLOUT, 'train.rollout.max_turns=1'],
  ['train.rollout.curriculum={start: 1}', ...ROLLOUT, 'train.rollout.prefix=teacher'],
  ['train.rollout.cold_start_steps=2', ...ROLLOUT],
  ['eval.every=2'],
  ['checkpoints.every=1'],
  ['checkpoints.keep=1'],
  ['log.every=2'],
  ['log.tensorboard=false'],
  ['log.wandb={project: p}'],
];

/** Rendered anew, its labels have no numbers. */
const NUMBERED = `Task: put the mug on the shelf.
Thought 1: I need some mug.
Action 1: go to shelf
Observation 1: On shelf you see the mug.
Thought 2: The task is done.
Action 2: look
Observation 2: The task is done.
`;

let folder: string;
let deepcoder: Deepcoder;
let runs = 0;
const known = new Map<string, Promise<string>>();

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  deepcoder = deepcoderIn(folder);
  writeFileSync(path.join(folder, 'numbered.txt'), NUMBERED);
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a run did: its numbers, and what lies in its folder. */
async function outcome(settings: readonly string[]): Promise<string> {
  const name = `keys${runs++}`;
  // A cache of its own: scores of one k are not scores of another.
  const config = writeConfig(
    folder,
    `${name}.yaml`,
    `run: {name: ${name}}\nteacher: {type: none, cache: scores-${name}}\n`,
  );
  const set = settings.flatMap((setting) => ['--set', setting]);
  const ended = await deepcoder.run('train', config, ...set);
  expect(ended, settings.join(' ')).toMatchObject({ code: 0 });
  const run = runFolders(folder, name)[0]!;
  const files = readdirSync(run).map((file) => file.replace(/^(events)\..*/, '$1'));
  const checkpoints = readdirSync(path.join(run, 'checkpoints'));
  return JSON.stringify([numbersOf(run), files.sort(), checkpoints.sort()]);
}

/** The outcome without the setting, found once for all that share it. */
function without(given: readonly string[]): Promise<string> {
  const key = given.join(' ');
  const found = known.get(key) ?? outcome(given);
  known.set(key, found);
  return found;
}

test(
  'nothing changed, nothing changes',
  async () => {
    expect(await outcome(TEACHER)).toBe(await without(TEACHER));
  },
  PATIENCE_MS,
);

test.each(CASES)(
  '%s changes what happens',
  async (setting, ...given) => {
    expect(await outcome([...given, setting])).not.toBe(await without(given));
  },
  PATIENCE_MS,
);

test.each(['fp32', 'fp16', 'bf16'])(
  'train.gradient_checkpointing=true changes no number (%s)',
  async (precision) => {
    const given = [...TEACHER, `train.precision=${precision}`];
    const [plain, twice] = [
      await without(given),
      await outcome([...given, 'train.gradient_checkpointing=true']),
    ].map((text) => (JSON.parse(text) as [Record<string, number>[]])[0]);
    expect(twice).toHaveLength(plain!.length);
    for (const [i, record] of plain!.entries())
      for (const [name, value] of Object.entries(record))
        expect(twice![i]![name], `${name}, record ${i}`).toBeCloseTo(value, 4);
  },
  PATIENCE_MS,
);
