import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadForRun } from '../../../trainer/src/commands/loadForRun.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test.each([
  ['extends: quickstart\n', true, 'beside the program'],
  ['extends: quickstart\n', false, 'in the working folder'],
  ['extends: quickstart\nteacher: {model: models/none}\n', true, 'as it is named'],
])('%j: the teacher is taken from %s: %s', async (text, isElsewhere, from) => {
  const folder = temporaryFolder();
  const programFolder = path.join(folder, 'program');
  mkdirSync(path.join(programFolder, 'assets/teacher'), { recursive: true });
  const cwd = path.join(folder, 'work');
  mkdirSync(isElsewhere ? cwd : path.join(cwd, 'trainer/assets/teacher'), { recursive: true });
  const file = path.join(cwd, 'c.yaml');
  writeFileSync(file, text);

  const { config } = await loadForRun({ cwd, programFolder }, { path: file, env: {} });
  const expected = {
    'beside the program': path.join(programFolder, 'assets/teacher'),
    'in the working folder': 'trainer/assets/teacher',
    'as it is named': 'models/none',
  }[from];
  expect(config.teacher.model).toBe(expected);
});
