import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    if (!document.startsWith('docs')) expect(named.length).toBeGreaterThan(0);
    for (const [, run, short] of named) expect(scripts).toHaveProperty([run ?? short!]);
  });

  test('every command of a shell block is one of npm or deepcoder', () => {
    for (const command of commandsOf(document)) {
      expect(command).toMatch(/^(npm (start|test|run|ci)|npx deepcoder)\b/);
    }
  });
});

/** A LoRA adapter on a checkpoint, for `merge` at the end. */
const OWN_RUN = `extends: tiny.yaml
data: {train: [logs/game-1.txt, 'env:household?games=20&seed=2']}
tokenizer: null
student: {architecture: null, model: teacher, lora: {r: 2, target_modules: [q_proj]}}
`;

/** What a document's reader has, and what stands in the config that `init` has written once it is edited. */
const READERS: Record<string, { words: Record<string, string>; config: string }> = {
  'README.md': { words: { DIR: 'tok', FILE: 'logs/game-1.txt' }, config: OWN_RUN },
  'docs/guide.md': { words: {}, config: firstYaml('docs/guide.md') },
};

describe.each(Object.entries(READERS))(
  'the commands of %s, one after the other',
  (name, reader) => {
    let folder: string;
    let deepcoder: Deepcoder;
    const commands = commandsOf(name).filter((one) => one.startsWith('npx deepcoder'));

    beforeAll(async () => {
      await buildProgram();
      folder = await workshop();
      deepcoder = deepcoderIn(folder);
      mkdirSync(path.join(folder, 'logs'));
      const records = [...trainingTexts(new URLSearchParams('games=12&seed=1'))];
      for (const [i, { text }] of records.entries())
        writeFileSync(path.join(folder, `logs/game-${i + 1}.txt`), text);
      for (const model of ['student', 'teacher'])
        cpSync(path.join(folder, 'teacher'), path.join(folder, 'models', model), {
          recursive: true,
        });
    }, PATIENCE_MS);

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test('there are some', () => expect(commands.length).toBeGreaterThan(5));

    test.each(commands)(
      '%s',
      async (command) => {
        const args = command.split(' ').slice(2);
        const ended = await deepcoder.run(...args.map((word) => reader.words[word] ?? word));
        expect(ended.code, ended.stderr).toBe(0);
        if (args[0] === 'init') writeFileSync(path.join(folder, args[1]!), reader.config);
      },
      PATIENCE_MS,
    );
  },
);

function firstYaml(document: string): string {
  const text = readFileSync(path.join(checkoutRoot, document), 'utf8');
  return /```yaml\n([\s\S]*?)```/.exec(text)![1]!;
}
