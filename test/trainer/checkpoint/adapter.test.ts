import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import {
  loraRank,
  loraScale,
  type AdapterConfig,
} from '../../../trainer/src/checkpoint/adapterConfig.ts';
import { loraNames, peftName } from '../../../trainer/src/checkpoint/adapterNames.ts';
import { mergeAdapter } from '../../../trainer/src/checkpoint/mergeAdapter.ts';
import { openAdapter, type Adapter } from '../../../trainer/src/checkpoint/openAdapter.ts';
import { saveAdapter } from '../../support/saveAdapter.ts';
import { elementCount } from '../../../trainer/src/checkpoint/tensorSource.ts';
import { tensorsInMemory, type Tensor } from '../../support/tensorsInMemory.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { TINY, tinyWeights } from './support/tinyModel.ts';

const CONFIG: AdapterConfig = {
  baseModelNameOrPath: 'models/base',
  loraRank: 2,
  loraAlpha: 6,
  loraDropout: 0.05,
  targetModules: ['down_proj', 'q_proj'],
  useRslora: false,
  rankPattern: {},
  alphaPattern: {},
  modulesToSave: [],
  ensureWeightTying: false,
  fanInFanOut: false,
};

const QUERY = 'model.layers.0.self_attn.q_proj';
const DOWN = 'model.layers.1.mlp.down_proj';

function tensor(shape: number[], at: (i: number) => number): Tensor {
  return { shape, values: Float32Array.from({ length: elementCount(shape) }, (_, i) => at(i)) };
}

function factors(module: string, [out, width]: [number, number], rank: number): [string, Tensor][] {
  const { loraA, loraB } = loraNames(module);
  return [
    [loraA, tensor([rank, width], (i) => Math.sin(i + 1))],
    [loraB, tensor([out, rank], (i) => Math.cos(3 * i))],
  ];
}

function adapter(changes: Partial<AdapterConfig> = {}, more: [string, Tensor][] = []): Adapter {
  const entries = [...factors(QUERY, [16, 8], 2), ...factors(DOWN, [8, 12], 2), ...more];
  return { config: { ...CONFIG, ...changes }, tensors: tensorsInMemory(new Map(entries)) };
}

async function saved(content: Adapter): Promise<string> {
  const folder = path.join(temporaryFolder(), 'adapter');
  await saveAdapter(folder, content);
  return folder;
}

it('comes back as it was saved', async () => {
  const content = adapter({
    useRslora: true,
    rankPattern: { 'layers\\.7\\.mlp': 4 },
    alphaPattern: { q_proj: 3 },
  });
  const opened = await openAdapter(await saved(content));
  expect(opened.config).toEqual(content.config);
  expect(opened.tensors.names).toEqual(content.tensors.names);
  for (const name of content.tensors.names) {
    expect(opened.tensors.shape(name)).toEqual(content.tensors.shape(name));
    expect(await opened.tensors.read(name)).toEqual(await content.tensors.read(name));
  }
});

it('writes the config with sorted keys', async () => {
  const folder = await saved(adapter());
  expect(readFileSync(path.join(folder, 'adapter_config.json'), 'utf8')).toMatchInlineSnapshot(`
    "{
      "alpha_pattern": {},
      "base_model_name_or_path": "models/base",
      "bias": "none",
      "fan_in_fan_out": false,
      "inference_mode": true,
      "lora_alpha": 6,
      "lora_dropout": 0.05,
      "modules_to_save": null,
      "peft_type": "LORA",
      "r": 2,
      "rank_pattern": {},
      "target_modules": [
        "down_proj",
        "q_proj"
      ],
      "task_type": "CAUSAL_LM",
      "use_dora": false,
      "use_rslora": false
    }
    "
  `);
});

describe('rank and scale of a module', () => {
  it.each([
    [{}, QUERY, 2, 3],
    [{ useRslora: true }, QUERY, 2, 6 / Math.SQRT2],
    [{ rankPattern: { q_proj: 4 } }, QUERY, 4, 1.5],
    [{ rankPattern: { q_proj: 4 }, useRslora: true }, QUERY, 4, 3],
    [{ rankPattern: { 'layers\\.0\\..*': 4 } }, QUERY, 4, 1.5],
    [{ rankPattern: { proj: 4 } }, QUERY, 2, 3],
    [{ alphaPattern: { q_proj: 1 } }, QUERY, 2, 0.5],
    [{ alphaPattern: { q_proj: 1 } }, DOWN, 2, 3],
    [{ alphaPattern: { [QUERY]: 1 } }, QUERY, 2, 0.5],
  ])('with %j is for %s: rank %d, scale %d', (changes, module, rank, scale) => {
    const config = { ...CONFIG, ...changes };
    expect(loraRank(config, module)).toBe(rank);
    expect(loraScale(config, module)).toBeCloseTo(scale, 12);
  });
});

describe('merging', () => {
  it('adds scale * B A to the adapted modules and leaves the others', async () => {
    const base = tinyWeights(TINY);
    const content = adapter({ alphaPattern: { down_proj: 5 } });
    const merged = mergeAdapter(base, content);
    expect(merged.names).toEqual(base.names);
    for (const name of base.names) {
      const weight = base.read(name) as Float32Array;
      const values = await merged.read(name);
      if (name === `${QUERY}.weight`)
        expectMerged(values, weight, content, { module: QUERY, scale: 3 });
      else if (name === `${DOWN}.weight`)
        expectMerged(values, weight, content, { module: DOWN, scale: 2.5 });
      else expect(values).toEqual(weight);
    }
    expect(base.tensors).toEqual(tinyWeights(TINY).tensors);
  });

  it('equals the base when B is zero', async () => {
    const content = adapter();
    (content.tensors.read(loraNames(QUERY).loraB) as Float32Array).fill(0);
    const base = tinyWeights(TINY);
    const merged = mergeAdapter(base, content);
    expect(await merged.read(`${QUERY}.weight`)).toEqual(base.read(`${QUERY}.weight`));
  });

  it('takes modules that were trained whole from the adapter', async () => {
    const head = tensor([11, 8], (i) => i);
    const content = adapter({ modulesToSave: ['lm_head'] }, [[peftName('lm_head.weight'), head]]);
    const opened = await openAdapter(await saved(content));
    expect(await mergeAdapter(tinyWeights(TINY), opened).read('lm_head.weight')).toEqual(
      head.values,
    );
  });

  it('refuses an adapter of another base, with every misfit', () => {
    const small = tinyWeights({ ...TINY, hiddenSize: 4, numHiddenLayers: 1 });
    expect(() => mergeAdapter(small, adapter())).toThrow(
      /3 faults; merge.*\n.*q_proj.*lora_A.* wants \[2, 4\], got \[2, 8\]\n.*"model.layers.1.mlp.down_proj.weight"/,
    );
  });

  it('refuses to change an embedding that is tied to the head', () => {
    const tied = tinyWeights({ ...TINY, tieWordEmbeddings: true });
    const embedding = tensor([11, 8], (i) => i);
    const content = adapter({ modulesToSave: ['embed_tokens'] }, [
      [peftName('model.embed_tokens.weight'), embedding],
    ]);
    expect(() => mergeAdapter(tied, content)).toThrow(/tied to the head/);
  });

  it('takes over such an embedding where the adapter says that the head follows', async () => {
    const tied = tinyWeights({ ...TINY, tieWordEmbeddings: true });
    const embedding = tensor([11, 8], (i) => i);
    const saved = { modulesToSave: ['embed_tokens'], ensureWeightTying: true };
    const content = adapter(saved, [[peftName('model.embed_tokens.weight'), embedding]]);
    const folder = path.join(temporaryFolder(), 'adapter');
    await saveAdapter(folder, content);
    const merged = mergeAdapter(tied, await openAdapter(folder));
    expect(await merged.read('model.embed_tokens.weight')).toEqual(embedding.values);
  });
});

/** Each element by the plain sum in f64. */
function expectMerged(
  merged: Float32Array,
  weight: Float32Array,
  content: Adapter,
  { module, scale }: { module: string; scale: number },
): void {
  const { loraA, loraB } = loraNames(module);
  const [a, b] = [content.tensors.read(loraA), content.tensors.read(loraB)] as Float32Array[];
  const width = content.tensors.shape(loraA)[1]!;
  const wanted = weight.map((value, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    const product = b![2 * row]! * a![column]! + b![2 * row + 1]! * a![width + column]!;
    return value + scale * product;
  });
  const worst = Math.max(...merged.map((value, i) => Math.abs(value - wanted[i]!)));
  expect(worst).toBeLessThan(1e-6);
  expect(Math.max(...merged.map((value, i) => Math.abs(value - weight[i]!)))).toBeGreaterThan(0.1);
}

describe('an adapter that is refused', () => {
  it.each([
    [{ use_dora: true }, /"use_dora": true is not supported/],
    [{ peft_type: 'IA3' }, /"peft_type"/],
    [{ bias: 'all' }, /"bias"/],
    [{ r: 3 }, /wants \[3, in\], got \[2, 8\]/],
    [{ rank_pattern: { q_proj: 1 } }, /wants \[16, 1\]|wants \[out, 1\], got \[16, 2\]/],
    [{ rank_pattern: { '(': 1 } }, /"rank_pattern\.\(": Invalid key/],
    [{ use_qalora: true, r: 0 }, /"r".*\n.*"use_qalora"/],
  ])('for %j', async (changes, message) => {
    const folder = await saved(adapter());
    const file = path.join(folder, 'adapter_config.json');
    const json = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...json, ...changes }));
    await expect(openAdapter(folder)).rejects.toMatchObject({
      name: 'DeepCoderError',
      exitCode: 3,
    });
    await expect(openAdapter(folder)).rejects.toThrow(message);
  });

  it.each([
    ['no such factor', 'base_model.model.x.lora_C.weight', /no factor/],
    ['another prefix', 'model.x.lora_A.weight', /no factor/],
    ['a module that was not named', 'base_model.model.lm_head.weight', /not in modules_to_save/],
    ['half a pair', 'base_model.model.x.lora_A.weight', /x\.lora_B\.weight" is missing/],
  ])('for %s', async (_, name, message) => {
    const folder = await saved(adapter({}, [[name, tensor([2, 2], (i) => i)]]));
    await expect(openAdapter(folder)).rejects.toThrow(message);
  });

  it('for a folder without one', async () => {
    await expect(openAdapter(temporaryFolder())).rejects.toThrow(/there is no adapter_config.json/);
  });
});

it('names the modules by their tensors where the config has a pattern', async () => {
  const folder = await saved(adapter());
  const file = path.join(folder, 'adapter_config.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...json, target_modules: 'all-linear' }));
  expect((await openAdapter(folder)).config.targetModules).toEqual(['down_proj', 'q_proj']);
});
