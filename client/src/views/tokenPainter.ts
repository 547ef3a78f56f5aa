import type { TokenColumns } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { Disposer } from '../disposer.ts';

export type TokenMode = 'tokens' | 'heat';

/** Losses in nats at which the next, warmer, colour begins. */
const HEAT_STEPS = [0.1, 0.5, 1.5, 3];

export interface TokenPainter extends Disposer {
  paint(editor: vscode.TextEditor, tokens: readonly TokenColumns[], mode: TokenMode): void;
  clear(): void;
}

/** Draws tokens in the visible ranges of an editor; kinds of decoration differ in more than colour. */
export function createTokenPainter(): TokenPainter {
  const looks = createLooks();
  const clear = () => {
    for (const editor of vscode.window.visibleTextEditors)
      for (const look of Object.values(looks)) editor.setDecorations(look, []);
  };
  return {
    paint(editor, tokens, mode) {
      const byLook = new Map<string, vscode.DecorationOptions[]>();
      for (const columns of tokens) {
        forVisible(editor, columns, (index, range) => {
          const name = mode === 'heat' ? heatLook(columns, index) : tokenLook(columns, index);
          if (name === null) return;
          const entry = { range, hoverMessage: describe(columns, index) };
          byLook.set(name, [...(byLook.get(name) ?? []), entry]);
        });
      }
      for (const [name, look] of Object.entries(looks))
        editor.setDecorations(look, byLook.get(name) ?? []);
    },
    clear,
    dispose: () => Object.values(looks).forEach((look) => look.dispose()),
  };
}

function createLooks(): Record<string, vscode.TextEditorDecorationType> {
  const make = vscode.window.createTextEditorDecorationType;
  const edge = {
    borderWidth: '0 0 0 1px',
    borderStyle: 'solid',
    borderColor: new vscode.ThemeColor('deepcoder.tokenEdge'),
  };
  const heat = (level: number): vscode.DecorationRenderOptions => ({
    backgroundColor: new vscode.ThemeColor(`deepcoder.heat${level}`),
    // The worst are told apart without colour.
    ...(level === HEAT_STEPS.length ? { textDecoration: 'underline wavy' } : {}),
  });
  const looks: Record<string, vscode.TextEditorDecorationType> = {
    even: make({ ...edge, backgroundColor: new vscode.ThemeColor('deepcoder.tokenEven') }),
    odd: make({ ...edge, backgroundColor: new vscode.ThemeColor('deepcoder.tokenOdd') }),
    masked: make({ ...edge, opacity: '0.6' }),
    truncated: make({ ...edge, opacity: '0.6', textDecoration: 'line-through' }),
  };
  for (let level = 0; level <= HEAT_STEPS.length; level++)
    looks[`heat${level}`] = make(heat(level));
  return looks;
}

function tokenLook({ supervised, truncated }: TokenColumns, index: number): string {
  if (truncated[index] === 1) return 'truncated';
  if (supervised[index] !== 1) return 'masked';
  return index % 2 === 0 ? 'even' : 'odd';
}

function heatLook({ loss, supervised }: TokenColumns, index: number): string | null {
  const value = loss?.[index];
  if (value === undefined || supervised[index] !== 1) return null;
  return `heat${HEAT_STEPS.filter((step) => value >= step).length}`;
}

/** Calls for each token that lies in the visible ranges; those that stand nowhere in the text do not. */
function forVisible(
  { document, visibleRanges }: vscode.TextEditor,
  { start, end }: TokenColumns,
  act: (index: number, range: vscode.Range) => void,
): void {
  for (const visible of visibleRanges) {
    const from = document.offsetAt(visible.start);
    const to = document.offsetAt(visible.end);
    for (let index = 0; index < start.length; index++) {
      const begins = start[index]!;
      const ends = end[index]!;
      if (begins === ends || ends <= from || begins >= to) continue;
      act(index, new vscode.Range(document.positionAt(begins), document.positionAt(ends)));
    }
  }
}

function describe(columns: TokenColumns, index: number): vscode.MarkdownString {
  const { text, id, weight, supervised, truncated, loss, teacherAgreement } = columns;
  const nats = loss?.[index];
  const agrees = teacherAgreement?.[index];
  const parts = [
    vscode.l10n.t('token {0}', id[index]!),
    supervised[index] === 1
      ? vscode.l10n.t('learnt, weight {0}', weight[index]!)
      : vscode.l10n.t('not learnt'),
    truncated[index] === 1 ? vscode.l10n.t('cut off') : null,
    nats === undefined ? null : vscode.l10n.t('loss {0} nats', nats.toFixed(3)),
    agrees === undefined
      ? null
      : agrees === 1
        ? vscode.l10n.t('student and teacher agree')
        : vscode.l10n.t('student and teacher differ'),
  ];
  const markdown = new vscode.MarkdownString();
  markdown.appendCodeblock(JSON.stringify(text[index] ?? ''), 'json');
  return markdown.appendText(parts.filter((part) => part !== null).join(' · '));
}
