import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkoutRoot } from '../../../trainer/scripts/prepareCheckout.mjs';
import { buildProgram, PATIENCE_MS } from '../../support/deepcoderProgram.ts';

const CONFIG = `extends: quickstart
run: {name: tiny}
data: {train: ['env:household?games=10&seed=1'], eval: 0}
student:
  architecture: {hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 2, intermediate_size: 64}
train: {steps: 100000, micro_batch_size: 1}
eval: {every: 100000, games: 1}
`;

describe('the protocol for coding agents, by its own client', { timeout: PATIENCE_MS }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dc-mcp-'));
  const client = new Client({ name: 'test', version: '1' });

  beforeAll(async () => {
    await buildProgram();
    writeFileSync(path.join(folder, 'log.txt'), 'Task: a\nThought: b\nAction: c\nObservation: d\n');
    writeFileSync(path.join(folder, 'tiny.yaml'), CONFIG);
    const program = path.join(checkoutRoot, 'trainer/dist/deepcoder.mjs');
    const env = { ...process.env, DEEPCODER_ENV: '', DEEPCODER_CACHE: folder } as Record<
      string,
      string
    >;
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [program, 'mcp'],
        cwd: folder,
        env,
      }),
    );
  }, PATIENCE_MS);

  afterAll(async () => {
    await client.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const call = async (name: string, given: Record<string, unknown> = {}) => {
    const { content, isError } = await client.callTool({ name, arguments: given }, undefined, {
      timeout: PATIENCE_MS / 2,
    });
    const [first] = content as { type: string; text: string }[];
    return { text: first!.text, isError: isError === true };
  };

  test('every tool says what it does, and whether it only reads', async () => {
    const { tools } = await client.listTools();
    const reading = tools.filter(({ annotations }) => annotations?.readOnlyHint === true);
    expect(reading.map(({ name }) => name).sort()).toEqual([
      ...['check_config', 'compare_runs', 'list_runs', 'parse_trajectories', 'read_metrics'],
      'trajectory_statistics',
    ]);
    expect(tools.every(({ description = '' }) => description.length > 20)).toBe(true);
    expect(tools).toHaveLength(8);
  });

  test('a trajectory is parsed; a file that is not there is an error in words', async () => {
    const parsed = await call('parse_trajectories', { files: ['log.txt'] });
    expect(JSON.parse(parsed.text)).toMatchObject({ format: 'react_text' });
    const missing = await call('parse_trajectories', { files: ['nowhere.txt'] });
    expect(missing).toMatchObject({
      isError: true,
      text: expect.stringContaining('nowhere') as string,
    });
  });

  test('a run is started with consent alone, read, and stopped', async () => {
    const asked = await call('start_run', { config: 'tiny.yaml' });
    expect(asked).toMatchObject({ isError: true });
    expect(readdirSync(folder)).not.toContain('runs');
    expect((await call('start_run', { config: 'tiny.yaml', confirmed: true })).isError).toBe(false);
    expect((await call('list_runs')).text).toContain('tiny');
    await expect
      .poll(async () => (await call('read_metrics', { run: 'latest' })).text, { timeout: 60_000 })
      .toMatch(/"train\/loss":\[\[1,/);
    expect((await call('stop_run', { run: 'latest' })).isError).toBe(true);
    expect((await call('stop_run', { run: 'latest', confirmed: true })).isError).toBe(false);
    await expect
      .poll(async () => (await call('list_runs')).text, { timeout: 60_000 })
      .toContain('stopped');
  });
});
