import { watch } from 'node:fs';
import { open } from 'node:fs/promises';
import { DeepCoderError } from '@deepcoder/config';
import { Command, Option } from 'commander';
import { lastLines, readTail } from '../disk/logEnd.ts';
import { whyNoScores } from '../scoring/launched/answersScores.ts';
import { startTeacher } from '../scoring/launched/startTeacher.ts';
import { startupPhase } from '../scoring/launched/startupPhase.ts';
import { stopTeacher } from '../scoring/launched/stopTeacher.ts';
import {
  listTeachers,
  logFile,
  type ManagedTeacher,
  readKey,
} from '../scoring/launched/teacherFolder.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { loadForRun } from './loadForRun.ts';
import { envOption, jsonOption, setOption, wholeNumber } from './options.ts';
import { textTable } from './textTable.ts';

/** `deepcoder teacher`. */
export function teacherCommand(cli: Cli): Command {
  return new Command('teacher')
    .summary("start, watch and stop a teacher's server")
    .description(
      'Servers that score for training, as teacher.launch of a config says: on this machine or, by ssh, on another. They go on when this program ends, and are found again from the same working folder.',
    )
    .addCommand(startCommand(cli))
    .addCommand(statusCommand(cli))
    .addCommand(logsCommand(cli))
    .addCommand(stopCommand(cli));
}

const NONE = 'no server was started here; start one with deepcoder teacher start CONFIG';

interface StartOptions {
  set: string[];
  env?: string;
  json?: boolean;
}

function startCommand(cli: Cli): Command {
  return new Command('start')
    .summary('start the server of a config, and wait until it scores')
    .description(
      'Starts SGLang or vLLM with what the config needs of it (context, log-probabilities, a key made for it), and waits until it has scored some tokens. One that runs already is taken. Ctrl-C ends the start and the server.',
    )
    .argument('<config>', 'a YAML file with teacher.launch')
    .addOption(setOption())
    .addOption(envOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('teacher start my-config.yaml'))
    .action(async (path: string, { set, env: environment, json = false }: StartOptions) => {
      const { config } = await loadForRun(cli, { path, set, environment, env: cli.env });
      const say = (text: string): void => {
        if (!json) cli.stderr.write(`${text}\n`);
      };
      const { signal } = cli.interrupt(say);
      const { cwd, env } = cli;
      const { name, record, isAdopted } = await startTeacher({ config, cwd, env, say, signal });
      if (json) printJson(cli, { name, ...record, adopted: isAdopted });
      else print(cli, `${name} is ready at ${record.url}; stop it with deepcoder teacher stop`);
    });
}

function statusCommand(cli: Cli): Command {
  return new Command('status')
    .summary('list the servers that were started here')
    .description('Lists the servers that were started from this folder, and whether each scores.')
    .addOption(jsonOption())
    .addHelpText('after', examples('teacher status'))
    .action(async ({ json = false }: { json?: boolean }) => {
      const teachers = await listTeachers(cli.cwd);
      const rows = await Promise.all(
        teachers.map(async (one) => ({ teacher: one, state: await stateOf(one) })),
      );
      if (json) {
        printJson(
          cli,
          rows.map(({ teacher: { name, record }, state }) => ({ name, state, ...record })),
        );
      } else if (rows.length === 0) {
        print(cli, NONE);
      } else {
        print(cli, textTable([HEADER, ...rows.map(({ teacher, state }) => rowOf(teacher, state))]));
      }
    });
}

const HEADER = ['teacher', 'state', 'model', 'where', 'address', 'since'];

function rowOf({ name, record }: ManagedTeacher, state: string): string[] {
  const { model, host, url, since } = record;
  return [name, state, model, host ?? 'here', url, since.slice(0, 16).replace('T', ' ')];
}

async function stateOf({ folder, record, isAlive }: ManagedTeacher): Promise<string> {
  if (!isAlive) return 'ended';
  const address = { url: record.url, apiKey: await readKey(folder) };
  if ((await whyNoScores(record, address)) === null) return 'ready';
  return startupPhase(await readTail(logFile(folder)));
}

interface LogsOptions {
  follow?: boolean;
  lines: number;
}

function logsCommand(cli: Cli): Command {
  return new Command('logs')
    .summary("show a server's log")
    .description("Shows the end of a server's log; with --follow what is added, until Ctrl-C.")
    .argument('[name]', 'as deepcoder teacher status lists it; none needed where there is one')
    .option('-f, --follow', 'go on with what is added')
    .addOption(
      new Option('-n, --lines <n>', 'lines of the end').default(50).argParser(wholeNumber(1)),
    )
    .addHelpText('after', examples('teacher logs', 'teacher logs --follow'))
    .action(async (name: string | undefined, { follow = false, lines }: LogsOptions) => {
      const file = logFile((await chosen(cli, name)).folder);
      print(cli, lastLines(await readTail(file, 1 << 20), lines));
      if (follow) await followFile(cli, file);
    });
}

async function followFile(cli: Cli, file: string): Promise<void> {
  const { signal } = cli.interrupt(() => undefined);
  const handle = await open(file, 'r');
  try {
    let at = (await handle.stat()).size;
    const add = async (): Promise<void> => {
      const { size } = await handle.stat();
      if (size <= at) return;
      const buffer = Buffer.alloc(size - at);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      at += bytesRead;
      cli.stdout.write(buffer.toString('utf8', 0, bytesRead));
    };
    const watcher = watch(file, () => void add());
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    watcher.close();
  } finally {
    await handle.close();
  }
}

function stopCommand(cli: Cli): Command {
  return new Command('stop')
    .summary('end a server')
    .description(
      'Ends a server that was started here, with all its processes: in order, and after 30 seconds by force.',
    )
    .argument('[name]', 'as deepcoder teacher status lists it; none needed where there is one')
    .option('--all', 'all that were started here')
    .addHelpText('after', examples('teacher stop', 'teacher stop --all'))
    .action(async (name: string | undefined, { all = false }: { all?: boolean }) => {
      const teachers = all ? await listTeachers(cli.cwd) : [await chosen(cli, name)];
      if (teachers.length === 0) print(cli, NONE);
      for (const teacher of teachers) {
        await stopTeacher(teacher);
        print(cli, `${teacher.name} ${teacher.isAlive ? 'is stopped' : 'had ended'}`);
      }
    });
}

async function chosen({ cwd }: Cli, name: string | undefined): Promise<ManagedTeacher> {
  const teachers = await listTeachers(cwd);
  const matching = name === undefined ? teachers : teachers.filter((one) => one.name === name);
  const [first, ...others] = matching;
  if (first !== undefined && others.length === 0) return first;
  const names = teachers.map((one) => one.name).join(', ');
  const message = teachers.length === 0 ? NONE : `which one? ${names}`;
  throw new DeepCoderError('teacher-name', message, { exitCode: 2 });
}
