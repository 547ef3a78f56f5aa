import { configError, resolvedText } from '@deepcoder/config';
import { describe, expect, it } from 'vitest';
import { load, MINIMAL } from './loadHelper.ts';

describe('resolvedText', () => {
  const text = `${MINIMAL}tokenizer: \${env:PLACE}\ntrain:\n  steps: \${env:STEPS}`;
  const env = { PLACE: 'hush', STEPS: '17' };

  it('keeps references to texts, writes numbers, and loads to the same config', async () => {
    const loaded = await load(text, { env });
    const written = resolvedText(loaded);
    expect(written).not.toContain('hush');
    expect(written).toContain('${env:PLACE}');
    expect(written).toContain('steps: 17');
    const again = await load(written, { env });
    expect(again.config).toEqual(loaded.config);
  });
});

describe('configError', () => {
  it('lists all errors in one message', async () => {
    const { problems } = await load(`${MINIMAL}run: {sed: 1}\nloss: {kd: 2}`);
    const error = configError(problems);
    expect(error.exitCode).toBe(2);
    expect(error.message.split('\n')).toEqual([
      '2 errors in the config',
      'main.yaml:3:7: run.sed: there is no such key; did you mean run.seed?',
      'main.yaml:4:12: loss.kd: must be a number from 0 to 1, got 2',
    ]);
  });
});
