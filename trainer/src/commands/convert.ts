import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import { convert, CONVERT_TARGETS, joinConverted, type ConvertTarget } from '@deepcoder/trajectory';
import { Command, Option } from 'commander';
import type { Problem } from '@deepcoder/vocabulary';
import { type Cli, examples, printJson } from './cli.ts';
import { jsonOption } from './options.ts';
import { dataConfigOption, rulesOption } from './readRules.ts';
import {
  noTrajectory,
  problemLines,
  readTrajectories,
  type ReadingOptions,
  readingOf,
  unreadable,
} from './readTrajectory.ts';

interface ConvertOptions extends ReadingOptions {
  to: ConvertTarget;
  output?: string;
  json?: boolean;
}

export function convertCommand(cli: Cli): Command {
  return new Command('convert')
    .summary('write a trajectory file in another format')
    .description(
      'Writes the trajectories of a file as chat messages, ReAct text, ShareGPT, ADP or ATIF. What kind\n' +
        'each text is stays the same; what the format cannot hold is named on stderr.\n' +
        'With --json one line: {"file", "format", "to", "text",\n' +
        ' "problems": [{"code", "message", "start", "end", "severity"}]}',
    )
    .argument('<file>', 'a trajectory file')
    .addOption(
      new Option('--to <format>', 'the format to write')
        .choices(CONVERT_TARGETS)
        .makeOptionMandatory(),
    )
    .option('--output <file>', 'write there instead of to stdout')
    .option('--format <name>', 'read the file as this format instead of detecting it')
    .addOption(rulesOption())
    .addOption(dataConfigOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('convert run.traj --to chat', 'convert log.eval --to atif --output log.jsonl'),
    )
    .action(async (file: string, { to, output, json = false, ...given }: ConvertOptions) => {
      const reading = await readingOf(cli, given);
      const troubles: string[] = [];
      const none: string[] = [];
      const told: string[] = [];
      const written: Written[] = [];
      for await (const read of readTrajectories(cli, { file, reading, troubles })) {
        if (read.parsed.trajectories.length === 0) {
          none.push(noTrajectory(read));
          continue;
        }
        const one = convert(read.parsed, to, read.text);
        written.push({ format: read.parsed.format, ...one });
        for (const line of problemLines(read, one.problems)) told.push(line);
      }
      if (written.length === 0) {
        if (none.length === 0) throw unreadable(troubles);
        throw new DeepCoderError('not-a-trajectory', none.join('\n'), { exitCode: 3 });
      }
      for (const line of [...troubles, ...none]) told.push(line);
      const text = joinConverted(
        written.map((one) => one.text),
        to,
      );
      if (json) {
        const from = [...new Set(written.map((one) => one.format))].join(', ');
        const problems = written.flatMap((one) => one.problems);
        if (output !== undefined) await writeOutput(path.resolve(cli.cwd, output), text);
        printJson(cli, { file, format: from, to, text, problems });
        return;
      }
      if (told.length > 0) cli.stderr.write(`${told.join('\n')}\n`);
      if (output === undefined) cli.stdout.write(text);
      else await writeOutput(path.resolve(cli.cwd, output), text);
    });
}

interface Written {
  format: string;
  text: string;
  problems: Problem[];
}

async function writeOutput(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeepCoderError('file-unwritable', `--output: cannot be written (${why})`, {
      exitCode: 2,
      cause,
    });
  }
}
