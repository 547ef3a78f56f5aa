import { jumpRequest, type TokenColumns } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { Disposer } from '../disposer.ts';
import { studentStamp } from '../runs/lossRun.ts';
import type { RunStore } from '../runs/runStore.ts';
import type { ServerConnection } from '../serverConnection.ts';
import { tokenAnswers } from './tokenAnswers.ts';
import { createTokenPainter, type TokenMode } from './tokenPainter.ts';

interface Shown {
  mode: TokenMode;
  uri: string;
  /** The run's folder; null where losses are not shown. */
  run: string | null;
}

interface Painted {
  /** What the server had to say. */
  message: string;
  hasTokens: boolean;
  hasLosses: boolean;
}

/** What is drawn over one document, and the answers that it is drawn from. */
export interface TokenSheet extends Disposer {
  readonly shown: Shown | null;
  /** Takes away what is drawn; `paint` draws what is to be seen now. */
  show(next: Shown | null): void;
  paint(): Promise<Painted>;
  /** The document is another one. */
  forget(): void;
  /** Whether the student whose losses are drawn has learnt more since. */
  isOld(): boolean;
}

/** More trajectories than this on one screen are not looked up. */
const AT_ONCE = 8;

const NOTHING: Painted = { message: '', hasTokens: false, hasLosses: false };

export function createTokenSheet(server: ServerConnection, runs: RunStore): TokenSheet {
  const painter = createTokenPainter();
  const answers = tokenAnswers(server);
  let shown: Shown | null = null;
  let painted = '';
  const stampOf = (folder: string | null) => {
    const run = folder === null ? undefined : runs.get(folder);
    return run === undefined ? '' : studentStamp(run);
  };
  return {
    get shown() {
      return shown;
    },
    show(next) {
      answers.clear();
      painter.clear();
      shown = next;
      void vscode.commands.executeCommand('setContext', 'deepcoder.tokenMode', next?.mode ?? '');
    },
    async paint() {
      const editor = vscode.window.activeTextEditor;
      const now = shown;
      if (now === null || editor?.document.uri.toString() !== now.uri) return NOTHING;
      const stamp = stampOf(now.run);
      const { document } = editor;
      const { version } = document;
      const trajectories = await visibleTrajectories(server, editor).catch((): number[] => []);
      const found = await Promise.all(
        trajectories.map((traj) => answers.of(document, { traj, run: now.run, stamp })),
      );
      // Meanwhile something else may be shown, or another text.
      if (shown !== now || document.version !== version) return NOTHING;
      painted = stamp;
      const tokens = found.flatMap((one): TokenColumns[] => (one.tokens ? [one.tokens] : []));
      painter.paint(editor, tokens, now.mode);
      return {
        message: found.map(({ message }) => message).find((one) => one !== '') ?? '',
        hasTokens: tokens.length > 0,
        hasLosses: tokens.some(({ loss }) => loss !== null),
      };
    },
    forget: () => answers.clear(),
    isOld: () => shown?.mode === 'heat' && stampOf(shown.run) !== painted,
    dispose() {
      answers.clear();
      painter.dispose();
    },
  };
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
