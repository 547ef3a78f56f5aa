import path from 'node:path';
import { formatSeconds } from '@deepcoder/panel';
import { Command } from 'commander';
import { listCheckpoints } from '../run/checkpointFolders.ts';
import {
  isLive,
  listRuns,
  type RunSummary,
  type RunTrouble,
} from '@deepcoder/trainer-protocol/node';
import { type Cli, examples, print, printJson } from './cli.ts';
import { jsonOption, RUNS } from './options.ts';
import { textTable } from './textTable.ts';

export function runsCommand(cli: Cli): Command {
  return new Command('runs')
    .summary('list the runs')
    .description('Lists the runs in a folder, oldest first, and how each of them stands.')
    .argument('[folder]', 'where the runs are', RUNS)
    .addOption(jsonOption())
    .addHelpText('after', examples('runs', 'runs elsewhere/runs --json'))
    .action(async (folder: string, { json = false }: { json?: boolean }) => {
      const found = await listRuns(path.resolve(cli.cwd, folder));
      if (json) printJson(cli, await Promise.all(found.map(jsonOf)));
      else if (found.length === 0) {
        print(cli, `there is no run in ${folder}; start one with deepcoder train CONFIG`);
      } else print(cli, textTable([HEADER, ...found.map((entry) => rowOf(entry, cli.now()))]));
    });
}

const HEADER = ['run', 'state', 'step', 'best', 'started', 'took'];

function rowOf(entry: RunSummary | RunTrouble, now: number): string[] {
  if (!('run' in entry)) return [path.basename(entry.folder), 'unreadable', '', entry.problem];
  const { run, status } = entry;
  const { step, totalSteps } = run.progress;
  const best = run.best === null ? '' : `${run.best.metric} ${run.best.value.toFixed(4)}`;
  const end = isLive(status) ? now : Date.parse(run.endedAt ?? run.updatedAt);
  const seconds = (end - Date.parse(run.startedAt)) / 1000;
  const started = run.startedAt.slice(0, 16).replace('T', ' ');
  return [run.id, status, `${step}/${totalSteps}`, best, started, formatSeconds(seconds)];
}

async function jsonOf(entry: RunSummary | RunTrouble): Promise<object> {
  if (!('run' in entry))
    return { folder: entry.folder, status: 'unreadable', problem: entry.problem };
  const { run, status, folder } = entry;
  const { id, name, startedAt, updatedAt, endedAt, progress, best, error, pid, seed } = run;
  return {
    ...{ id, name, folder, status, started_at: startedAt, updated_at: updatedAt },
    ...{ ended_at: endedAt, step: progress.step, total_steps: progress.totalSteps },
    ...{ tokens_seen: progress.tokensSeen, best, error, pid, seed },
    checkpoints: await listCheckpoints(folder),
  };
}
