import path from 'node:path';
import {
  configPresets,
  runsResume,
  runsStart,
  type LaunchResult,
} from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import { isConfig } from '../documents/isConfig.ts';
import type { ShownTexts } from '../documents/shownTexts.ts';
import { contextOf } from '../runs/describeRun.ts';
import type { Services } from '../services.ts';
import type { StartingPanel } from '../views/metricPanels.ts';
import { fileFrom, runFrom } from './arguments.ts';
import type { CommandTable } from './commandTable.ts';
import { findConfigs } from './findConfigs.ts';
import { tellRefusal } from './refusals.ts';
import { startingFolder } from './startingFolder.ts';
import { trainingOptions, type Start } from './trainingOptions.ts';

/** Services, and where to show what a trainer has said. */
type Training = Services & { texts: ShownTexts };

export function trainCommands(given: Services, texts: ShownTexts): CommandTable {
  const services: Training = { ...given, texts };
  return {
    'deepcoder.runTrain': async (argument) => {
      const start = await startFrom(services, argument);
      return start === undefined ? undefined : runTrain(services, start);
    },
    'deepcoder.runTrainWithOptions': async (argument) => {
      const start = await startFrom(services, argument);
      const options = start === undefined ? undefined : await trainingOptions(services, start);
      return options === undefined ? undefined : runTrain(services, options);
    },
    'deepcoder.trainOnFile': async (argument) => {
      const file = fileFrom(argument);
      const start = file === undefined ? undefined : await startOnFile(services, file);
      return start === undefined ? undefined : runTrain(services, start);
    },
    'deepcoder.resume': async (argument) => {
      const run = await runFrom(services.runs, argument, {
        which: (run) => contextOf(run) === 'run.interrupted' && run.checkpoints.length > 0,
        placeHolder: vscode.l10n.t('Which run goes on?'),
      });
      if (run === undefined) return;
      const resume = (acceptChanges: boolean) =>
        services.server.request(runsResume, { folder: run.folder, acceptChanges });
      const result = await withProgress(vscode.l10n.t('Resuming {0}', run.name), () =>
        resume(false),
      );
      if (!result.ok && result.code === 'changes') {
        const accept = vscode.l10n.t('Accept Changes');
        const chosen = await vscode.window.showWarningMessage(
          vscode.l10n.t('Something has changed since this run was started.'),
          { modal: true, detail: result.message },
          accept,
        );
        if (chosen === accept) await launched(services, await resume(true), { config: run.name });
        return;
      }
      await launched(services, result, { config: run.name });
    },
  };
}

/** Starts a training and shows its metrics as soon as there is a run. */
async function runTrain(services: Training, start: Start): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('Training starts programs; trust this workspace first.'),
    );
    return;
  }
  const config = await saved(start.config);
  if (config === undefined) return;
  const { set = [], environment, again = false } = start;
  // A preset stands in no folder.
  const folder = path.isAbsolute(config) ? null : await folderToTrainIn();
  if (folder === undefined) return;
  const name = path.basename(config);
  // A page takes as long to be there as the trainer takes to start: neither waits for the other.
  const isBeside = vscode.window.activeTextEditor?.document.uri.fsPath === config;
  const panel = services.panels.starting(name, { isBeside });
  const params = {
    config,
    set,
    again,
    ...(environment === undefined ? {} : { environment }),
    ...(folder === null ? {} : { cwd: folder.fsPath }),
  };
  const starting = withProgress(vscode.l10n.t('Starting {0}', name), (token) =>
    services.server.request(runsStart, params, token),
  );
  try {
    const result = await starting;
    if (!result.ok && result.code === 'running') {
      panel.close();
      await startAgain(services, { ...start, config }, result.message);
    } else await launched(services, result, { config, panel });
  } catch (error) {
    panel.close();
    throw error;
  }
}

/** A second run of one config is most often started by mistake. */
async function startAgain(services: Training, start: Start, message: string): Promise<void> {
  const again = vscode.l10n.t('Start Another');
  const metrics = vscode.l10n.t('Open Metrics');
  const chosen = await vscode.window.showWarningMessage(
    `${message}.`,
    { modal: true },
    metrics,
    again,
  );
  if (chosen === again) await runTrain(services, { ...start, again: true });
  else if (chosen === metrics) await vscode.commands.executeCommand('deepcoder.openMetrics');
}

/** Puts an open config on the disk, and says so; undefined where that did not come about. */
export async function saved(config: string): Promise<string | undefined> {
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === config);
  if (open?.isDirty !== true) return config;
  const uri = await vscode.workspace.save(open.uri);
  if (uri === undefined) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('Nothing was started: {0} is not saved.', path.basename(config)),
    );
    return undefined;
  }
  const name = vscode.workspace.asRelativePath(uri);
  if (open.isUntitled) {
    // What is saved for the first time is another document; it shall not give way to the next one.
    await vscode.window.showTextDocument(uri, { preview: false });
    void vscode.window.showInformationMessage(vscode.l10n.t('Saved as {0}.', name));
  } else vscode.window.setStatusBarMessage(vscode.l10n.t('Saved {0}', name), 5000);
  return uri.fsPath;
}

/** Where the run of a preset is kept; undefined where the user names no folder. */
async function folderToTrainIn(): Promise<vscode.Uri | undefined> {
  const folder = await startingFolder();
  if (folder !== null) return folder?.uri;
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: vscode.l10n.t('In which folder are the runs kept?'),
    openLabel: vscode.l10n.t('Train Here'),
  });
  return chosen?.[0];
}

function withProgress<T>(
  title: string,
  work: (token: vscode.CancellationToken) => Thenable<T>,
): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (_, token) => work(token),
  );
}

interface Launching {
  /** What was to be started: a config's path, a preset, or a run. */
  config: string;
  panel?: StartingPanel;
}

async function launched(
  services: Training,
  result: LaunchResult,
  { config, panel }: Launching,
): Promise<void> {
  if (!result.ok) {
    panel?.close();
    await tellRefusal(result, { config, texts: services.texts });
    return;
  }
  services.runs.put(result.run);
  if (panel === undefined) services.panels.open([result.run.folder]);
  else panel.show(result.run.folder);
  if (result.warnings.length > 0) void vscode.window.showWarningMessage(result.warnings.join('\n'));
}

/** The open config, else one of the workspace or a preset that the user picks. */
export async function startFrom(services: Services, argument: unknown): Promise<Start | undefined> {
  const file = fileFrom(argument);
  if (file !== undefined) {
    const document = await openText(file);
    if (document !== undefined && isConfig(document)) return { config: file.fsPath };
    const trajectory = document !== undefined && services.verdicts.isTrajectory(file);
    if (trajectory) return startOnFile(services, file);
  }
  return pickConfig(services);
}

async function openText(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    // Too large, or not text: no config.
    return undefined;
  }
}

async function pickConfig(services: Services): Promise<Start | undefined> {
  const [files, { presets }] = await Promise.all([
    findConfigs(),
    services.server.request(configPresets, {}),
  ]);
  const picked = await vscode.window.showQuickPick(
    [
      ...files.map((uri) => ({
        label: `$(file) ${vscode.workspace.asRelativePath(uri)}`,
        description: '',
        config: uri.fsPath,
      })),
      ...presets.map(({ name, about }) => ({
        label: `$(package) ${name}`,
        description: about,
        config: name,
      })),
    ],
    { placeHolder: vscode.l10n.t('Train with which config?') },
  );
  return picked === undefined ? undefined : { config: picked.config };
}

/** The workspace's config, or a preset, with the file as the data. */
async function startOnFile(services: Services, file: vscode.Uri): Promise<Start | undefined> {
  const start = await pickConfig(services);
  return start === undefined
    ? undefined
    : { ...start, set: [`data.train=[${JSON.stringify(file.fsPath)}]`] };
}
