import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import { metricsOf, runFolders, runState } from '../../support/workshop.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const STEPS = 80;

let folder: string;
let deepcoder: Deepcoder;

beforeAll(async () => {
  await buildProgram();
  folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
  deepcoder = deepcoderIn(folder);
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LLAMA =
  'hidden_size: 128, num_hidden_layers: 3, num_attention_heads: 4, num_key_value_heads: 2, intermediate_size: 352, max_position_embeddings: 1024, initializer_range: 0.08';
const GPT2 =
  'type: gpt2, hidden_size: 128, num_hidden_layers: 3, num_attention_heads: 4, intermediate_size: 512, max_position_embeddings: 1024, initializer_range: 0.08';

/** Games as the quickstart's, its student and teacher, learnt from as a preset says. */
function configOf({ name, architecture = LLAMA }: Preset): string {
  return `extends: ${ROOT}/configs/${name}.yaml
run: {name: ${name}}
data: {train: ['env:household?games=800&seed=1'], render: raw, max_length: 640, truncate: drop}
student: {model: null, architecture: {${architecture}}}
teacher: {model: ${ROOT}/trainer/assets/teacher, top_k: 16}
train: {steps: ${STEPS}, micro_batch_size: 4, gradient_accumulation_steps: 1, learning_rate: 2.0e-3, warmup_steps: 10}
`;
}

interface Preset {
  name: string;
  architecture?: string;
  logged: number;
  /** How the weights of reasoning run from the first record to the last. */
  weights: (reasoning: number[]) => void;
}

const PRESETS: Preset[] = [
  {
    name: 'production',
    logged: STEPS / 10,
    weights: (reasoning) => expect(new Set(reasoning).size).toBeGreaterThan(1),
  },
  {
    name: 'research',
    logged: STEPS,
    weights: (reasoning) => {
      expect(reasoning).toEqual(reasoning.toSorted((a, b) => a - b));
      expect(reasoning.at(-1)! / reasoning[0]!).toBeGreaterThan(3);
    },
  },
  {
    name: 'fast',
    logged: STEPS / 10,
    weights: (reasoning) => expect(new Set(reasoning)).toEqual(new Set([1])),
  },
  {
    name: 'paper',
    architecture: GPT2,
    logged: STEPS / 10,
    weights: (reasoning) => expect(new Set(reasoning)).toEqual(new Set([1])),
  },
];

test.each(PRESETS)('the student learns by $name', async (preset) => {
  const { name, logged, weights } = preset;
  writeFileSync(path.join(folder, `${name}.yaml`), configOf(preset));
  const { code, stderr } = await deepcoder.run('train', `${name}.yaml`);
  expect(stderr).not.toMatch(/warning/i);
  expect(code).toBe(0);
  const [run] = runFolders(folder, name);
  expect(runState(run!)).toBe('finished');
  const records = metricsOf(run!);
  const series = (metric: string): number[] =>
    records.flatMap(({ values }) => values[metric] ?? []);
  const losses = series('train/loss');
  expect(losses.length).toBeGreaterThanOrEqual(logged);
  expect(losses.at(-1)! / losses[0]!).toBeLessThan(0.5);
  const agreement = series('eval/teacher_agreement/action').at(-1)!;
  expect(agreement).toBeGreaterThan(0.3);
  weights(series('train/weight/reasoning'));
});
