import { initText } from '@deepcoder/config';
import { type Bench, type BenchRow, quantile, uniformFrom } from './bench.ts';
import { startServerClient } from './serverClient.ts';

const KEYSTROKES = 60;

export const configBenches: Bench[] = [{ name: 'server config', run: configTimes }];

const GOALS: Record<string, { atMost: number; params: (line: number) => object }> = {
  diagnostic: { atMost: 50, params: () => ({}) },
  completion: { atMost: 30, params: (line) => ({ position: { line, character: 2 } }) },
  hover: { atMost: 30, params: (line) => ({ position: { line, character: 4 } }) },
  codeLens: { atMost: 50, params: () => ({}) },
  documentSymbol: { atMost: 50, params: () => ({}) },
};

/** Each request after a keystroke in a comment of a config that has every key there is. */
async function configTimes(): Promise<BenchRow[]> {
  const text = initText();
  const comments = text.split('\n').flatMap((line, at) => (/^\s*#/.test(line) ? [at] : []));
  const client = await startServerClient('server');
  client.open('deepcoder.yaml', text);
  await client.time('textDocument/diagnostic');
  const uniform = uniformFrom(4);
  const rows: BenchRow[] = [];
  for (const [method, { atMost, params }] of Object.entries(GOALS)) {
    const times: number[] = [];
    for (let i = 0; i < KEYSTROKES; i += 1) {
      const line = comments[Math.floor(uniform() * comments.length)]!;
      client.type(line, text.split('\n')[line]!.length);
      times.push(await client.time(`textDocument/${method}`, params(line + 1)));
    }
    const name = `server, a whole config: ${method} after a keystroke, 95th percentile`;
    rows.push({ name, value: quantile(times, 0.95), unit: 'ms', atMost });
  }
  await client.end();
  return rows;
}
