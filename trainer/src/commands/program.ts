import { Command } from 'commander';
import { checkCommand } from './check.ts';
import { type Cli, examples } from './cli.ts';
import { compareCommand } from './compare.ts';
import { controlCommands } from './control.ts';
import { convertCommand } from './convert.ts';
import { doctorCommand } from './doctor.ts';
import { evaluateCommand } from './evaluate.ts';
import { exportCommand } from './export.ts';
import { fetchCommand } from './fetch.ts';
import { generateCommand } from './generate.ts';
import { initCommand } from './init.ts';
import { jobsCommand } from './jobs.ts';
import { mcpCommand } from './mcp.ts';
import { mergeCommand } from './merge.ts';
import { parityCommand } from './parity.ts';
import { parseCommand } from './parse.ts';
import { planCommand } from './plan.ts';
import { playCommand } from './play.ts';
import { reportCommand } from './report.ts';
import { resumeCommand } from './resume.ts';
import { runsCommand } from './runs.ts';
import { scoreCommand } from './score.ts';
import { serveCommand } from './serve.ts';
import { serviceCommand } from './service.ts';
import { setupCommand } from './setup.ts';
import { statsCommand } from './stats.ts';
import { teacherCommand } from './teacher.ts';
import { tokenizerCommand } from './tokenizer.ts';
import { tokensCommand } from './tokens.ts';
import { trackCommand } from './track.ts';
import { quickstartCommand, trainCommand } from './train.ts';
import { PROGRAM_VERSION } from './versions.ts';

const EXIT_CODES = `
Exit codes:
  0 done   1 a bug   2 config or usage   3 data or checkpoint   4 diverged   130 cancelled`;

/** The whole program; parsing throws instead of ending the process. */
export function deepcoderProgram(cli: Cli): Command {
  const program = new Command('deepcoder')
    .description('Distils language-model agents: trains a student on trajectories, span by span.')
    .version(PROGRAM_VERSION)
    .addHelpText(
      'after',
      `${examples('quickstart', 'init', 'train deepcoder.yaml')}\n${EXIT_CODES}`,
    );
  const groups: [string, Command[]][] = [
    ['Training:', [quickstartCommand(cli), trainCommand(cli), resumeCommand(cli)]],
    [
      'Before a run:',
      [
        initCommand(cli),
        fetchCommand(cli),
        checkCommand(cli),
        planCommand(cli),
        parseCommand(cli),
        statsCommand(cli),
        convertCommand(cli),
        tokensCommand(cli),
        tokenizerCommand(cli),
        generateCommand(cli),
        scoreCommand(cli),
        teacherCommand(cli),
      ],
    ],
    ['Runs:', [runsCommand(cli), ...controlCommands(cli), jobsCommand(cli)]],
    [
      'After a run:',
      [
        evaluateCommand(cli),
        playCommand(cli),
        compareCommand(cli),
        reportCommand(cli),
        mergeCommand(cli),
        exportCommand(cli),
        serveCommand(cli),
        parityCommand(cli),
        trackCommand(cli),
      ],
    ],
    ['Machine:', [doctorCommand(cli), setupCommand(cli), serviceCommand(cli), mcpCommand(cli)]],
  ];
  program.addHelpCommand(
    new Command('help')
      .argument('[command]')
      .summary('show the help of a command')
      .helpGroup('Machine:'),
  );
  for (const [heading, commands] of groups) {
    for (const command of commands) program.addCommand(command.helpGroup(heading));
  }
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => cli.stdout.write(text),
      // The error itself is told by main, for people or as JSON.
      writeErr: () => undefined,
    });
  }
  return program;
}
