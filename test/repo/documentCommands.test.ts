import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkoutRoot } from '../../trainer/scripts/prepareCheckout.mjs';
import { trainingTexts } from '../../trainer/src/eval/household/trainingTexts.ts';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../support/deepcoderProgram.ts';
import { workshop } from '../support/workshop.ts';

const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', ...guides()];

function guides(): string[] {
  try {
    return readdirSync(path.join(checkoutRoot, 'docs')).map((name) => path.join('docs', name));
  } catch {
    return [];
  }
}

/** The commands of a document's shell blocks, without their comments. */
function commandsOf(document: string): string[] {
  const text = readFileSync(path.join(checkoutRoot, document), 'utf8');
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block]) => block!.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');
}

describe.each(DOCUMENTS)('%s', (document) => {
  const { scripts } = JSON.parse(readFileSync(path.join(checkoutRoot, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };

  test('every npm script that it names is there', () => {
    const text = readFileSync(path.join(checkoutRoot, document), 'utf8');
    const named = [...text.matchAll(/npm (?:run ([\w:]+)|(start|test)\b)/g)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, run, short] of named) expect(scripts).toHaveProperty([run ?? short!]);
  });

  test('every command of a shell block is one of npm or deepcoder', () => {
    for (const command of commandsOf(document)) {
      expect(command).toMatch(/^(npm (start|test|run|ci)|npx deepcoder)\b/);
    }
  });
});

describe('the commands of the README, one after the other', () => {
  let folder: string;
  let deepcoder: Deepcoder;
  const commands = commandsOf('README.md').filter((one) => one.startsWith('npx deepcoder'));

  beforeAll(async () => {
    await buildProgram();
    folder = await workshop();
    deepcoder = deepcoderIn(folder);
    const [record] = trainingTexts(new URLSearchParams('games=1&seed=1'));
    writeFileSync(path.join(folder, 'FILE'), record!.text);
  }, PATIENCE_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('there are some', () => expect(commands.length).toBeGreaterThan(5));

  test.each(commands)(
    '%s',
    async (command) => {
      const args = command.split(' ').slice(2);
      const ended = await deepcoder.run(...args.map((word) => (word === 'DIR' ? 'tok' : word)));
      expect(ended.code, ended.stderr).toBe(0);
      // What init writes wants data and models of one's own: here they are.
      if (args[0] === 'init') writeFileSync(path.join(folder, args[1]!), OWN_RUN);
    },
    PATIENCE_MS,
  );
});

/** A LoRA adapter on a checkpoint, for `merge` at the end. */
const OWN_RUN = `extends: tiny.yaml
data: {train: [FILE, 'env:household?games=20&seed=2']}
tokenizer: null
student: {architecture: null, model: teacher, lora: {r: 2, target_modules: [q_proj]}}
`;
