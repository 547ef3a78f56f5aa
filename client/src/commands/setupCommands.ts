import os from 'node:os';
import { checkSetup } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import type { CommandTable } from './commandTable.ts';
import { createSample } from './createSample.ts';

export function setupCommands(services: Services): CommandTable {
  const { server, context } = services;
  return {
    'deepcoder.checkSetup': () => showSetup(services),
    'deepcoder.openWalkthrough': () =>
      vscode.commands.executeCommand(
        'workbench.action.openWalkthrough',
        `${context.extension.id}#start`,
        false,
      ),
    'deepcoder.createSample': () => createSample(context),
    'deepcoder.reportProblem': () => reportProblem(context),
    'deepcoder.showServerLog': () => server.log.show(),
  };
}

type Finding = (typeof checkSetup.result)['_output']['findings'][number];

async function showSetup({ server }: Services): Promise<void> {
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
    ...result.findings.map(findingText),
    '',
  ].join('\n');
  const document = await vscode.workspace.openTextDocument({ content, language: 'markdown' });
  await vscode.commands.executeCommand('markdown.showPreview', document.uri);
}

function findingText({ what, state, detail, cure }: Finding): string {
  const mark = { ok: '✓', optional: '○', low: '△', missing: '✗' }[state];
  return `- ${mark} **${what}**: ${detail}${cure === null ? '' : `  \n  → ${cure}`}`;
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
