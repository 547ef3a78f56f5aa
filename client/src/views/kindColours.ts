import { SPAN_KINDS } from '@deepcoder/vocabulary';
import * as vscode from 'vscode';
import { z } from 'zod';
import type { Disposer } from '../disposer.ts';
import type { Verdicts } from '../documents/verdicts.ts';
import type { ServerConnection } from '../serverConnection.ts';
import { kindRanges } from './kindRanges.ts';
import { throttled } from './throttled.ts';

/** The protocol's own request; a decoration follows a text sooner than the editor's own colours do. */
const semanticTokensRange = {
  method: 'textDocument/semanticTokens/range',
  params: z.object({ textDocument: z.object({ uri: z.string() }), range: z.unknown() }),
  result: z.object({ data: z.array(z.number()) }).nullable(),
} as const;

const EVERY_MS = 60;

const SETTING = 'deepcoder.trajectories.kindColours';

/**
 * Spans in the text have the colours that the inspector and the charts have, in every theme: a theme's own
 * colours for semantic tokens cannot be told to be those.
 */
export function createKindColours(server: ServerConnection, verdicts: Verdicts): Disposer {
  const types = SPAN_KINDS.map((kind) =>
    vscode.window.createTextEditorDecorationType({
      color: new vscode.ThemeColor(`deepcoder.${kind}`),
    }),
  );
  const paint = async (editor: vscode.TextEditor) => {
    const { document } = editor;
    const isOn = isOnFor(document.uri) && verdicts.isTrajectory(document.uri);
    const ranges = isOn ? await visibleKinds(server, editor) : types.map(() => []);
    if (ranges !== null) types.forEach((type, i) => editor.setDecorations(type, ranges[i] ?? []));
  };
  const paintAll = () => {
    for (const editor of vscode.window.visibleTextEditors)
      void paint(editor).catch(() => undefined);
  };
  const soon = throttled(paintAll, EVERY_MS);
  soon();
  const listening = vscode.Disposable.from(
    ...types,
    soon,
    verdicts.onChange(soon),
    vscode.window.onDidChangeVisibleTextEditors(soon),
    vscode.window.onDidChangeTextEditorVisibleRanges(soon),
    vscode.workspace.onDidChangeTextDocument(soon),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SETTING)) soon();
    }),
  );
  return { dispose: () => void listening.dispose() };
}

function isOnFor(uri: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration(undefined, uri).get<boolean>(SETTING) ?? true;
}

/** By kind the ranges of what is seen; null where the text has changed meanwhile. */
async function visibleKinds(
  server: ServerConnection,
  { document, visibleRanges }: vscode.TextEditor,
): Promise<vscode.Range[][] | null> {
  const { version } = document;
  const all = SPAN_KINDS.map((): vscode.Range[] => []);
  for (const { start, end } of visibleRanges) {
    const range = {
      start: { line: start.line, character: 0 },
      end: { line: end.line + 1, character: 0 },
    };
    const textDocument = { uri: document.uri.toString() };
    const tokens = await server.request(semanticTokensRange, { textDocument, range });
    if (document.version !== version) return null;
    for (const { kind, line, start: from, end: to } of kindRanges(tokens?.data ?? []))
      all[kind]?.push(new vscode.Range(line, from, line, to));
  }
  return all;
}
