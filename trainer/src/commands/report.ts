import path from 'node:path';
import { Command } from 'commander';
import { writeReport } from '../report/writeReport.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { findRun } from './findRun.ts';
import { dirOption, jsonOption } from './options.ts';

interface ReportCommandOptions {
  out?: string;
  dir: string;
  json?: boolean;
}

export function reportCommand(cli: Cli): Command {
  return new Command('report')
    .summary("write a run's report again")
    .description(
      'Writes the report of a run, one HTML file that opens anywhere, from what the run has written so far: ' +
        'for one that was killed, or whose report was lost.',
    )
    .argument('<run>', "a run's folder, its name, or latest")
    .option('--out <file>', 'where to write; the default is report.html in the run')
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('report latest', 'report react-qwen --out react-qwen.html'))
    .action(async (name: string, { out, dir, json = false }: ReportCommandOptions) => {
      const run = await findRun(name, { cwd: cli.cwd, dir });
      const report = await writeReport(
        run,
        out === undefined ? {} : { file: path.resolve(cli.cwd, out) },
      );
      if (json) printJson(cli, { run, report });
      else print(cli, `report  ${report}`);
    });
}
