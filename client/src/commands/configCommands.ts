import path from 'node:path';
import {
  configCheck,
  configLensArgument,
  configNew,
  configPresets,
  configResolve,
} from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import { z } from 'zod';
import type { ShownTexts } from '../documents/shownTexts.ts';
import type { Services } from '../services.ts';
import { fileFrom } from './arguments.ts';
import { chooseConfig } from './chooseConfig.ts';
import type { CommandTable } from './commandTable.ts';
import { startingFolder } from './startingFolder.ts';

export function configCommands(services: Services, texts: ShownTexts): CommandTable {
  return {
    'deepcoder.newConfig': (argument) => newConfig(services, argument),
    'deepcoder.checkConfig': (argument) => checkConfig(services, { texts, argument }),
    'deepcoder.chooseConfig': () => chooseConfig(),
    'deepcoder.compareWithPreset': (argument) => compareWithPreset(services, argument),
  };
}

async function newConfig({ server }: Services, argument: unknown): Promise<void> {
  const named = presetArgument.safeParse(argument).data;
  const picked = named ?? (await pickBase(server));
  if (picked === undefined) return;
  const { text } = await server.request(configNew, { preset: picked.preset });
  const folder = await startingFolder();
  if (folder === undefined) return;
  const uri = folder === null ? null : await freeName(folder.uri, 'deepcoder', '.yaml');
  const document =
    uri === null
      ? await vscode.workspace.openTextDocument({ content: text, language: 'yaml' })
      : await vscode.workspace.openTextDocument(uri.with({ scheme: 'untitled' }));
  const editor = await vscode.window.showTextDocument(document);
  if (uri !== null) await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), text));
}

const presetArgument = z.object({ preset: z.string() });

async function pickBase(
  server: Services['server'],
): Promise<{ preset: string | null } | undefined> {
  const { presets } = await server.request(configPresets, {});
  return vscode.window.showQuickPick(
    [
      ...presets.map(({ name, about }) => ({ label: name, description: about, preset: name })),
      {
        label: vscode.l10n.t('Every key'),
        description: vscode.l10n.t('with its default and what it means'),
        preset: null,
      },
    ],
    {
      placeHolder: vscode.l10n.t('On which preset is the config built?'),
      matchOnDescription: true,
    },
  );
}

/** `name.ext`, or with the first number that is free. */
export async function freeName(
  folder: vscode.Uri,
  name: string,
  extension: string,
): Promise<vscode.Uri> {
  for (let count = 1; ; count++) {
    const uri = vscode.Uri.joinPath(
      folder,
      count === 1 ? `${name}${extension}` : `${name}-${count}${extension}`,
    );
    try {
      await vscode.workspace.fs.stat(uri);
    } catch {
      return uri;
    }
  }
}

async function checkConfig(
  { server }: Services,
  { texts, argument }: { texts: ShownTexts; argument: unknown },
): Promise<void> {
  const file = fileFrom(argument);
  if (file === undefined) return;
  const result = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Checking {0}', path.basename(file.fsPath)),
      cancellable: true,
    },
    (_, token) => server.request(configCheck, { config: file.fsPath }, token),
  );
  const name = path.basename(file.fsPath, path.extname(file.fsPath));
  const uri = texts.uriOf(vscode.l10n.t('Check of {0}', `${name}.txt`), result.text);
  await vscode.window.showTextDocument(uri, {
    preview: true,
    preserveFocus: true,
    viewColumn: vscode.ViewColumn.Beside,
  });
}

/** The scheme of texts that stand in no file. */
const VIRTUAL_SCHEME = 'deepcoder';

/** Every value in force beside the preset's, as a diff. */
async function compareWithPreset(services: Services, argument: unknown): Promise<void> {
  const file = fileFrom(argument);
  if (file === undefined) return;
  const named = configLensArgument.safeParse(argument).data?.preset ?? null;
  const preset = named ?? (await pickPreset(services));
  if (preset === undefined) return;
  const uri = (config: string, title: string) =>
    vscode.Uri.from({
      scheme: VIRTUAL_SCHEME,
      path: `/${title}.yaml`,
      query: JSON.stringify({ config }),
    });
  const name = path.basename(file.fsPath, path.extname(file.fsPath));
  await vscode.commands.executeCommand(
    'vscode.diff',
    uri(preset, preset),
    uri(file.fsPath, name),
    vscode.l10n.t('{0} against preset {1}', name, preset),
  );
}

async function pickPreset({ server }: Services): Promise<string | undefined> {
  const { presets } = await server.request(configPresets, {});
  const picked = await vscode.window.showQuickPick(
    presets.map(({ name, about }) => ({ label: name, description: about })),
    { placeHolder: vscode.l10n.t('Compare with which preset?') },
  );
  return picked?.label;
}

/** Configs with every value filled in, as read-only documents. */
export function registerResolvedConfigs({ server }: Services): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(VIRTUAL_SCHEME, {
    async provideTextDocumentContent(uri, token) {
      const { config } = JSON.parse(uri.query) as { config: string };
      const { text, problems } = await server.request(configResolve, { config }, token);
      return text ?? problems.map(({ message }) => `# ${message}`).join('\n');
    },
  });
}
