import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { labelRulesOf } from '@deepcoder/config';
import { parse } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { readingOf, readTrajectories } from '../../../trainer/src/commands/readTrajectory.ts';
import type { Cli } from '../../../trainer/src/commands/cli.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const LOG = 'think: look\ndo: open box\nsee: a pen\nthink: enough\ndo: stop\n';
const RULES = 'reasoning: "^think: "\naction: "^do: "\nobservation: "^see: "\n';

/** The kinds that a log is read with. */
async function kindsOf(
  files: Record<string, string>,
  options: Parameters<typeof readingOf>[1],
): Promise<string[]> {
  const cwd = temporaryFolder();
  for (const [name, text] of Object.entries({ 'a.log': LOG, ...files })) {
    writeFileSync(path.join(cwd, name), text);
  }
  const cli = { cwd, env: {}, programFolder: '/nowhere' } as unknown as Cli;
  const { config } = options;
  const placed = config === undefined ? options : { ...options, config: path.join(cwd, config) };
  const reading = await readingOf(cli, placed);
  const read = readTrajectories(cli, { file: 'a.log', reading, troubles: [] });
  for await (const { parsed } of read) return parsed.spans.map(({ kind }) => kind);
  return [];
}

const KINDS = ['reasoning', 'action', 'observation', 'reasoning', 'action'];

describe('label rules', () => {
  test('detection does not know the log', () => {
    expect(parse(LOG).trajectories).toEqual([]);
  });

  test.each([
    ['kinds alone', 'r.yaml', RULES, {}],
    [
      'by name',
      'r.yaml',
      `mine: {reasoning: "^think: ", action: "^do: ", observation: "^see: "}`,
      {},
    ],
    [
      'JSON, as in a config',
      'r.json',
      '{"data": {"rules": {"a": {"reasoning": "^think: ", "action": "^do: ", "observation": "^see: "}}}}',
      {},
    ],
    [
      'one of several',
      'r.yaml',
      `b: {action: "^x"}\nmine:\n  ${RULES.trim().replaceAll('\n', '\n  ')}`,
      { format: 'mine' },
    ],
  ])('of a file: %s', async (_, name, text, more) => {
    expect(await kindsOf({ [name]: text }, { rules: name, ...more })).toEqual(KINDS);
  });

  test.each([
    ['a map from glob', '{"*.log": mine}'],
    ['a name', 'mine'],
  ])('of a config, as training takes them: %s', async (_, format) => {
    const rules = RULES.trim().replaceAll('\n', '\n      ');
    const config = `data:\n  train: [a.log]\n  format: ${format}\n  rules:\n    mine:\n      ${rules}\nstudent: {model: m}\n`;
    expect(await kindsOf({ 'c.yaml': config }, { config: 'c.yaml' })).toEqual(KINDS);
  });

  test.each([
    ['several without a choice', 'a: {action: "^x"}\nb: {action: "^y"}', /holds the rules a, b/],
    ['a pattern that is none', 'action: "("', /action: is not a regular expression/],
    ['another kind', 'a: {acton: "^x"}', /a: must be a map from kind/],
    ['nothing', '', /must be a map from kind/],
    ['no YAML', 'a: [', /./],
  ])('are refused: %s', async (_, text, message) => {
    await expect(kindsOf({ 'r.yaml': text }, { rules: 'r.yaml' })).rejects.toThrow(message);
    await expect(kindsOf({}, { rules: 'gone.yaml' })).rejects.toThrow(/cannot be read/);
  });

  test('names of foreign files are no trap', () => {
    const { rules } = labelRulesOf('__proto__: {action: "^x"}\nconstructor: {action: "^y"}', 'r');
    expect(Object.keys(rules)).toContain('constructor');
    expect(({} as Record<string, unknown>).action).toBeUndefined();
  });
});
