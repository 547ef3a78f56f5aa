import { HEAT_LEVELS, heatLevel } from '@deepcoder/panel';
import type { TokenColumns } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { Disposer } from '../disposer.ts';

export type TokenMode = 'tokens' | 'heat';

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
          const name = lookOf(columns, index, mode);
          const entry = { range, hoverMessage: describe(columns, index) };
          const entries = byLook.get(name);
          if (entries === undefined) byLook.set(name, [entry]);
          else entries.push(entry);
        });
      }
      for (const [name, look] of Object.entries(looks))
        editor.setDecorations(look, byLook.get(name) ?? []);
    },
    clear,
    dispose: () => Object.values(looks).forEach((look) => look.dispose()),
  };
}

/** By level: the warmer, the heavier the line below the token, so that no colour is needed. */
const UNDERLINES = ['none', 'underline dotted', 'underline dashed', 'underline', 'underline wavy'];

/** What is not learnt steps back, and stays legible on black too. */
const DIMMED = '0.75';

function createLooks(): Record<string, vscode.TextEditorDecorationType> {
  const make = vscode.window.createTextEditorDecorationType;
  const edge = {
    borderWidth: '0 0 0 1px',
    borderStyle: 'solid',
    borderColor: new vscode.ThemeColor('deepcoder.tokenEdge'),
  };
  const looks: Record<string, vscode.TextEditorDecorationType> = {
    even: make({ ...edge, backgroundColor: new vscode.ThemeColor('deepcoder.tokenEven') }),
    odd: make({ ...edge, backgroundColor: new vscode.ThemeColor('deepcoder.tokenOdd') }),
    masked: make({ ...edge, opacity: DIMMED }),
    truncated: make({ ...edge, opacity: DIMMED, textDecoration: 'line-through' }),
    unlearnt: make({ opacity: DIMMED }),
  };
  for (let level = 0; level < HEAT_LEVELS; level++) {
    looks[`heat${level}`] = make({
      // A kind's colour is not read on every warmth; its italics and bold letters stay.
      color: new vscode.ThemeColor('editor.foreground'),
      backgroundColor: new vscode.ThemeColor(`deepcoder.heat${level}`),
      textDecoration: UNDERLINES[level]!,
    });
  }
  return looks;
}

function lookOf(columns: TokenColumns, index: number, mode: TokenMode): string {
  const { supervised, truncated, loss } = columns;
  if (truncated[index] === 1) return 'truncated';
  const nats = loss?.[index] ?? null;
  if (mode === 'tokens' || loss === null) {
    if (supervised[index] !== 1) return 'masked';
    return index % 2 === 0 ? 'even' : 'odd';
  }
  return supervised[index] === 1 && nats !== null ? `heat${heatLevel(nats)}` : 'unlearnt';
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
  const { text, id, weight, why, supervised, truncated } = columns;
  const parts = [
    vscode.l10n.t('token {0}', id[index]!),
    supervised[index] === 1
      ? vscode.l10n.t('learnt, weight {0}', weight[index]!)
      : vscode.l10n.t('not learnt'),
    truncated[index] === 1 ? vscode.l10n.t('cut off') : null,
    supervised[index] === 1 || truncated[index] === 1 ? null : why[index]!,
  ];
  const markdown = new vscode.MarkdownString();
  markdown.appendCodeblock(JSON.stringify(text[index] ?? ''), 'json');
  for (const line of [parts, lossParts(columns, index)]) {
    const said = line.filter((part) => part !== null).join(' · ');
    if (said !== '') markdown.appendText(said).appendMarkdown('  \n');
  }
  return markdown;
}

function lossParts(
  { text, loss, likeliest, teacherAgreement }: TokenColumns,
  index: number,
): (string | null)[] {
  const nats = loss?.[index] ?? null;
  if (nats === null) return [];
  const expected = likeliest?.[index] ?? null;
  const agreement = teacherAgreement?.[index] ?? null;
  return [
    vscode.l10n.t('loss {0} nats', nats.toFixed(3)),
    vscode.l10n.t('probability {0} %', percent(Math.exp(-nats))),
    expected === null || expected === text[index]
      ? null
      : vscode.l10n.t('the student expects {0}', JSON.stringify(expected)),
    agreement === null
      ? null
      : vscode.l10n.t('agrees with the teacher to {0} %', percent(agreement)),
  ];
}

function percent(share: number): string {
  return (100 * share).toPrecision(3);
}
