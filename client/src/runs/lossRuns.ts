import { lossRunsRequest, type RunInfo } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { ServerConnection } from '../serverConnection.ts';
import { progressText } from './describeRun.ts';
import { chosenRun, trainedRuns } from './lossRun.ts';
import type { RunStore } from './runStore.ts';

const REMEMBERED = 'lossRun';

/** The run whose student is asked about tokens, or why there is none; both null: nothing was picked. */
interface FoundRun {
  run: RunInfo | null;
  message: string | null;
}

export interface LossRuns {
  /** Asks where there are several; what is picked is remembered in the workspace. */
  pick(uri: vscode.Uri, options?: { anew: boolean }): Promise<FoundRun>;
  /** The remembered one, else the newest. */
  find(uri: vscode.Uri): Promise<FoundRun>;
}

export interface LossRunsDeps {
  server: ServerConnection;
  runs: RunStore;
  memory: vscode.Memento;
}

export function createLossRuns({ server, runs, memory }: LossRunsDeps): LossRuns {
  const remembered = () => memory.get<string>(REMEMBERED);
  const fitting = async (uri: vscode.Uri) => {
    if (!runs.isLoaded) await runs.refresh();
    const folders = trainedRuns(runs.all()).map(({ folder }) => folder);
    const answer = await server.request(lossRunsRequest, { uri: uri.toString(), runs: folders });
    const found = answer.runs.flatMap((folder) => runs.get(folder) ?? []);
    return { found, message: answer.message };
  };
  return {
    async pick(uri, { anew } = { anew: false }) {
      const { found, message } = await fitting(uri);
      const chosen = chosenRun(found, anew ? undefined : remembered());
      if (chosen === null) return { run: null, message };
      const run = chosen === 'ask' ? await ask(found, remembered()) : chosen;
      if (run === undefined) return { run: null, message: null };
      await memory.update(REMEMBERED, run.folder);
      return { run, message: null };
    },
    async find(uri) {
      const { found, message } = await fitting(uri);
      const chosen = chosenRun(found, remembered());
      if (chosen === null) return { run: null, message };
      return { run: chosen === 'ask' ? found[0]! : chosen, message: null };
    },
  };
}

async function ask(
  runs: readonly RunInfo[],
  remembered: string | undefined,
): Promise<RunInfo | undefined> {
  const picks = runs.map((run) => ({
    label: run.name,
    description: progressText(run),
    detail: run.folder === remembered ? vscode.l10n.t('{0}, shown until now', run.id) : run.id,
    run,
  }));
  const picked = await vscode.window.showQuickPick(picks, {
    placeHolder: vscode.l10n.t('The losses of which run’s student?'),
    matchOnDetail: true,
  });
  return picked?.run;
}
