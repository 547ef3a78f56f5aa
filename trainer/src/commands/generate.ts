import { existsSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import { Command } from 'commander';
import { z } from 'zod';
import { openAppendFile } from '../disk/appendFile.ts';
import { makeFolder } from '../disk/makeFolder.ts';
import { generate, type Generated, type Task } from '../recipes/generate.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { loadForRun } from './loadForRun.ts';
import { envOption, jsonOption, realNumber, setOption, wholeNumber } from './options.ts';
import { progressOf } from './progressOf.ts';

interface GenerateOptions {
  prompts?: string;
  games?: number;
  seed: number;
  samples: number;
  temperature: number;
  maxTokens: number;
  judge?: string;
  keepLost?: boolean;
  out: string;
  set: string[];
  env?: string;
  json?: boolean;
}

export function generateCommand(cli: Cli): Command {
  return new Command('generate')
    .summary('have a teacher that talks write trajectories')
    .description(
      'Has a chat service (teacher.type: openai) answer prompts or play games of the household, and writes ' +
        'what can be learnt from as chat messages, one record a line. What is dropped, and why, is in ' +
        '<out>.dropped.jsonl. Called again, it goes on where it stopped.',
    )
    .argument('<config>', 'a YAML file, or a preset')
    .option('--prompts <file>', 'JSON lines with "prompt" or "messages", and "id"')
    .option('--games <n>', 'games of the household to play', wholeNumber(1))
    .option('--seed <n>', 'which games', wholeNumber(0), 1)
    .option('--samples <n>', 'answers to each prompt or game', wholeNumber(1), 1)
    .option('--temperature <t>', '0: always the likeliest token', realNumber(0), 1)
    .option('--max-tokens <n>', 'of one answer', wholeNumber(1), 2048)
    .option('--judge <command>', 'keep what it takes: the record on stdin, exit code 0')
    .option('--keep-lost', 'keep lost games too')
    .option('--out <file>', 'where the records go', 'trajectories/generated.jsonl')
    .addOption(setOption())
    .addOption(envOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'generate teacher.yaml --prompts prompts.jsonl --samples 4',
        'generate teacher.yaml --games 200 --out trajectories/household.jsonl',
      ),
    )
    .action(async (config: string, options: GenerateOptions) => {
      await run(cli, config, options);
    });
}

async function run(cli: Cli, file: string, options: GenerateOptions): Promise<void> {
  const { set, env: environment, json = false, judge = null, keepLost = false } = options;
  const progress = progressOf(cli, options);
  const { config } = await loadForRun(cli, { path: file, set, environment, env: cli.env });
  const tasks = tasksOf(cli, options);
  const out = path.resolve(cli.cwd, options.out);
  const droppedFile = out.replace(/(\.jsonl)?$/, '.dropped.jsonl');
  await makeFolder(path.dirname(out));
  const done = new Set([...idsIn(out), ...idsIn(droppedFile)]);
  const [kept, dropped] = [openAppendFile(out), openAppendFile(droppedFile)];
  const { signal } = cli.interrupt(progress.say);
  try {
    const { samples, temperature, maxTokens } = options;
    const generated = await generate({
      ...{ config, tasks, samples, temperature, maxTokens, keepLost, judge, progress, signal },
      isDone: (id) => done.has(id),
      keep: (record) => kept.append(`${JSON.stringify(record)}\n`),
      drop: (record) => dropped.append(`${JSON.stringify(record)}\n`),
    });
    if (json) printJson(cli, { ...generated, out: options.out });
    else print(cli, ...reportLines(generated, options.out));
  } finally {
    kept.close();
    dropped.close();
  }
}

function reportLines({ kept, dropped, known }: Generated, out: string): string[] {
  const before = known === 0 ? '' : `; ${known} were there or dropped before`;
  return [
    `${out}: ${kept} records written${before}`,
    ...Object.entries(dropped).map(([why, count]) => `dropped ${count}: ${why}`),
  ];
}

const message = z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() });
const promptJson = z
  .object({ id: z.union([z.string(), z.number()]).optional() })
  .and(
    z.union([z.object({ messages: z.array(message).min(1) }), z.object({ prompt: z.string() })]),
  );

function tasksOf(cli: Cli, { prompts, games, seed }: GenerateOptions): Task[] {
  if ((prompts === undefined) === (games === undefined)) {
    const text = 'generate: give --prompts or --games, one of them';
    throw new DeepCoderError('usage', text, { exitCode: 2 });
  }
  if (prompts === undefined) {
    return Array.from({ length: games ?? 0 }, (_, index) => ({
      ...{ id: `household-${seed}-${index + 1}`, type: 'game', index, seed },
    }));
  }
  return linesOf(path.resolve(cli.cwd, prompts)).map(({ line, number }) => {
    const parsed = promptJson.safeParse(jsonOf(line));
    if (!parsed.success) {
      const text = `${prompts}:${number}: is no prompt; each line is JSON with "prompt" (a text) or "messages"`;
      throw new DeepCoderError('prompts', text, { exitCode: 3 });
    }
    const { id = number, ...rest } = parsed.data;
    const messages =
      'messages' in rest ? rest.messages : [{ role: 'user' as const, content: rest.prompt }];
    return { id: String(id), type: 'answer', messages };
  });
}

function linesOf(file: string): { line: string; number: number }[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const why = `${file} cannot be read; name a file of JSON lines`;
    throw new DeepCoderError('prompts', why, { exitCode: 3, cause });
  }
  return text
    .split('\n')
    .map((line, at) => ({ line, number: at + 1 }))
    .filter(({ line }) => line.trim() !== '');
}

/** The ids of a file's records. A line that was being written when the program died is taken away. */
function idsIn(file: string): string[] {
  if (!existsSync(file)) return [];
  truncateSync(file, readFileSync(file).lastIndexOf('\n') + 1);
  return linesOf(file).flatMap(({ line }) => {
    const { id } = (jsonOf(line) ?? {}) as { id?: unknown };
    return typeof id === 'string' ? [id] : [];
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
