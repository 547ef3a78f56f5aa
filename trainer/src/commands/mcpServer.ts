import path from 'node:path';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { readMetrics } from '@deepcoder/trainer-protocol/node';
import type { MetricsColumns } from '@deepcoder/vocabulary';
import { z } from 'zod';
import type { Cli } from './cli.ts';
import { findRun } from './findRun.ts';
import { RUNS } from './options.ts';
import { runProgram, startDetached } from './ownProgram.ts';
import { PROGRAM_VERSION } from './versions.ts';

/** Serves until the input ends; each tool is a command of this program, with its checks and its words. */
export async function serveMcp(cli: Cli): Promise<void> {
  const server = new McpServer(
    { name: 'deepcoder', version: PROGRAM_VERSION },
    {
      instructions:
        'Distils language-model agents. Paths start from the folder the server runs in.',
    },
  );
  addReaders(server, cli);
  addControls(server, cli);
  const ended = new Promise<void>((resolve) => (server.server.onclose = () => resolve()));
  process.stdin.once('end', () => void server.close());
  await server.connect(new StdioServerTransport());
  await ended;
}

const files = z.array(z.string()).min(1).describe('trajectory files');
const config = z.string().describe('a YAML file, or the name of a preset');
const set = z.array(z.string()).default([]).describe('key.path=value, over the config');
const run = z.string().describe("a run's folder, its name, or latest");
const confirmed = z
  .boolean()
  .default(false)
  .describe('true only after the user has agreed to this very action');

/** What only looks. */
function addReaders(server: McpServer, cli: Cli): void {
  const annotations = { readOnlyHint: true, openWorldHint: false };
  const tell = async (args: readonly string[], signal: AbortSignal): Promise<CallToolResult> =>
    textResult(await runProgram(args, { ...placeOf(cli), signal }));
  server.registerTool(
    'parse_trajectories',
    {
      description: 'The format of trajectory files, their spans by kind, and their problems.',
      inputSchema: { files },
      annotations,
    },
    (given, { signal }) => tell(['parse', '--json', '--', ...given.files], signal),
  );
  server.registerTool(
    'trajectory_statistics',
    {
      description: 'Counts of trajectories, turns, spans, calls by tool and problems.',
      inputSchema: { files },
      annotations,
    },
    (given, { signal }) => tell(['stats', '--json', '--', ...given.files], signal),
  );
  server.registerTool(
    'check_config',
    {
      description: 'What a run of a config would do, and all that stands in its way.',
      inputSchema: { config, set },
      annotations,
    },
    (given, { signal }) =>
      tell(['check', '--json', ...settings(given.set), '--', given.config], signal),
  );
  server.registerTool(
    'list_runs',
    { description: 'The runs below runs/, with state, step and loss.', annotations },
    ({ signal }) => tell(['runs', '--json'], signal),
  );
  server.registerTool(
    'compare_runs',
    {
      description: 'The last metrics of runs side by side, and where their configs differ.',
      inputSchema: { runs: z.array(run).min(2) },
      annotations,
    },
    (given, { signal }) => tell(['compare', '--json', '--', ...given.runs], signal),
  );
  server.registerTool(
    'read_metrics',
    {
      description: 'The newest values of a run’s metrics, by step.',
      inputSchema: {
        run,
        names: z.array(z.string()).default(['train/loss']).describe('such as eval/loss'),
        last: z.int().min(1).max(1000).default(20),
      },
      annotations,
    },
    async (given) => {
      const folder = await findRun(given.run, { cwd: cli.cwd, dir: RUNS });
      const { columns } = await readMetrics(folder);
      const series = given.names.map((name) => [name, newest(columns, name, given.last)]);
      const known = [...columns.values.keys()].sort();
      const answer = { run: folder, metrics: Object.fromEntries(series) as object, known };
      return textResult({ text: JSON.stringify(answer), isError: false });
    },
  );
}

/** What changes something, and asks before. */
function addControls(server: McpServer, cli: Cli): void {
  const annotations = { readOnlyHint: false, destructiveHint: false, openWorldHint: false };
  server.registerTool(
    'start_run',
    {
      description: 'Starts a training that goes on by itself. Ask the user first.',
      inputSchema: { config, set, confirmed },
      annotations,
    },
    async (given, { signal }) => {
      if (!given.confirmed) return askFirst(`start a training of ${given.config}`);
      const args = ['train', '--json', ...settings(given.set), '--', given.config];
      return textResult(await startDetached(args, { ...placeOf(cli), signal }));
    },
  );
  server.registerTool(
    'stop_run',
    {
      description: 'Stops a run after its current step, with a checkpoint. Ask the user first.',
      inputSchema: { run, confirmed },
      annotations,
    },
    async (given, { signal }) => {
      if (!given.confirmed) return askFirst(`stop ${given.run}`);
      return textResult(
        await runProgram(['stop', '--json', '--', given.run], { ...placeOf(cli), signal }),
      );
    },
  );
}

/** The last points of a metric, as `[step, value]`. */
function newest({ step, values }: MetricsColumns, name: string, last: number): [number, number][] {
  const points = [...(values.get(name) ?? [])].map((value, i): [number, number] => [
    step[i]!,
    value,
  ]);
  return points.filter(([, value]) => !Number.isNaN(value)).slice(-last);
}

function placeOf({ cwd, programFolder }: Cli): { cwd: string; program: string } {
  return { cwd, program: path.join(programFolder, 'dist/deepcoder.mjs') };
}

function settings(given: readonly string[]): string[] {
  return given.length === 0 ? [] : ['--set', ...given];
}

function askFirst(action: string): CallToolResult {
  const text = `Nothing was done. Ask the user whether to ${action}; with their consent call this again with confirmed: true.`;
  return textResult({ text, isError: true });
}

function textResult({ text, isError }: { text: string; isError: boolean }): CallToolResult {
  return { content: [{ type: 'text', text: shortened(text) }], isError };
}

/** What an agent can still read; the spans of a large file are more. */
const MOST_CHARACTERS = 200_000;

function shortened(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS)}\n[${text.length - MOST_CHARACTERS} more characters are left out]`;
}
