import * as vscode from 'vscode';
import type { Disposer } from '../disposer.ts';
import type { LossRuns } from '../runs/lossRuns.ts';
import type { RunStore } from '../runs/runStore.ts';
import type { ServerConnection } from '../serverConnection.ts';
import { throttled } from './throttled.ts';
import type { TokenMode } from './tokenPainter.ts';
import { createTokenSheet, type TokenSheet } from './tokenSheet.ts';

/** Tokens with masks, or the loss of each, drawn over the text where it is seen. */
export interface TokenView {
  /** Shows a mode in the active editor, or no more. */
  toggle(mode: TokenMode): Promise<void>;
  /** Shows the losses of a run that a person picks. */
  chooseRun(): Promise<void>;
  readonly mode: TokenMode | null;
}

export interface TokenViewDeps {
  server: ServerConnection;
  runs: RunStore;
  lossRuns: LossRuns;
}

export function createTokenView({ server, runs, lossRuns }: TokenViewDeps): TokenView & Disposer {
  const sheet = createTokenSheet(server, runs);
  const listening = follow(sheet, runs);
  const showTokens = async (uri: vscode.Uri) => {
    sheet.show({ mode: 'tokens', uri: uri.toString(), run: null });
    const { message, hasTokens } = await sheet.paint();
    if (hasTokens || message === '') return;
    sheet.show(null);
    void vscode.window.showInformationMessage(message);
  };
  const showHeat = async (uri: vscode.Uri, { anew }: { anew: boolean }) => {
    const { run, message } = await lossRuns.pick(uri, { anew });
    if (message !== null) void vscode.window.showInformationMessage(message);
    if (run === null) return;
    sheet.show({ mode: 'heat', uri: uri.toString(), run: run.folder });
    const title = vscode.l10n.t('Losses of {0}', run.name);
    const painted = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title },
      () => sheet.paint(),
    );
    if (painted.message === '') return;
    if (painted.hasLosses) {
      vscode.window.setStatusBarMessage(painted.message, 8000);
      return;
    }
    void vscode.window.showWarningMessage(painted.message);
    // The tokens are there all the same.
    if (painted.hasTokens) await showTokens(uri);
    else sheet.show(null);
  };
  return {
    get mode() {
      return sheet.shown?.mode ?? null;
    },
    async toggle(wanted) {
      const uri = activeDocument();
      if (uri === undefined) return;
      const { shown } = sheet;
      if (shown?.mode === wanted && shown.uri === uri.toString()) sheet.show(null);
      else if (wanted === 'tokens') await showTokens(uri);
      else await showHeat(uri, { anew: false });
    },
    async chooseRun() {
      const uri = activeDocument();
      if (uri !== undefined) await showHeat(uri, { anew: true });
    },
    dispose() {
      listening.dispose();
      sheet.dispose();
    },
  };
}

const SCROLL_MS = 150;
/** A person who writes is let write: losses are computed for what was written. */
const EDIT_MS: Record<TokenMode, number> = { tokens: 150, heat: 700 };

/** Paints again where the text is scrolled or edited, or the student is another one. */
function follow(sheet: TokenSheet, runs: RunStore): vscode.Disposable {
  const repaint = throttled(() => void sheet.paint(), SCROLL_MS);
  let edited: NodeJS.Timeout | undefined;
  return vscode.Disposable.from(
    vscode.window.onDidChangeTextEditorVisibleRanges(repaint),
    vscode.window.onDidChangeActiveTextEditor(repaint),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const { shown } = sheet;
      if (document.uri.toString() !== shown?.uri || contentChanges.length === 0) return;
      sheet.forget();
      clearTimeout(edited);
      edited = setTimeout(repaint, EDIT_MS[shown.mode]);
    }),
    runs.onChange(() => {
      if (sheet.isOld()) repaint();
    }),
    repaint,
    { dispose: () => clearTimeout(edited) },
  );
}

function activeDocument(): vscode.Uri | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined)
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open the text of a trajectory first.'),
    );
  return editor?.document.uri;
}
