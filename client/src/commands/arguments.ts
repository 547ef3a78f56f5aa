import { configLensArgument, runInfoSchema, type RunInfo } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import { z } from 'zod';
import { distinctName, isLive, progressText, statusText } from '../runs/describeRun.ts';
import type { RunStore } from '../runs/runStore.ts';
import { isOnDisk } from '../withoutDisk.ts';

const runArgument = z.object({ type: z.literal('run'), run: runInfoSchema });

/** The run that a menu named, else the one that the user picks; undefined when none is picked. */
export async function runFrom(
  runs: RunStore,
  argument: unknown,
  options: { which?: (run: RunInfo) => boolean; placeHolder: string },
): Promise<RunInfo | undefined> {
  const named = runArgument.safeParse(argument);
  if (named.success) return runs.get(named.data.run.folder) ?? named.data.run;
  if (!runs.isLoaded) await runs.refresh();
  const candidates = runs.all().filter(options.which ?? (() => true));
  if (candidates.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no such run.'));
    return undefined;
  }
  const [only] = candidates;
  if (candidates.length === 1 && options.which !== undefined) return only;
  const picked = await vscode.window.showQuickPick(
    candidates.map((run) => runPick(run, runs)),
    {
      placeHolder: options.placeHolder,
      matchOnDescription: true,
    },
  );
  return picked?.run;
}

/** Every run that was selected in the view, or those that the user picks. */
export async function runsFrom(
  runs: RunStore,
  [first, selected]: readonly unknown[],
  placeHolder: string,
): Promise<readonly RunInfo[]> {
  const many = z.array(runArgument).min(2).safeParse(selected);
  if (many.success) return many.data.map(({ run }) => run);
  if (!runs.isLoaded) await runs.refresh();
  const named = runArgument.safeParse(first);
  const picks = runs.all().map((run) => ({
    ...runPick(run, runs),
    picked: named.success && named.data.run.folder === run.folder,
  }));
  const picked = await vscode.window.showQuickPick(picks, { placeHolder, canPickMany: true });
  return (picked ?? []).map(({ run }) => run);
}

function runPick(run: RunInfo, runs: RunStore) {
  return {
    label: distinctName(run, runs.all()),
    description: progressText(run),
    detail: isLive(run.status) ? statusText(run.status) : run.id,
    run,
  };
}

/** The file that a menu or a lens named, else the active editor's where that is one. */
export function fileFrom(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  const lens = configLensArgument.partial({ preset: true }).safeParse(argument);
  if (lens.success) return vscode.Uri.parse(lens.data.uri);
  if (typeof argument === 'string' && /^[a-z][\w+.-]+:/i.test(argument))
    return vscode.Uri.parse(argument);
  const active = activeFile();
  return active !== undefined && (isOnDisk(active) || active.scheme === 'untitled')
    ? active
    : undefined;
}

/** The file of the active tab, also where that is a custom editor. */
export function activeFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom)
    return input.uri;
  return vscode.window.activeTextEditor?.document.uri;
}

/** The editor of a text; without one it is said what is needed. */
export function activeEditor(): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined)
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a trajectory first.'));
  return editor;
}
