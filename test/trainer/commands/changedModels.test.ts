import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import {
  runFolders,
  tokenCount,
  workshop,
  writeConfig,
  writeTeacher,
} from '../../support/workshop.ts';

let folder: string;
let deepcoder: Deepcoder;
let run: string;

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  deepcoder = deepcoderIn(folder);
  await writeTeacher(folder, tokenCount(folder), 'base');
  const config = writeConfig(
    folder,
    'lora.yaml',
    `run: {name: lora}
student: {model: base, architecture: null, lora: {r: 2, target_modules: [q_proj]}}
teacher: {type: checkpoint, model: teacher, top_k: 8}
train: {steps: 4}
checkpoints: {every: 2}
`,
  );
  expect(await deepcoder.run('train', config)).toMatchObject({ code: 0, stderr: '' });
  run = runFolders(folder, 'lora').at(-1)!;
  changeRun({ state: 'running' });
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function changeRun(change: object): void {
  const file = path.join(run, 'run.json');
  const before = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...before, ...change }));
}

/** Another value for the last weight in the file. */
function changeWeight(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 2] = bytes[bytes.length - 2]! ^ 1;
  writeFileSync(file, bytes);
}

const addTo = (text: string) => (file: string) => {
  const json = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...json, [text]: '{{ messages }}' }));
};

test.each([
  ['base/model.safetensors', changeWeight, 'model base: '],
  ['teacher/model.safetensors', changeWeight, 'model teacher: '],
  ['tok/tokenizer_config.json', addTo('note'), 'model tokenizer_config: '],
  ['tok/tokenizer_config.json', addTo('chat_template'), 'model chat_template: '],
])(
  'a run does not go on when %s has changed, and says so',
  async (name, change, told) => {
    const file = path.join(folder, name);
    copyFileSync(file, `${file}.kept`);
    change(file);
    const { code, stderr } = await deepcoder.run('resume', run);
    copyFileSync(`${file}.kept`, file);
    expect(stderr).toContain(told);
    expect(code).toBe(3);
  },
  PATIENCE_MS,
);

test(
  'a run does not go on with another executor, and stays one that can be resumed',
  async () => {
    const { fingerprints } = JSON.parse(readFileSync(path.join(run, 'run.json'), 'utf8')) as {
      fingerprints: { executor: string };
    };
    changeRun({ fingerprints: { ...fingerprints, executor: 'onnx cpu, ONNX Runtime 0.1' } });
    for (const attempt of [1, 2]) {
      const { code, stderr } = await deepcoder.run('resume', run);
      expect(stderr, `${attempt}`).toContain(
        `engine executor: onnx cpu, ONNX Runtime 0.1 -> ${fingerprints.executor}`,
      );
      expect(code).toBe(3);
    }
    changeRun({ fingerprints });
    expect(await deepcoder.run('resume', run)).toMatchObject({ code: 0, stderr: '' });
  },
  PATIENCE_MS,
);
