import { configJsonSchema, initText } from '@deepcoder/config';
import { describe, expect, it } from 'vitest';
import { load } from './loadHelper.ts';

const LORA_KEYS = ['r', 'alpha', 'dropout', 'target_modules', 'use_rslora', 'modules_to_save'];

describe('initText', () => {
  it('loads as it stands and gives the defaults', async () => {
    const { config, problems } = await load(initText());
    expect(problems).toEqual([]);
    const byDefault = await load(
      `data: {train: ['trajectories/**/*.jsonl']}\nstudent: {model: ./models/student}\nteacher: {model: ./models/teacher}`,
    );
    expect(config).toEqual(byDefault.config);
  });

  it('still loads with the optional sections switched on', async () => {
    const text = initText()
      .replace(/^( +)# (architecture|lora):/gm, '$1$2:')
      .replace(/^( +)# ([a-z_]+: |# )/gm, '$1$2')
      .replace(/^ {2}model: \.\/models\/student$/m, '  model: null');
    const { config, problems } = await load(text);
    expect(problems).toEqual([]);
    expect(config?.student.architecture?.hiddenSize).toBe(256);
    expect(config?.student.lora?.r).toBe(16);
  });

  it('shows every section and the LoRA keys with a comment', () => {
    const text = initText();
    for (const key of [...Object.keys(configJsonSchema().properties ?? {}), ...LORA_KEYS]) {
      expect(text).toMatch(new RegExp(`# .+\\n *(# )?${key}:`));
    }
  });
});
