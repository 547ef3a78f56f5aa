import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openGraphCache, type TracedGraph } from '../../../trainer/src/engine/onnx/graphCache.ts';
import { openExecutor } from '../../../trainer/src/engine/openExecutor.ts';
import type { Program } from '../../../trainer/src/engine/program.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const GRAPH: TracedGraph = {
  model: Uint8Array.from({ length: 300 }, (_, i) => i),
  nodes: 7,
  doubled: [],
  uses: { read: [], shared: [] },
  outputs: { 'output/y': { shape: [2, 3], dtype: 'float32' } },
};

const onlyFile = (folder: string): string => path.join(folder, readdirSync(folder)[0]!);

describe('the cache of graphs', () => {
  it('gives back what was written, to the same build only', async () => {
    const folder = temporaryFolder();
    await openGraphCache(folder, 'one').write('key', GRAPH);
    const kept = await openGraphCache(folder, 'one').read('key');
    expect(kept && { ...kept, model: Uint8Array.from(kept.model) }).toEqual(GRAPH);
    expect(await openGraphCache(folder, 'two').read('key')).toBeNull();
    expect(await openGraphCache(folder, 'one').read('other')).toBeNull();
  });

  it('never gives a damaged one: any bit flipped, any end cut off, anything appended', async () => {
    const folder = temporaryFolder();
    const cache = openGraphCache(folder, 'one');
    await cache.write('key', GRAPH);
    const whole = readFileSync(onlyFile(folder));
    const damaged = fc.oneof(
      fc.nat(whole.length * 8 - 1).map((bit) => {
        const bytes = Buffer.from(whole);
        bytes[bit >> 3] = bytes[bit >> 3]! ^ (1 << (bit & 7));
        return bytes;
      }),
      fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
      fc.uint8Array({ minLength: 1, maxLength: 9 }).map((more) => Buffer.concat([whole, more])),
    );
    const property = fc.asyncProperty(damaged, async (bytes) => {
      writeFileSync(onlyFile(folder), bytes);
      expect(await cache.read('key')).toBeNull();
    });
    await fc.assert(property, { seed: 5, numRuns: 300 });
  });

  it('costs only time where it cannot be written', async () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await openGraphCache(file, 'one').write('key', GRAPH);
    expect(await openGraphCache(file, 'one').read('key')).toBeNull();
  });

  it('removes what was not used for a month, and keeps what was', async () => {
    const folder = temporaryFolder();
    const cache = openGraphCache(folder, 'one');
    const long = new Date(Date.now() - 40 * 24 * 3600 * 1000);
    for (const key of ['used', 'unused']) {
      await cache.write(key, GRAPH);
      for (const name of readdirSync(folder)) utimesSync(path.join(folder, name), long, long);
      if (key === 'used') await cache.read(key);
    }
    await cache.read('used');
    await cache.write('new', GRAPH);
    expect(await cache.read('unused')).toBeNull();
    expect(await cache.read('used')).not.toBeNull();
  });
});

const DOUBLE: Program = {
  name: 'double',
  state: {},
  constants: {},
  inputs: { x: { shape: [2], dtype: 'float32' } },
  build: ({ inputs }) => ({ outputs: { y: tf.mul(inputs['x']!, 2) }, updates: {} }),
};

it('a program whose kept graph is damaged is traced again, computes the same, and is kept again', async () => {
  const folder = temporaryFolder();
  const request = { executor: 'onnx', provider: 'cpu', threads: 1, cacheDir: folder } as const;
  const { executor } = await openExecutor(request);
  const compile = () => executor.compile(DOUBLE, {}, { cacheKey: 'k' });
  const results: boolean[] = [];
  const attempt = async () => {
    const compiled = await compile();
    results.push(compiled.info.cached);
    const { y } = await compiled.run({}, { x: Float32Array.of(3, 4) });
    expect([...(y as Float32Array)]).toEqual([6, 8]);
    await compiled.dispose();
  };
  await attempt();
  await attempt();
  const file = onlyFile(folder);
  const bytes = readFileSync(file);
  bytes[bytes.length - 3] = bytes[bytes.length - 3]! ^ 4;
  writeFileSync(file, bytes);
  await attempt();
  await attempt();
  expect(results).toEqual([false, true, false, true]);
  expect(statSync(file).size).toBe(bytes.length);
});
