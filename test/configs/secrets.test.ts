import { configError, formatProblem, resolvedText } from '@deepcoder/config';
import { describe, expect, it } from 'vitest';
import { load } from './loadHelper.ts';

const SECRET = 'hush-7f3a';

/** None of these need look like a secret's name. */
const NAMES = [
  ...['API_KEY', 'TOKEN', 'SECRET', 'PASSWORD', 'PASSWD', 'CREDENTIAL', 'AUTH', 'BEARER'],
  ...['HF_HUB', 'WANDB', 'MLFLOW_URI', 'DB', 'DSN', 'PAT', 'PIN', 'X', '_', 'value', 'Home', 'N1'],
];

/** What is told or written of a config that names the variable in one of its keys. */
const ROUTES: [route: string, key: (reference: string) => string][] = [
  ['the resolved config', (it) => `tokenizer: "${it}"`],
  ['a path in a list', (it) => `data: {train: ["${it}/a.jsonl"]}`],
  ['a value that is refused', (it) => `train: {precision: "${it}"}`],
  ['a number that is none', (it) => `train: {steps: "${it}"}`],
  ["a run's name", (it) => `run: {name: "${it}"}`],
  ["a run's folder", (it) => `run: {dir: "runs/${it}"}`],
  ['a pattern', (it) => `data: {train: [a], rules: {mine: {action: "(${it}"}}}`],
];

describe.each(ROUTES)('a value from the environment in %s', (_, key) => {
  it.each(NAMES)('is never shown: %s', async (name) => {
    const text = `student: {model: models/s}\n${key(`\${env:${name}}`)}\n`;
    const whole = text.includes('data:') ? text : `data: {train: [a]}\n${text}`;
    const loaded = await load(whole, { env: { [name]: SECRET } });
    const told = loaded.problems.map((problem) => formatProblem(problem));
    if (loaded.yaml === null) told.push(configError(loaded.problems).message);
    else told.push(resolvedText(loaded));
    expect(told.join('\n')).not.toContain(SECRET);
    expect(told.join('\n')).toMatch(/\$\{env:|must not be seen/);
  });
});
