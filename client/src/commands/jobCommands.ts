import { jobInfoSchema, jobsTargets, type JobInfo } from '@deepcoder/server-protocol';
import path from 'node:path';
import * as vscode from 'vscode';
import { z } from 'zod';
import type { Services } from '../services.ts';
import { runTask } from '../tasks/deepCoderTask.ts';
import type { CommandTable } from './commandTable.ts';
import { saved, startFrom } from './trainCommands.ts';

/** Trainings on clusters and other machines; what the program says of them is seen in a terminal. */
export function jobCommands(services: Services): CommandTable {
  const { jobs } = services;
  const withJob =
    (args: (job: JobInfo) => string[]) =>
    async (argument: unknown): Promise<void> => {
      const named = z.object({ job: jobInfoSchema }).safeParse(argument);
      if (!named.success) return;
      const { job } = named.data;
      await runTask({ command: 'jobs', args: args(job) }, vscode.Uri.file(job.cwd));
      refreshAfterTask(services);
    };
  return {
    'deepcoder.runTrainOn': async (argument) => {
      const start = await startFrom(services, argument);
      const target = start === undefined ? undefined : await pickTarget(services);
      if (start === undefined || target === undefined) return;
      const config = await saved(start.config);
      if (config === undefined) return;
      const near = path.isAbsolute(config) ? vscode.Uri.file(config) : undefined;
      const set = start.set === undefined ? [] : ['--set', ...start.set];
      await runTask({ command: 'train', config, args: ['--on', target, ...set] }, near);
      refreshAfterTask(services);
      await jobs.refresh();
    },
    'deepcoder.followJob': withJob(({ id }) => ['follow', id]),
    'deepcoder.stopJob': withJob(({ id }) => ['stop', id]),
  };
}

/** One of the user's targets, or a kind whose keys the config has. */
async function pickTarget({ server }: Services): Promise<string | undefined> {
  const { targets, file, problems } = await server.request(jobsTargets, {});
  if (problems.length > 0) {
    void vscode.window.showWarningMessage(`${file}: ${problems.join('\n')}`);
  }
  const kinds: [string, string][] = [
    ['local', vscode.l10n.t('this machine')],
    ['ssh', vscode.l10n.t('hosts over ssh, as the config says')],
    ['slurm', vscode.l10n.t('a cluster with SLURM, as the config says')],
    ['kubernetes', vscode.l10n.t('Kubernetes, as the config says')],
  ];
  const picks = [
    ...targets.map(({ name, on }) => ({ label: name, description: on })),
    ...kinds.map(([label, description]) => ({ label, description })),
  ];
  const placeHolder = vscode.l10n.t('Train where? Targets of your own are in {0}', file);
  return (await vscode.window.showQuickPick(picks, { placeHolder }))?.label;
}

/** The cluster knows more once what was asked of it is done. */
function refreshAfterTask({ jobs }: Services): void {
  const ended = vscode.tasks.onDidEndTaskProcess(({ execution }) => {
    if (execution.task.definition.type !== 'deepcoder') return;
    ended.dispose();
    void jobs.refresh();
  });
}
