import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkoutRoot } from '../../../trainer/scripts/prepareCheckout.mjs';
import { bridgePython } from '../../../trainer/src/setup/bridges.ts';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import { workshop } from '../../support/workshop.ts';

const TEXT = readFileSync(path.join(checkoutRoot, 'docs/environments.md'), 'utf8');
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(TEXT)![1]!;
const COMMANDS = [...TEXT.matchAll(/^npx deepcoder (.+)$/gm)].map(([, command]) => command!);
/** What needs Java and a package: tried where somebody has set it up. */
const KITCHEN = /textworld-express|kitchen/;
const hasKitchen = existsSync(bridgePython('textworld-express'));

let folder: string;
let deepcoder: Deepcoder;

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  deepcoder = deepcoderIn(folder);
  writeFileSync(path.join(folder, 'doors.py'), block('python'));
  writeFileSync(path.join(folder, 'worlds.yaml'), `extends: tiny.yaml\n${block('yaml')}`);
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the document has commands of both kinds', () => {
  expect(COMMANDS.filter((command) => KITCHEN.test(command))).toHaveLength(2);
  expect(COMMANDS.filter((command) => !KITCHEN.test(command)).length).toBeGreaterThan(1);
});

test.each(COMMANDS)(
  'deepcoder %s',
  async (command) => {
    if (KITCHEN.test(command) && !hasKitchen) return;
    const ended = await deepcoder.run(...command.split(' '));
    expect(ended.code, ended.stderr).toBe(0);
    if (command.includes('doors') && command.includes('expert')) {
      expect(ended.stdout).toContain('100 %');
      expect(ended.stdout).toContain('20 won');
    }
    if (command.includes('kitchen-data')) {
      expect(readdirSync(path.join(folder, 'kitchen-data'))).toHaveLength(20);
    }
  },
  PATIENCE_MS,
);
