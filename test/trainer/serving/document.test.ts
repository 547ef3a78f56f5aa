import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkoutRoot } from '../../../trainer/scripts/prepareCheckout.mjs';
import type { RunningServer } from '../../../trainer/src/serving/server.ts';
import { servingMetrics } from '../../../trainer/src/serving/servingMetrics.ts';
import { scriptedServed, startTestServer } from '../../support/servedModels.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const run = promisify(execFile);
const DOCUMENT = readFileSync(path.join(checkoutRoot, 'docs/serving.md'), 'utf8');
const CALL = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Bern"}}\n</tool_call>';

let server: RunningServer;
beforeAll(async () => {
  const served = await scriptedServed((prompt) =>
    prompt.includes('sunny in Bern') ? 'It is sunny in Bern.' : CALL,
  );
  server = await startTestServer(served);
});
afterAll(() => server.drain(1000));

function block(language: string): string {
  return new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(DOCUMENT)![1]!;
}

const env = () => ({ ...process.env, STUDENT_URL: `${server.url}/v1` });

test('the agent in TypeScript calls its tool and answers', async () => {
  const outfile = path.join(temporaryFolder(), 'agent.mjs');
  await build({
    ...{ stdin: { contents: block('ts'), loader: 'ts', resolveDir: checkoutRoot }, outfile },
    ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
  });
  const { stdout } = await run(process.execPath, [outfile], { env: env() });
  expect(stdout).toBe('It is sunny in Bern.\n');
});

const python = process.env['DEEPCODER_PYTHON'] ?? '';
const hasClient =
  python !== '' &&
  (await run(python, ['-c', 'import openai']).then(
    () => true,
    () => false,
  ));

test.skipIf(!hasClient)('the agent in Python does the same', async () => {
  const file = path.join(temporaryFolder(), 'agent.py');
  writeFileSync(file, block('python'));
  const { stdout } = await run(python, [file], { env: env() });
  expect(stdout).toBe('It is sunny in Bern.\n');
});

test('the requests for curl are answered', async () => {
  const lines = block('bash').trim().split('\n');
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) {
    const own = line.replace('http://127.0.0.1:8000', server.url);
    const { stdout } = await run('sh', ['-c', `${own} -sSf`]);
    expect(stdout).toMatch(/"text":|"tokens":|# HELP/);
  }
});

test('the dashboard shows metrics that are there', async () => {
  const file = path.join(checkoutRoot, 'trainer/assets/grafana-serving.json');
  const named = readFileSync(file, 'utf8').match(/(?:vllm:|deepcoder_)\w+/g)!;
  const text = await servingMetrics('m').text();
  expect(new Set(named).size).toBeGreaterThan(10);
  for (const name of new Set(named)) expect(text).toContain(name.replace(/_bucket$/, ''));
});
