import { readFile } from 'node:fs/promises';
import { configFileJsonSchema, loadConfig, PRESETS } from '@deepcoder/config';
import { describe, expect, it } from 'vitest';

const CONFIGS = new URL('../../configs/', import.meta.url);

describe('what is written from something else agrees with it (npm run sync)', () => {
  it('the JSON schema', async () => {
    const text = await readFile(new URL('schema/deepcoder.schema.json', CONFIGS), 'utf8');
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(configFileJsonSchema())));
  });

  it.each(Object.entries(PRESETS))('the preset %s', async (name, text) => {
    expect(text).toBe(await readFile(new URL(`${name}.yaml`, CONFIGS), 'utf8'));
  });
});

describe('presets', () => {
  const settings = [
    'data.train=[a]',
    'student.model=m',
    'student.architecture=null',
    'teacher.model=t',
  ];

  it.each(Object.keys(PRESETS))('%s is valid once data and models are named', async (path) => {
    const readText = () => {
      throw new Error('a preset reads no file');
    };
    const { problems } = await loadConfig({ path, readText, env: {}, set: settings });
    expect(problems).toEqual([]);
  });

  it.each([
    ['fast', 'kl', 'uniform'],
    ['research', 'wasserstein', 'curriculum'],
    ['production', 'adaptive', 'adaptive'],
    ['paper', 'kl', 'uniform'],
  ])('%s: %s and %s weights', async (path, type, strategy) => {
    const { config } = await loadConfig({ path, readText: () => '', env: {}, set: settings });
    expect(config?.loss.type).toBe(type);
    expect(config?.weights.strategy).toBe(strategy);
  });
});
