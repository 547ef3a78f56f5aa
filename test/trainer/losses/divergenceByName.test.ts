import { type Config, DeepCoderError, loadConfig } from '@deepcoder/config';
import { expect, it, test } from 'vitest';
import {
  divergenceByName,
  DIVERGENCES,
  divergenceOf,
} from '../../../trainer/src/losses/divergenceByName.ts';
import { forwardKl } from '../../../trainer/src/losses/forwardKl.ts';
import { uld } from '../../../trainer/src/losses/uld.ts';
import { PARAMETERS } from './support/divergences.ts';

async function lossConfig(loss: string): Promise<Config['loss']> {
  const text = `data: {train: [a.jsonl]}\nstudent: {model: s}\nteacher: {model: t}\nloss: ${loss}\n`;
  const readText = (): Promise<string> => Promise.resolve(text);
  const { config, problems } = await loadConfig({ path: 'c.yaml', readText, env: {} });
  if (config === null) throw new Error(JSON.stringify(problems));
  return config.loss;
}

test('the table has the names of the config, and each name makes a divergence', async () => {
  // A teacher with another tokenizer cannot be trained with yet.
  for (const name of Object.keys(DIVERGENCES).filter((one) => one !== 'uld')) {
    const loss = await lossConfig(`{type: ${name}}`);
    expect(loss.type).toBe(name);
    expect(divergenceOf(loss, { sharesTokenizer: true })).toHaveProperty('evaluate');
  }
});

it.each([
  ['alpha', { alpha: 0.3 }],
  ['focal', { gamma: 1 }],
  ['jsd', { beta: 0.2 }],
  ['jsd', { generalizedJsd: true }],
  ['symmetric', { lambda: 0.7 }],
  ['skew_kl', { lambda: 0.7 }],
])('%s depends on %o', (name, change) => {
  const plain = divergenceByName(name, PARAMETERS).name;
  expect(divergenceByName(name, { ...PARAMETERS, ...change }).name).not.toBe(plain);
});

test('a name that does not exist lists the names', () => {
  for (const name of ['klx', 'toString', '']) {
    expect(() => divergenceByName(name, PARAMETERS)).toThrow(
      /there is no such loss; there are kl, reverse_kl, symmetric, .* adaptive$/,
    );
  }
});

const type = { ...PARAMETERS, type: 'kl' as const };

test('uld is refused with a shared tokenizer, all others without', () => {
  expect(() => divergenceOf({ ...type, type: 'uld' }, { sharesTokenizer: true })).toThrow(
    /share a tokenizer, so take a loss that compares token by token/,
  );
  expect(divergenceOf({ ...type, type: 'uld' }, { sharesTokenizer: false })).toBe(uld);
  expect(() => divergenceOf(type, { sharesTokenizer: false })).toThrow(/take uld/);
});

test('one for each kind', () => {
  const perKind = { reasoning: 'kl', action: 'uld', observation: 'kl', other: 'kl' } as const;
  expect(() => divergenceOf({ ...type, type: perKind }, { sharesTokenizer: true })).toThrow('uld');
  const made = divergenceOf(
    { ...type, type: { ...perKind, action: 'wasserstein' } },
    { sharesTokenizer: true },
  );
  expect(made).toMatchObject({ reasoning: forwardKl, action: { name: 'wasserstein' } });
});

test('skew_kl with lambda 1 would be 0 everywhere', () => {
  const make = (): unknown => divergenceByName('skew_kl', { ...PARAMETERS, lambda: 1 });
  expect(make).toThrow(DeepCoderError);
  expect(make).toThrow(/loss.lambda/);
});
