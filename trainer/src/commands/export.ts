import path from 'node:path';
import type { Config } from '@deepcoder/config';
import { parseModelName } from '@deepcoder/trainer-protocol';
import { readMetrics } from '@deepcoder/trainer-protocol/node';
import { Command, Option } from 'commander';
import type { FloatDtype } from '../checkpoint/floatFormats.ts';
import type { WrittenType } from '../checkpoint/gguf/quantise.ts';
import { readTrainerState } from '../checkpoint/trainerState.ts';
import { EXPORT_TARGETS, exportRun, type ExportTarget } from '../recipes/export.ts';
import type { CardFacts } from '../report/modelCard.ts';
import type { LoopState } from '../training/loopState.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { fetchNamed } from './fetchNamed.ts';
import { findCheckpoint, type WhichCheckpoint } from './findCheckpoint.ts';
import { findRun, startFolder } from './findRun.ts';
import { configOfRun } from './loadRunConfig.ts';
import { checkpointOption, dirOption, jsonOption } from './options.ts';
import { progressOf } from './progressOf.ts';
import { PROGRAM_VERSION } from './versions.ts';

interface ExportOptions {
  to: ExportTarget;
  out?: string;
  dtype: string;
  quantize: string;
  checkpoint: WhichCheckpoint;
  dir: string;
  json?: boolean;
}

export function exportCommand(cli: Cli): Command {
  return new Command('export')
    .summary("write a run's student as other programs take it")
    .description(
      'Writes the student of a run with its tokenizer and a model card: hf is a checkpoint for transformers, vLLM and ' +
        'SGLang with the adapter added in, peft the adapter by itself, gguf a file for llama.cpp, ollama the same ' +
        'with a Modelfile.',
    )
    .argument('<run>', "a run's folder, its name, or latest")
    .addOption(
      new Option('--to <form>', 'what to write').choices(EXPORT_TARGETS).makeOptionMandatory(),
    )
    .option('--out <folder>', 'where to write; the default is export-<form>/ in the run')
    .addOption(
      new Option('--dtype <type>', 'format of the weights, for hf and peft')
        .choices(['f32', 'f16', 'bf16'])
        .default('f32'),
    )
    .addOption(
      new Option('--quantize <type>', 'format of the weights, for gguf and ollama')
        .choices(['f32', 'f16', 'q8_0', 'q4_0'])
        .default('f16'),
    )
    .addOption(checkpointOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('export latest --to hf', 'export latest --to gguf --quantize q8_0'),
    )
    .action(async (name: string, options: ExportOptions) => {
      await run(cli, name, options);
    });
}

async function run(cli: Cli, name: string, options: ExportOptions): Promise<void> {
  const { cwd, env } = cli;
  const { to } = options;
  const folder = await findRun(name, { cwd, dir: options.dir });
  const checkpoint = await findCheckpoint(folder, options.checkpoint);
  const loaded = await configOfRun(folder, { env });
  const from = startFolder(folder, loaded.config) ?? cwd;
  const progress = progressOf(cli, options);
  const { signal } = cli.interrupt(progress.say);
  const { config } = await fetchNamed({ ...cli, cwd: from }, loaded, { progress, signal });
  const out = path.resolve(cwd, options.out ?? path.join(folder, `export-${to}`));
  const files = await exportRun({
    ...{ to, config, cwd: from, checkpoint, out },
    dtype: options.dtype.toUpperCase() as FloatDtype,
    type: options.quantize.toUpperCase() as WrittenType,
    facts: await factsOf(config, { folder, checkpoint }),
  });
  if (options.json === true) printJson(cli, { run: folder, checkpoint, out, to, files });
  else print(cli, ...files.map((file) => path.join(out, file)));
}

async function factsOf(
  { run, student, teacher }: Config,
  { folder, checkpoint }: { folder: string; checkpoint: string },
): Promise<CardFacts> {
  const { json } = await readTrainerState(checkpoint);
  const { step } = json as unknown as LoopState;
  const { columns } = await readMetrics(folder);
  const losses = columns.values.get('eval/loss') ?? new Float64Array();
  const row = losses.findLastIndex((loss, at) => !Number.isNaN(loss) && columns.step[at]! <= step);
  const measured = [...columns.values].flatMap(([key, values]): [string, number][] => {
    const value = values[row] ?? Number.NaN;
    return key.startsWith('eval/') && !Number.isNaN(value) ? [[key, value]] : [];
  });
  return {
    ...{
      name: run.name,
      base: shown(student.model),
      hasAdapter: student.lora !== null,
      steps: step,
    },
    teacher: shown(teacher.model),
    metrics: Object.fromEntries(measured),
    version: PROGRAM_VERSION,
  };
}

/** A name on the Hub as it stands; of a path the last part, since the rest is about a machine. */
function shown(model: string | null): string | null {
  return model === null || parseModelName(model) !== null ? model : path.basename(model);
}
