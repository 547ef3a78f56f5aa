import type { LaunchResult } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { ShownTexts } from '../documents/shownTexts.ts';

export type Refusal = Extract<LaunchResult, { ok: false }>;

/** Says why nothing was started, and leads to where it is mended. */
export async function tellRefusal(
  result: Refusal,
  { config, texts }: { config: string; texts: ShownTexts },
): Promise<void> {
  const actions = actionsFor(result, { config, texts });
  const titles = actions.map(({ title }) => title);
  const chosen = await vscode.window.showErrorMessage(messageOf(result, config), ...titles);
  await actions.find(({ title }) => title === chosen)?.act();
}

interface Action {
  title: string;
  act: () => PromiseLike<unknown>;
}

/** Errors of a config name it already; what only the trainer finds out does not. */
function messageOf({ code, message }: Refusal, config: string): string {
  const name = config.split(/[\\/]/).at(-1) ?? config;
  return code === 'check' ? message : `${name}: ${message}`;
}

function actionsFor(
  result: Refusal,
  { config, texts }: { config: string; texts: ShownTexts },
): Action[] {
  const errors = result.problems.filter(({ severity }) => severity === 'error');
  const place = errors.map((problem) => problem.place).find((one) => isFile(one?.file));
  const isPreset = !isFile(config);
  return [
    ...(isPreset
      ? [
          {
            title: vscode.l10n.t('New Config from This Preset'),
            act: () => vscode.commands.executeCommand('deepcoder.newConfig', { preset: config }),
          },
        ]
      : []),
    ...(place == null
      ? []
      : [{ title: vscode.l10n.t('Show Problems'), act: () => showProblem(place) }]),
    ...(result.lastLines.length > 0 || (errors.length > 1 && place == null)
      ? [{ title: vscode.l10n.t('Details'), act: () => showDetails(result, texts) }]
      : []),
  ];
}

/** A preset has a name and no path. */
function isFile(name: string | undefined): boolean {
  return name !== undefined && /[\\/]/.test(name) && !name.startsWith('preset:');
}

type Place = NonNullable<Refusal['problems'][number]['place']>;

/** At the line; the list of all of them is below. */
async function showProblem({ file, line, column }: Place): Promise<void> {
  const at = new vscode.Position(line - 1, Math.max(0, column - 1));
  await vscode.commands.executeCommand('workbench.actions.view.problems');
  await vscode.window.showTextDocument(vscode.Uri.file(file), {
    preview: false,
    selection: new vscode.Range(at, at),
  });
}

async function showDetails(
  { problems, lastLines, message }: Refusal,
  texts: ShownTexts,
): Promise<void> {
  const lines = [
    ...problems.map((problem) => `${problem.severity}: ${problem.message}`),
    ...lastLines,
  ];
  const uri = texts.uriOf('deepcoder.log', lines.join('\n') || message);
  await vscode.window.showTextDocument(uri, { preview: true });
}
