import { jumpRequest, tokenPreviewRequest, type TokenColumns } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { Disposer } from '../disposer.ts';
import type { ServerConnection } from '../serverConnection.ts';
import { throttled } from './throttled.ts';
import { createTokenPainter, type TokenMode } from './tokenPainter.ts';

/** Tokens with masks, or the loss of each, drawn over the text where it is seen. */
export interface TokenView {
  /** Shows a mode in the active editor, or no more. */
  toggle(mode: TokenMode): Promise<void>;
  readonly mode: TokenMode | null;
}

/** More trajectories than this on one screen are not looked up. */
const AT_ONCE = 8;

export function createTokenView(server: ServerConnection): TokenView & Disposer {
  const painter = createTokenPainter();
  const cache = new Map<string, TokenColumns>();
  let mode: TokenMode | null = null;
  let shown: string | null = null;

  const tokensOf = async (document: vscode.TextDocument, traj: number) => {
    const key = `${document.uri.toString()} ${document.version} ${traj}`;
    const known = cache.get(key);
    if (known !== undefined) return { tokens: known, message: '' };
    const params = { uri: document.uri.toString(), traj };
    const { tokens, message, version } = await server.request(tokenPreviewRequest, params);
    if (version !== document.version) return { tokens: null, message: '' };
    if (tokens !== null) cache.set(key, tokens);
    return { tokens, message };
  };
  const paint = async (): Promise<string> => {
    const editor = vscode.window.activeTextEditor;
    if (mode === null || editor?.document.uri.toString() !== shown) return '';
    const { document } = editor;
    let trouble = '';
    const found: TokenColumns[] = [];
    for (const traj of await visibleTrajectories(server, editor)) {
      const { tokens, message } = await tokensOf(document, traj);
      if (tokens !== null) found.push(tokens);
      else trouble = message;
    }
    painter.paint(editor, found, mode);
    return trouble;
  };
  const repaint = throttled(() => void paint(), 150);
  const end = () => {
    mode = null;
    shown = null;
    cache.clear();
    painter.clear();
    setShown(null);
  };
  const listening = vscode.Disposable.from(
    vscode.window.onDidChangeTextEditorVisibleRanges(repaint),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.toString() !== shown) return;
      cache.clear();
      repaint();
    }),
    vscode.window.onDidChangeActiveTextEditor(repaint),
  );
  return {
    get mode() {
      return mode;
    },
    async toggle(wanted) {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined) return;
      const uri = editor.document.uri.toString();
      if (mode === wanted && shown === uri) {
        end();
        return;
      }
      painter.clear();
      [mode, shown] = [wanted, uri];
      setShown(mode);
      const trouble = await paint();
      if (trouble === '') return;
      end();
      void vscode.window.showInformationMessage(trouble);
    },
    dispose() {
      listening.dispose();
      painter.dispose();
    },
  };
}

function setShown(mode: TokenMode | null): void {
  void vscode.commands.executeCommand('setContext', 'deepcoder.tokenMode', mode ?? '');
}

async function visibleTrajectories(
  server: ServerConnection,
  { document, visibleRanges }: vscode.TextEditor,
): Promise<number[]> {
  const [first] = visibleRanges;
  const last = visibleRanges.at(-1);
  if (first === undefined || last === undefined) return [];
  const ask = (position: vscode.Position, direction: 'next' | 'previous') =>
    server.request(jumpRequest, {
      uri: document.uri.toString(),
      offset: document.offsetAt(position),
      by: 'step',
      direction,
    });
  const [from, to] = await Promise.all([
    ask(first.start, 'previous').then((span) => span ?? ask(first.start, 'next')),
    ask(last.end, 'next').then((span) => span ?? ask(last.end, 'previous')),
  ]);
  if (from === null || to === null) return [];
  const count = Math.min(AT_ONCE, to.traj - from.traj + 1);
  return Array.from({ length: Math.max(0, count) }, (_, index) => from.traj + index);
}
