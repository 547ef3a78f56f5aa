import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import {
  metricsOf,
  runFolders,
  tokenCount,
  workshop,
  writeConfig,
  writeTeacher,
} from '../../support/workshop.ts';

let folder: string;
let deepcoder: Deepcoder;
let tokens: number;

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  deepcoder = deepcoderIn(folder);
  tokens = tokenCount(folder);
  await writeTeacher(folder, tokens + 24, 'padded');
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['student', { teacher: 0, student: 8 }],
  ['teacher', { teacher: 24, student: 0 }],
  ['both', { teacher: 24, student: 8 }],
])(
  "padding of the %s is told and left out, with all of the teacher's tokens kept",
  async (name, padding) => {
    const config = writeConfig(
      folder,
      `${name}.yaml`,
      `run: {name: ${name}}
teacher: {type: checkpoint, model: ${padding.teacher > 0 ? 'padded' : 'teacher'}, top_k: 1024, cache: scores-${name}}
student: {architecture: {vocab_size: ${tokens + padding.student}}}
loss: {kd: 1}
train: {steps: 12}
`,
    );
    const told = [
      ...(padding.teacher > 0
        ? [`teacher: 24 of its ${tokens + 24} rows are no token of the student and are left out`]
        : []),
      ...(padding.student > 0
        ? [`student: 8 of its ${tokens + 8} rows are no token (padding)`]
        : []),
    ];
    const checked = await deepcoder.run('check', config);
    expect(checked.code).toBe(0);
    for (const line of told) expect(checked.stdout).toContain(line);
    expect(checked.stdout.split('padding  ')).toHaveLength(told.length + 1);
    expect(await deepcoder.run('train', config)).toMatchObject({ code: 0, stderr: '' });
    const run = runFolders(folder, name).at(-1)!;
    const log = readFileSync(path.join(run, 'trainer.log'), 'utf8');
    for (const line of told) expect(log).toContain(line);
    const steps = metricsOf(run).filter(({ values }) => 'train/divergence' in values);
    // All of the teacher's probability lies on tokens that both know.
    for (const { values } of steps) expect(values['train/teacher_mass']).toBeCloseTo(1, 4);
    expect(steps.at(-1)!.values['train/divergence']).toBeLessThan(
      steps[0]!.values['train/divergence']!,
    );
  },
  PATIENCE_MS,
);
