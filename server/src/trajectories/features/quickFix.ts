import { diagnose, fixesFor, stretches, type TextEdit as OffsetEdit } from '@deepcoder/trajectory';
import {
  CodeActionKind,
  type CancellationToken,
  type CodeAction,
  type CodeActionParams,
  type Position,
  type Range,
  type TextEdit,
} from 'vscode-languageserver';
import type { Problem } from '@deepcoder/vocabulary';
import { breathe } from '../../lsp/breathe.ts';
import { FIX_ALL } from '../../lsp/languageFeatures.ts';
import { rangeIn, sectionOf, sections, type Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';
import { foundIn } from './trajectoryDiagnostics.ts';

/**
 * Fixes for what is wrong in a range; null where the client has let go. Whether something is wrong is
 * known from the diagnostics, so that a cursor that moves through a long session costs nothing.
 */
export async function quickFixes(
  document: TrackedDocument,
  { range, context }: Pick<CodeActionParams, 'range' | 'context'>,
  token: CancellationToken,
): Promise<CodeAction[] | null> {
  const file = document.readFile()!;
  const from = document.offsetAt(range.start);
  const to = document.offsetAt(range.end);
  const pause = breathe(token);
  const actions: CodeAction[] = [];
  let before: Set<string> | null = null;
  for (const stretch of stretches(file, 'trajectory', { from, to })) {
    const { diagnostics, ids } = foundIn(document, file, stretch);
    const here = movedUp(range, stretch.line);
    const isNamedHere = ids.some(({ at }) => touches(at, here));
    if (isNamedHere) before ??= await idsBefore(document, stretch.start, pause);
    if ((isNamedHere && !before) || (await pause())) return null;
    const isTaken = ids.some(({ id }) => before?.has(id));
    if (isTaken || diagnostics.some((one) => touches(one.range, here))) {
      const section = sectionOf(document, file, stretch);
      const problems = [...ownProblems(section), ...takenIds(section, before ?? new Set())];
      const inRange = problems.filter(
        ({ start, end }) => start + stretch.start <= to && end + stretch.start >= from,
      );
      for (const one of inRange.flatMap((one) => fixActions(document, section, { one, context })))
        actions.push(one);
    }
    for (const { id } of ids) before?.add(id);
  }
  return actions;
}

function fixActions(
  document: TrackedDocument,
  section: Section,
  { one, context }: { one: Problem; context: CodeActionParams['context'] },
): CodeAction[] {
  const { start } = rangeIn(section, one);
  const diagnostics = context.diagnostics.filter(
    ({ code, range }) =>
      code === one.code &&
      range.start.line === start.line &&
      range.start.character === start.character,
  );
  return fixesIn(document, section, one).map(({ title, edits }) => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics,
    isPreferred: SAFE.has(one.code),
    edit: workspaceEdit(document, section, edits),
  }));
}

function movedUp({ start, end }: Range, by: number): Range {
  return {
    start: { ...start, line: start.line - by },
    end: { ...end, line: end.line - by },
  };
}

function touches(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

/** Those that lose nothing but what is wrong. */
const SAFE = new Set([
  'unterminated-tag',
  'stray-tag',
  'step-jump',
  'empty-label',
  'near-miss',
  'secret',
]);

function fixesIn(
  document: TrackedDocument,
  { text, parsed }: Section,
  problem: Problem,
): { title: string; edits: OffsetEdit[] }[] {
  if (problem.code === 'json-syntax' && document.readFile()?.cut === 'lines') {
    const edit = { start: 0, end: text.length, newText: '' };
    return [{ title: 'Remove the malformed line', edits: [edit] }];
  }
  return fixesFor(text, parsed, problem);
}

/** What a section by itself shows to be wrong with it. */
function ownProblems({ text, parsed }: Section): Problem[] {
  return diagnose(text, parsed).filter(({ code }) => code !== 'no-supervised-text');
}

/** The ids in the document before an offset; null where `pause` says to stop. */
async function idsBefore(
  document: TrackedDocument,
  offset: number,
  pause: () => boolean | Promise<boolean>,
): Promise<Set<string> | null> {
  const before = new Set<string>();
  const file = document.readFile();
  if (offset === 0 || !file) return before;
  for (const stretch of stretches(file, 'trajectory', { to: offset - 1 })) {
    for (const { id } of foundIn(document, file, stretch).ids) before.add(id);
    if (await pause()) return null;
  }
  return before;
}

/** Trajectories whose ids are taken. */
function takenIds({ parsed }: Section, before: ReadonlySet<string>): Problem[] {
  return parsed.trajectories.flatMap(({ id, start, end }): Problem[] => {
    if (id === null || !before.has(id)) return [];
    const message = `The id \`${id}\` is taken by an earlier trajectory.`;
    const at = { start, end: Math.min(end, start + 1) };
    return [{ code: 'duplicate-id', message, severity: 'warning', ...at }];
  });
}

/** Every fix that loses nothing, at once. */
export async function fixAll(
  document: TrackedDocument,
  token: CancellationToken,
): Promise<CodeAction[] | null> {
  const edits: TextEdit[] = [];
  const pause = breathe(token);
  for (const section of sections(document)) {
    let end = -1;
    const all = ownProblems(section)
      .filter(({ code }) => SAFE.has(code))
      .flatMap((problem) => fixesIn(document, section, problem).slice(0, 1))
      .flatMap((one) => one.edits)
      .sort((a, b) => a.start - b.start || a.end - b.end);
    const seen = new Set<string>();
    for (const one of all) {
      const key = `${one.start}:${one.end}:${one.newText}`;
      if (one.start < end || seen.has(key)) continue;
      seen.add(key);
      end = one.end;
      edits.push({ range: rangeIn(section, one), newText: one.newText });
    }
    if (await pause()) return null;
  }
  if (edits.length === 0) return [];
  const edit = { changes: { [document.uri]: edits } };
  return [{ title: 'Fix all that can be fixed', kind: FIX_ALL, edit }];
}

export function workspaceEdit(document: TrackedDocument, section: Section, edits: OffsetEdit[]) {
  return {
    changes: {
      [document.uri]: edits.map((one) => ({
        range: rangeIn(section, one),
        newText: one.newText,
      })),
    },
  };
}
