import path from 'node:path';
import * as vscode from 'vscode';
import type { PlainTrajectories } from '../documents/plainTrajectories.ts';
import type { Verdicts } from '../documents/verdicts.ts';

/** In the status bar, of the active trajectory: its format, and the config that counts for it. */
export function createDocumentItems(
  verdicts: Verdicts,
  plain: PlainTrajectories,
): vscode.Disposable {
  const format = itemFor('deepcoder.format', 99.2);
  format.name = vscode.l10n.t('Trajectory Format');
  format.command = 'deepcoder.overruleFormat';
  const config = itemFor('deepcoder.config', 99.1);
  config.name = vscode.l10n.t('Training Config of the Trajectory');
  config.command = 'deepcoder.chooseConfig';
  const update = () => {
    const document = vscode.window.activeTextEditor?.document;
    const formatText = document === undefined ? null : textOfFormat(document.uri, verdicts, plain);
    show(format, formatText);
    const isTrajectory = document !== undefined && verdicts.isTrajectory(document.uri);
    show(config, isTrajectory ? textOfConfig(verdicts.of(document.uri)?.config ?? null) : null);
  };
  update();
  return vscode.Disposable.from(
    format,
    config,
    verdicts.onChange(update),
    plain.onChange(update),
    vscode.window.onDidChangeActiveTextEditor(update),
  );
}

interface ItemText {
  text: string;
  tooltip: string;
}

/** Beside the language, where an editor says how a file is read. */
function itemFor(id: string, priority: number): vscode.StatusBarItem {
  return vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Right, priority);
}

function show(item: vscode.StatusBarItem, given: ItemText | null): void {
  if (given === null) {
    item.hide();
    return;
  }
  item.text = given.text;
  item.tooltip = given.tooltip;
  item.accessibilityInformation = { label: `${given.text}. ${given.tooltip}` };
  item.show();
}

function textOfFormat(
  uri: vscode.Uri,
  verdicts: Verdicts,
  plain: PlainTrajectories,
): ItemText | null {
  const verdict = verdicts.of(uri);
  if (verdict !== undefined && verdicts.isTrajectory(uri)) {
    const { title, reason } = verdict;
    return {
      text: title,
      tooltip: vscode.l10n.t('Read as {0}: {1}. Click to choose another format.', title, reason),
    };
  }
  const sniffed = plain.of(uri);
  if (sniffed === undefined) return null;
  return {
    text: vscode.l10n.t('{0}?', sniffed.title),
    tooltip: vscode.l10n.t(
      'This looks like {0}: {1}. Click to read it as a trajectory.',
      sniffed.title,
      sniffed.reason,
    ),
  };
}

function textOfConfig(config: string | null): ItemText {
  const choose = vscode.l10n.t('Click to choose another.');
  if (config === null) {
    return {
      text: vscode.l10n.t('No config'),
      tooltip: `${vscode.l10n.t('No training config counts for this file: tokens are not counted, and nothing says what is learnt.')} ${choose}`,
    };
  }
  return {
    text: `$(settings) ${path.basename(config)}`,
    tooltip: `${vscode.l10n.t('{0} says how this file is read and what of it is learnt.', vscode.workspace.asRelativePath(config))} ${choose}`,
  };
}
