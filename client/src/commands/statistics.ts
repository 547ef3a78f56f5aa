import path from 'node:path';
import { formatNumber } from '@deepcoder/panel';
import { statisticsRequest, type StatisticsResult } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import { SPAN_KINDS } from '@deepcoder/vocabulary';
import type { ShownTexts } from '../documents/shownTexts.ts';
import type { Services } from '../services.ts';
import { fileFrom } from './arguments.ts';

/** What a trajectory file holds, in numbers. */
export async function statistics(
  { server }: Services,
  { texts, argument }: { texts: ShownTexts; argument: unknown },
): Promise<void> {
  const file = fileFrom(argument);
  if (file === undefined) return;
  const found = await server.request(statisticsRequest, { uri: file.toString() });
  if (found === null) {
    void vscode.window.showInformationMessage(vscode.l10n.t('This is no trajectory.'));
    return;
  }
  const name = path.basename(file.fsPath);
  const uri = texts.uriOf(`${name}.md`, statisticsText(name, found));
  await vscode.commands.executeCommand('markdown.showPreview', uri);
}

function statisticsText(name: string, found: StatisticsResult): string {
  const { longest } = found;
  const rows = (entries: readonly (readonly [string, string])[]) =>
    entries.map(([label, value]) => `| ${label} | ${value} |`);
  const kinds = SPAN_KINDS.flatMap((kind): [string, string][] => {
    const one = found.byKind[kind];
    return one.spans === 0
      ? []
      : [[kind, `${formatNumber(one.spans)} | ${formatNumber(one.characters)}`]];
  });
  return [
    `# ${name}`,
    '',
    `${found.format}: ${found.reason}`,
    '',
    ...['| | |', '|---|---:|'],
    ...rows([
      [vscode.l10n.t('Trajectories'), formatNumber(found.trajectories)],
      [vscode.l10n.t('Turns'), formatNumber(found.turns)],
      [vscode.l10n.t('Messages'), formatNumber(found.messages)],
      ...(longest === null
        ? []
        : [
            [
              vscode.l10n.t('Longest, in characters'),
              `${formatNumber(longest.characters)} (${longest.id ?? `#${longest.index + 1}`})`,
            ] as const,
          ]),
    ]),
    '',
    ...[
      `| ${vscode.l10n.t('SpanKind')} | ${vscode.l10n.t('Spans')} | ${vscode.l10n.t('Characters')} |`,
      '|---|---:|---:|',
    ],
    ...rows(kinds),
    '',
    ...(found.callsByTool.length === 0
      ? []
      : [
          `| ${vscode.l10n.t('Tool')} | ${vscode.l10n.t('Calls')} | ${vscode.l10n.t('Failed')} |`,
          '|---|---:|---:|',
        ]),
    ...rows(
      found.callsByTool.map(({ name: tool, calls, failed }) => [
        tool,
        `${formatNumber(calls)} | ${formatNumber(failed)}`,
      ]),
    ),
    '',
    ...(Object.keys(found.problems).length === 0
      ? []
      : [`| ${vscode.l10n.t('Problem')} | ${vscode.l10n.t('Times')} |`, '|---|---:|']),
    ...rows(Object.entries(found.problems).map(([code, times]) => [code, formatNumber(times)])),
    '',
  ].join('\n');
}
