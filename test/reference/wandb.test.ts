import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { trackedRun } from '../../trainer/src/trackers/tracker.ts';
import { wandbTracker } from '../../trainer/src/trackers/wandb.ts';

/** The official program beside the Python of `npm run reference`; `pip install wandb==0.31.0` puts it there. */
const PROGRAM = path.join(path.dirname(process.env['DEEPCODER_PYTHON'] ?? '/none/python'), 'wandb');

interface Streamed {
  files?: Record<string, { offset: number; content: string[] }>;
  complete?: boolean;
  exitcode?: number;
}

/** As much of W&B's server as an upload needs; it answers every query alike. */
async function fakeServer() {
  const streamed: Streamed[] = [];
  const configs: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString();
      if (request.url?.endsWith('/file_stream') === true)
        streamed.push(JSON.parse(text) as Streamed);
      if (text.includes('upsertBucket') || text.includes('UpsertBucket')) configs.push(text);
      const project = { name: 'p', entity: { name: 'us' } };
      const bucket = {
        id: 'B',
        name: 'r',
        displayName: 'r',
        config: '{}',
        sweepName: null,
        project,
      };
      const data = {
        upsertBucket: { bucket, inserted: true },
        viewer: { id: 'V', entity: 'us', flags: '{}', teams: { edges: [] } },
        serverInfo: { cliVersionInfo: {}, latestLocalVersionInfo: null },
        createRunFiles: { runID: 'B', uploadHeaders: [], files: [] },
        model: { bucket },
      };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.url === '/graphql' ? { data } : {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, streamed, configs };
}

test('the official program uploads what we write', { timeout: 300_000 }, async ({ skip }) => {
  if (!existsSync(PROGRAM)) skip('pip install wandb beside the Python of npm run reference');
  const folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const { url, streamed, configs } = await fakeServer();
  const configText = 'run: {name: n}\ntrain: {learning_rate: 0.5}\n';
  const run = await trackedRun(folder, { configText, report: () => undefined, now: Date.now });
  const sync = async (place: string) => {
    const env = {
      ...process.env,
      WANDB_BASE_URL: url,
      WANDB_API_KEY: 'a'.repeat(40),
      HOME: folder,
    };
    await promisify(execFile)(PROGRAM, ['sync', '--yes', place], { env });
    return null;
  };
  const tracker = wandbTracker(run, { project: 'p', entity: 'us', tags: ['a tag'], sync });
  await tracker.open();
  for (let step = 1; step <= 2000; step++) {
    const values = { 'train/loss': 1 / step, 'train/loss/reasoning': step };
    await tracker.write({ step, tokensSeen: step, time: Date.now() / 1000, values });
  }
  await tracker.close('finished');
  await tracker.attach(null);
  const lines = streamed.flatMap(({ files }) => files?.['wandb-history.jsonl']?.content ?? []);
  const rows = lines.map((line) => JSON.parse(line) as Record<string, number>);
  expect(rows.map((row) => row['_step'])).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1));
  expect(rows[1]).toMatchObject({ 'train/loss': 0.5, 'train/loss/reasoning': 2 });
  expect(streamed.at(-1)).toMatchObject({ complete: true, exitcode: 0 });
  expect(configs.join()).toContain('a tag');
  expect(configs.join()).toContain('train.learning_rate');
});
