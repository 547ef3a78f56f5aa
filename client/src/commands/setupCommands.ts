import os from 'node:os';
import { checkSetup } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { ShownTexts } from '../documents/shownTexts.ts';
import type { Services } from '../services.ts';
import type { CommandTable } from './commandTable.ts';
import { createSample } from './createSample.ts';

export function setupCommands(services: Services, texts: ShownTexts): CommandTable {
  const { server, context } = services;
  return {
    'deepcoder.checkSetup': () => showSetup(services, texts),
    'deepcoder.openWalkthrough': () =>
      vscode.commands.executeCommand(
        'workbench.action.openWalkthrough',
        `${context.extension.id}#start`,
        false,
      ),
    'deepcoder.createSample': () => createSample(context),
    'deepcoder.reportProblem': () => reportProblem(context),
    'deepcoder.restartServer': async () => {
      await server.restart();
      vscode.window.setStatusBarMessage(vscode.l10n.t('The language server was restarted.'), 5000);
    },
    'deepcoder.showServerLog': () => server.log.show(),
  };
}

type Finding = (typeof checkSetup.result)['_output']['findings'][number];

async function showSetup({ server }: Services, texts: ShownTexts): Promise<void> {
  const result = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Looking at what is installed'),
      cancellable: true,
    },
    (_, token) => server.request(checkSetup, {}, token),
  );
  const summary = result.ok
    ? vscode.l10n.t('Training can work on this machine.')
    : vscode.l10n.t('Something that training needs is missing.');
  const content = [
    `# DeepCoder ${result.version}`,
    '',
    summary,
    '',
    `| | ${vscode.l10n.t('What')} | ${vscode.l10n.t('Found')} |`,
    '|---|---|---|',
    ...result.findings.map(findingText),
    '',
    vscode.l10n.t('✓ there · ○ optional, not set up · △ little left · ✗ missing'),
    '',
  ].join('\n');
  const uri = texts.uriOf(`${vscode.l10n.t('Set-up')}.md`, content);
  await vscode.commands.executeCommand('markdown.showPreview', uri);
}

function findingText({ what, state, detail, cure }: Finding): string {
  const mark = { ok: '✓', optional: '○', low: '△', missing: '✗' }[state];
  const cell = (text: string) => oneLine(text).replaceAll('|', '\\|');
  const found = cure === null ? cell(detail) : `${cell(detail)} → ${cell(cure)}`;
  return `| ${mark} | **${cell(what)}** | ${found} |`;
}

function oneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .join(' ');
}

/** Versions of what is involved, for the user to look at and send; nothing of the user's data. */
async function reportProblem(context: vscode.ExtensionContext): Promise<void> {
  const { version } = context.extension.packageJSON as { version: string };
  const content = [
    '## What happened',
    '',
    '',
    '## What you expected',
    '',
    '',
    '## Versions',
    '',
    `- DeepCoder ${version}`,
    `- ${vscode.env.appName} ${vscode.version} (${vscode.env.appHost}${vscode.env.remoteName === undefined ? '' : `, remote: ${vscode.env.remoteName}`})`,
    `- Node ${process.versions.node}`,
    `- ${os.type()} ${os.release()} ${os.arch()}, ${os.cpus().length} processors, ${Math.round(os.totalmem() / 2 ** 30)} GB`,
    '',
  ].join('\n');
  const document = await vscode.workspace.openTextDocument({ content, language: 'markdown' });
  await vscode.window.showTextDocument(document);
}
