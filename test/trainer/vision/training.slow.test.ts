import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkoutRoot } from '../../../trainer/scripts/prepareCheckout.mjs';
import { openCheckpoint } from '../../../trainer/src/checkpoint/openCheckpoint.ts';
import { apartShapes } from '../../../trainer/src/model/architectures.ts';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import { GOLDENS } from '../../reference/goldens.ts';
import { writeSeeingStudent } from '../../support/seeingStudent.ts';
import { metricsOf, runFolders } from '../../support/workshop.ts';

let folder: string;
let deepcoder: Deepcoder;

/** Pictures of the goldens, and what is to be said of each. */
const PICTURES = {
  red: 'picture-rgb.png',
  blue: 'picture-gray.png',
  green: 'picture-turned.png',
  white: 'picture-alpha.png',
};

const config = (name: string, more: string): string => `
run: {name: ${name}, seed: 1}
data: {train: ['log.jsonl'], eval: 0, render: chat, max_length: 256, packing: true, dedupe: true}
teacher: {type: none}
eval: {every: 0}
log: {every: 1}
${more}
`;
const TRAIN =
  'train: {steps: 60, micro_batch_size: 4, learning_rate: 0.01, lr_scheduler_type: constant, warmup_steps: 0}';

/** Four pictures, of each its answer: without seeing, one of four. */
beforeAll(async () => {
  await buildProgram();
  folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
  deepcoder = deepcoderIn(folder);
  mkdirSync(path.join(folder, 'shots'));
  await writeSeeingStudent(folder);
  const records: string[] = [];
  for (const [name, file] of Object.entries(PICTURES)) {
    const bytes = readFileSync(path.join(GOLDENS, 'vision', file));
    writeFileSync(path.join(folder, `shots/${name}.png`), bytes);
    // By a path, and as data.
    const url =
      name === 'red' ? 'shots/red.png' : `data:image/png;base64,${bytes.toString('base64')}`;
    const content = [
      { type: 'image_url', image_url: { url } },
      { type: 'text', text: 'Which?' },
    ];
    const messages = [
      { role: 'user', content },
      { role: 'assistant', content: name },
    ];
    records.push(JSON.stringify({ id: name, messages }));
  }
  writeFileSync(path.join(folder, 'log.jsonl'), `${records.join('\n')}\n`);
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `held`: the same records are held out too, so that what is written of one is in the log. */
async function trained(name: string, more: string, { held = false } = {}): Promise<string> {
  const text = config(name, more);
  const own = held
    ? text
        .replace('eval: 0,', "eval: ['log.jsonl'],")
        .replace('dedupe: true', 'dedupe: false')
        .replace('eval: {every: 0}', 'eval: {every: 60}')
    : text;
  writeFileSync(path.join(folder, `${name}.yaml`), own);
  const ended = await deepcoder.run('train', `${name}.yaml`);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return runFolders(folder, name)[0]!;
}

function lastLoss(run: string): number {
  const losses = metricsOf(run).map(({ values }) => values['train/loss']);
  return losses.findLast((loss) => loss !== undefined)!;
}

describe('a student', () => {
  test(
    'learns what only the pictures tell, with an adapter on its text',
    async () => {
      const run = await trained(
        'sees',
        `student: {model: student, lora: {r: 16, alpha: 32, modules_to_save: [lm_head]}}\n${TRAIN}`,
        { held: true },
      );
      expect(lastLoss(run)).toBeLessThan(0.05);
      // What it wrote of the first held-out picture.
      const log = readFileSync(path.join(run, 'trainer.log'), 'utf8');
      const [, written, expected] = /written {2}(.*)\n.*expected (.*)/.exec(
        log.split('sample at step').at(-1)!,
      )!;
      expect(expected).toContain(written!.replace('<end_of_utterance>', '').trim());
      expect(Object.keys(PICTURES)).toContain(written!.replace('<end_of_utterance>', '').trim());
      const [checkpoint] = readdirSync(path.join(run, 'checkpoints'));
      const adapter = path.join(run, 'checkpoints', checkpoint!, 'adapter_config.json');
      const { target_modules: targets } = JSON.parse(readFileSync(adapter, 'utf8')) as {
        target_modules: string;
      };
      expect(new RegExp(`^${targets}$`).test('model.text_model.layers.0.self_attn.q_proj')).toBe(
        true,
      );
      expect(
        new RegExp(`^${targets}$`).test('model.vision_model.encoder.layers.0.self_attn.q_proj'),
      ).toBe(false);
    },
    PATIENCE_MS,
  );

  test(
    'that is shown none is left with guessing',
    async () => {
      const more = `student: {model: student, lora: {r: 16, alpha: 32, modules_to_save: [lm_head]}, vision: {max_pictures: 0}}\ndata: {dedupe: false}`;
      const run = await trained(
        'blind',
        `${more}\n${TRAIN}`.replace('data: {dedupe: false}\n', ''),
      );
      // Four answers of one prompt: their first letters cannot be predicted.
      expect(lastLoss(run)).toBeGreaterThan(0.15);
    },
    PATIENCE_MS,
  );

  test(
    'with all weights keeps its tower, and its checkpoint can be trained on, in tiles',
    async () => {
      const run = await trained(
        'whole',
        `student: {model: student, vision: {split: true}}\n${TRAIN}`,
      );
      expect(lastLoss(run)).toBeLessThan(0.05);
      const [checkpoint] = readdirSync(path.join(run, 'checkpoints'));
      const saved = path.join(run, 'checkpoints', checkpoint!);
      const [before, after] = [
        await openCheckpoint(path.join(folder, 'student')),
        await openCheckpoint(saved),
      ];
      for (const name of Object.keys(apartShapes(before.config)))
        expect(await after.read(name)).toEqual(await before.read(name));
      expect(existsSync(path.join(saved, 'preprocessor_config.json'))).toBe(true);
      const again = await trained(
        'again',
        `student: {model: ${JSON.stringify(saved)}}\ntrain: {steps: 1, micro_batch_size: 1}`,
      );
      expect(Number.isFinite(lastLoss(again))).toBe(true);
    },
    PATIENCE_MS,
  );

  test(
    'leaves out a record whose picture is missing, or ends, as the config says',
    async () => {
      const log = readFileSync(path.join(folder, 'log.jsonl'), 'utf8');
      writeFileSync(path.join(folder, 'broken.jsonl'), log.replace('shots/red.png', 'gone.png'));
      const broken = (name: string, vision: string): string =>
        config(name, `student: {model: student, vision: ${vision}}\n${TRAIN}`).replace(
          'log.jsonl',
          'broken.jsonl',
        );
      writeFileSync(path.join(folder, 'drop.yaml'), broken('drop', 'null'));
      const checked = await deepcoder.run('check', 'drop.yaml');
      expect(checked.stdout).toContain('gone.png cannot be read');
      writeFileSync(path.join(folder, 'end.yaml'), broken('end', '{unreadable: error}'));
      const ended = await deepcoder.run('train', 'end.yaml');
      expect(ended.code).toBe(3);
      expect(ended.stderr).toContain('student.vision.unreadable: drop');
    },
    PATIENCE_MS,
  );

  test(
    'that cannot see says so',
    async () => {
      const more = 'student: {architecture: {}, vision: {split: true}}\ntokenizer: student';
      writeFileSync(path.join(folder, 'text.yaml'), config('text', `${more}\n${TRAIN}`));
      const ended = await deepcoder.run('train', 'text.yaml');
      expect(ended.code).toBe(2);
      expect(ended.stderr).toContain('a llama does not see');
    },
    PATIENCE_MS,
  );
});

test(
  'the commands of docs/pictures.md, one after the other',
  async () => {
    const text = readFileSync(path.join(checkoutRoot, 'docs/pictures.md'), 'utf8');
    const yaml = /```yaml\n([\s\S]*?)```/.exec(text)![1]!;
    const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/g)]
      .flatMap(([, block]) => block!.split('\n'))
      .map((line) => line.replace(/\s+#.*$/, '').trim())
      .filter((line) => line !== '');
    cpSync(path.join(folder, 'student'), path.join(folder, 'models/SmolVLM-256M-Instruct'), {
      recursive: true,
    });
    cpSync(path.join(folder, 'shots'), path.join(folder, 'run/shots'), { recursive: true });
    cpSync(path.join(folder, 'log.jsonl'), path.join(folder, 'run/log.jsonl'));
    writeFileSync(path.join(folder, 'sees.yaml'), yaml.replace('steps: 200', 'steps: 2'));
    expect(commands.length).toBeGreaterThan(4);
    for (const command of commands) {
      const ended = await deepcoder.run(...command.split(' ').slice(2));
      expect(ended.code, `${command}\n${ended.stderr}`).toBe(0);
    }
  },
  PATIENCE_MS,
);
