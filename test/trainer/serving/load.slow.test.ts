import { expect, test } from 'vitest';
import { openOnnx, random } from '../../support/executors.ts';
import { startTestServer, tinyServed } from '../../support/servedModels.ts';

const REQUESTS = 2000;
const AT_ONCE = 16;
const MB = 2 ** 20;

test('2,000 requests of which 1 % leave: no wrong answer, nothing that stays behind', async () => {
  const served = await tinyServed(await openOnnx(), { together: 8, kept: 12 });
  const server = await startTestServer(served);
  const next = random(3);
  const prompts = Array.from({ length: 40 }, (_, i) => `${'agent '.repeat(i % 7)}${i} goes on`);
  const ask = async (prompt: string, signal: AbortSignal | null): Promise<string> => {
    const answer = await fetch(`${server.url}/v1/completions`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, signal },
      body: JSON.stringify({ prompt, max_tokens: 12, temperature: 0 }),
    });
    const { choices } = (await answer.json()) as { choices: { text: string }[] };
    return choices[0]!.text;
  };
  const alone = new Map<string, string>();
  for (const prompt of prompts) alone.set(prompt, await ask(prompt, null));

  let [left, started, wrong] = [0, 0, 0];
  let before = 0;
  const worker = async (): Promise<void> => {
    while (started < REQUESTS) {
      if (++started === REQUESTS / 4) before = process.memoryUsage().rss;
      const prompt = prompts[Math.floor(next() * prompts.length)]!;
      const leaves = next() < 0.01;
      try {
        const said = await ask(prompt, leaves ? AbortSignal.timeout(5) : null);
        if (said !== alone.get(prompt)) wrong++;
      } catch (error) {
        if (!leaves) throw error;
        left++;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  expect(wrong).toBe(0);
  expect(left).toBeGreaterThan(3);
  await expect.poll(() => served.scheduler.state()).toMatchObject({ running: 0, waiting: 0 });
  expect(served.scheduler.state().sequences).toBeLessThanOrEqual(12);
  expect(process.memoryUsage().rss - before).toBeLessThan(120 * MB);
  await server.drain(1000);
});
