import { CodeActionKind, type CodeAction, type Range, type TextEdit } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { FIX_ALL } from '../lsp/languageFeatures.ts';
import { diagnosticOf, rangeOf } from './configDiagnostic.ts';
import type { EditorProblem, Fix } from './configProblem.ts';

/** Fixes for what is wrong in a range, and all sure ones at once where that is asked for. */
export function configActions(
  document: TextDocument,
  problems: readonly EditorProblem[],
  { range, only }: { range: Range; only: readonly string[] | undefined },
): CodeAction[] {
  const wants = (kind: string): boolean =>
    only?.some((one) => kind === one || kind.startsWith(`${one}.`)) === true;
  const isForAll = wants(FIX_ALL);
  return [
    ...(only === undefined || wants(CodeActionKind.QuickFix)
      ? problems.flatMap((problem) => actionsFor(document, problem, range))
      : []),
    ...(isForAll ? fixAll(document, problems) : []),
  ];
}

function actionsFor(document: TextDocument, problem: EditorProblem, asked: Range): CodeAction[] {
  const range = rangeOf(document, problem);
  if (isBefore(range.end, asked.start) || isBefore(asked.end, range.start)) return [];
  return (problem.fixes ?? []).map(({ title, edits, preferred = false }) => ({
    ...{ title, kind: CodeActionKind.QuickFix, isPreferred: preferred },
    diagnostics: [diagnosticOf(document, problem)],
    edit: { changes: { [document.uri]: textEdits(document, edits) } },
  }));
}

/** The first sure fix of each problem; of those that touch each other the first in the text. */
function fixAll(document: TextDocument, problems: readonly EditorProblem[]): CodeAction[] {
  const fixes = problems.flatMap(({ fixes = [] }) => fixes.find(({ sure }) => sure === true) ?? []);
  const chosen: Fix['edits'] = [];
  for (const edit of fixes.flatMap(({ edits }) => edits).sort((a, b) => a.start - b.start)) {
    if (edit.start >= (chosen.at(-1)?.end ?? 0)) chosen.push(edit);
  }
  if (chosen.length === 0) return [];
  const edit = { changes: { [document.uri]: textEdits(document, chosen) } };
  return [{ title: 'Fix all that can be fixed', kind: FIX_ALL, edit }];
}

function textEdits(document: TextDocument, edits: Fix['edits']): TextEdit[] {
  return edits.map(({ text, ...place }) => ({ range: rangeOf(document, place), newText: text }));
}

function isBefore(a: Range['start'], b: Range['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
