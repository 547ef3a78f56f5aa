import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Finished, Generation } from '../../../trainer/src/serving/scheduler.ts';
import type { ServedModel } from '../../../trainer/src/serving/servedModel.ts';
import { openOnnx, random } from '../../support/executors.ts';
import { tinyServed } from '../../support/servedModels.ts';

const GREEDY = {
  ...{ temperature: 0, topK: 0, topP: 1, minP: 0 },
  ...{ repetitionPenalty: 1, presencePenalty: 0, frequencyPenalty: 0 },
  bias: new Map<number, number>(),
};

let served: ServedModel;
beforeAll(async () => {
  served = await tinyServed(await openOnnx());
});

interface Told extends Finished {
  ids: number[];
}

async function generate(
  prompt: readonly number[],
  more: Partial<Generation> = {},
  within = served,
): Promise<Told> {
  const ids: number[] = [];
  const finished = await within.scheduler.run({
    ...{ model: 'tiny', prompt, maxTokens: 12, choice: GREEDY, uniform: random(1) },
    ...{ stopIds: new Set(), logprobs: null, promptLogprobs: null, constraint: null },
    signal: new AbortController().signal,
    ...more,
    onToken: async (token) => {
      ids.push(token.id);
      return (await more.onToken?.(token)) ?? false;
    },
  });
  return { ...finished, ids };
}

/** Prompts that begin alike, as an agent's do, and of any length. */
function promptOf({ family, length }: { family: number; length: number }): number[] {
  const next = random(family);
  return Array.from({ length }, () => Math.floor(next() * 256));
}

const request = fc.record({
  family: fc.integer({ min: 1, max: 3 }),
  length: fc.integer({ min: 1, max: 200 }),
  maxTokens: fc.integer({ min: 1, max: 20 }),
  /** After how many tokens its client leaves; more than it generates: it stays. */
  leavesAfter: fc.integer({ min: 1, max: 30 }),
});

test('with others coming and leaving, each says what it says alone', async () => {
  const alone = new Map<string, number[]>();
  const said = async (prompt: number[]): Promise<number[]> => {
    const key = prompt.join();
    const known = alone.get(key);
    if (known !== undefined) return known;
    const { ids } = await generate(prompt, { maxTokens: 20 });
    alone.set(key, ids);
    return ids;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 2, maxLength: 9 }), async (requests) => {
      const made = await Promise.all(
        requests.map(async ({ maxTokens, leavesAfter, ...shape }) => {
          const controller = new AbortController();
          const prompt = promptOf(shape);
          let tokens = 0;
          const told = await generate(prompt, {
            ...{ maxTokens, signal: controller.signal },
            onToken: () => {
              if (++tokens === leavesAfter) controller.abort();
              return false;
            },
          });
          return { prompt, told, maxTokens };
        }),
      );
      for (const { prompt, told, maxTokens } of made) {
        const expected = (await said(prompt)).slice(0, maxTokens);
        expect(told.ids).toEqual(expected.slice(0, told.ids.length));
        if (told.reason === 'length') expect(told.ids).toHaveLength(maxTokens);
      }
      expect(served.scheduler.state()).toMatchObject({ running: 0, waiting: 0 });
      expect(served.scheduler.state().sequences).toBeLessThanOrEqual(6);
    }),
    { numRuns: 12, seed: 7 },
  );
}, 120_000);

test('what was seen before is not computed again, and changes nothing', async () => {
  const own = await tinyServed(await openOnnx());
  const prompt = promptOf({ family: 9, length: 150 });
  const first = await generate(prompt, {}, own);
  expect(first.cached).toBe(0);
  const again = await generate(prompt, {}, own);
  expect(again).toMatchObject({ cached: 144, ids: first.ids });
  const longer = await generate([...prompt, ...first.ids, 1, 2, 3], {}, own);
  expect(longer.cached).toBe(160);
  const afresh = await tinyServed(await openOnnx());
  expect(longer.ids).toEqual((await generate([...prompt, ...first.ids, 1, 2, 3], {}, afresh)).ids);
});

test('an answer ends at its tokens, its stop, its caller’s wish and the end of the context', async () => {
  const prompt = promptOf({ family: 4, length: 20 });
  const { ids } = await generate(prompt);
  expect(ids).toHaveLength(12);
  const stopAt = ids.findIndex((id, at) => at > 2 && !ids.slice(0, at).includes(id));
  const stopped = await generate(prompt, { stopIds: new Set([ids[stopAt]!]) });
  expect(stopped).toMatchObject({ reason: 'stop', tokens: stopAt + 1 });
  const wished = await generate(prompt, { onToken: ({ id }) => id === ids[1] });
  expect(wished.reason).toBe('stop');
  const full = await generate(promptOf({ family: 4, length: 508 }), { maxTokens: 99 });
  expect(full).toMatchObject({ reason: 'length', tokens: 4 });
});

test('scores of a prompt are the log-probabilities of its own tokens', async () => {
  const prompt = promptOf({ family: 5, length: 140 });
  const { promptScores } = await generate(prompt, { promptLogprobs: 3, maxTokens: 1 });
  expect(promptScores).toHaveLength(prompt.length);
  expect(promptScores![0]).toBeNull();
  for (const at of [1, 17, 128, 139]) {
    const scored = promptScores![at]!;
    expect(scored.token.id).toBe(prompt[at]);
    expect(scored.top.map(({ rank }) => rank)).toEqual([1, 2, 3]);
    // What comes after a prompt is the first thing that is generated, with the same score.
    let first: { id: number; logprob: number } | undefined;
    await generate(prompt.slice(0, at), {
      ...{ maxTokens: 1, logprobs: 1 },
      onToken: ({ scores }) => {
        first = scores!.top[0];
        return false;
      },
    });
    expect(scored.top[0]!.id).toBe(first!.id);
    expect(scored.top[0]!.logprob).toBeCloseTo(first!.logprob, 4);
  }
});

test('a failure ends its own requests only', async () => {
  const bad = generate(promptOf({ family: 6, length: 30 }), {
    onToken: () => {
      throw new Error('the client is broken');
    },
  });
  const good = generate(promptOf({ family: 7, length: 30 }));
  await expect(bad).rejects.toThrow('broken');
  expect((await good).ids).toHaveLength(12);
  await expect(generate([1], { model: 'other' })).rejects.toThrow(/not loaded/);
});
