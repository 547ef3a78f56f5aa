import {
  fixesFor,
  insertStep,
  join,
  relabel,
  removeRecord,
  SPAN_KINDS,
  split,
  stretchAt,
  stretches,
} from '@deepcoder/trajectory';
import {
  CodeActionKind,
  type CancellationToken,
  type CodeAction,
  type CodeActionParams,
  type Position,
  type Range,
  type TextEdit,
} from 'vscode-languageserver';
import type { Problem, TextEdit as OffsetEdit } from '@deepcoder/trajectory';
import type { TrackedDocument } from '../trackedDocument.ts';
import { breathe } from './breathe.ts';
import { trajectoriesOf } from './outline.ts';
import { ownProblems, takenIds } from './problems.ts';
import {
  offsetIn,
  rangeIn,
  sectionAt,
  sectionOf,
  sections,
  spanAt,
  type Section,
} from './section.ts';
import { foundIn } from './trajectoryDiagnostics.ts';

export const FIX_ALL = 'source.fixAll.deepcoder';
export const RELABEL_COMMAND = 'deepcoder.server.relabel';

/** Fixes for the problems in a range, and what else can be done there; null where the client has let go. */
export async function codeAction(
  document: TrackedDocument,
  { range, context }: CodeActionParams,
  token: CancellationToken,
): Promise<CodeAction[] | null> {
  if (!document.file) return null;
  const wanted = (kind: string): boolean =>
    context.only === undefined || context.only.some((one) => isWithin(kind, one));
  const fixes = wanted(CodeActionKind.QuickFix)
    ? await quickFixes(document, { range, context }, token)
    : [];
  const others = wanted(CodeActionKind.RefactorRewrite) ? rewrites(document, range) : [];
  const isForAll = context.only?.some((one) => isWithin(FIX_ALL, one)) === true;
  const all = isForAll ? await fixAll(document, token) : [];
  return fixes && all && [...fixes, ...others, ...all];
}

function isWithin(kind: string, asked: string): boolean {
  return kind === asked || kind.startsWith(`${asked}.`);
}

/**
 * Whether something is wrong there is known from the diagnostics, so that a cursor that moves through a
 * long session costs nothing.
 */
async function quickFixes(
  document: TrackedDocument,
  { range, context }: Pick<CodeActionParams, 'range' | 'context'>,
  token: CancellationToken,
): Promise<CodeAction[] | null> {
  const file = document.file!;
  const from = document.offsetAt(range.start);
  const to = document.offsetAt(range.end);
  const pause = breathe(token);
  const actions: CodeAction[] = [];
  for (const stretch of stretches(file, 'trajectory', { from, to })) {
    const { diagnostics, ids } = foundIn(document, file, stretch);
    const here = movedUp(range, stretch.line);
    const isNamedHere = ids.some(({ at }) => touches(at, here));
    if (!isNamedHere && !diagnostics.some((one) => touches(one.range, here))) continue;
    const section = sectionOf(document, file, stretch);
    const taken = isNamedHere ? await takenIds(document, section, pause) : [];
    if (!taken || (await pause())) return null;
    for (const problem of [...ownProblems(section), ...taken]) {
      if (problem.start + section.start > to || problem.end + section.start < from) continue;
      const given = context.diagnostics.filter(
        ({ code, range: { start } }) =>
          code === problem.code && document.offsetAt(start) === problem.start + section.start,
      );
      for (const { title, edits } of fixesIn(document, section, problem)) {
        actions.push({
          title,
          kind: CodeActionKind.QuickFix,
          diagnostics: given,
          isPreferred: SAFE.has(problem.code),
          edit: workspaceEdit(document, section, edits),
        });
      }
    }
  }
  return actions;
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
const SAFE = new Set(['unterminated-tag', 'stray-tag', 'step-jump', 'empty-label', 'secret']);

function fixesIn(
  { file }: TrackedDocument,
  { text, parsed }: Section,
  problem: Problem,
): { title: string; edits: OffsetEdit[] }[] {
  if (problem.code === 'json-syntax' && file?.cut === 'lines') {
    const edit = { start: 0, end: text.length, newText: '' };
    return [{ title: 'Remove the malformed line', edits: [edit] }];
  }
  return fixesFor(text, parsed, problem);
}

/** Every fix that loses nothing, at once. */
async function fixAll(
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

function rewrites(document: TrackedDocument, range: Range): CodeAction[] {
  const section = sectionAt(document, document.offsetAt(range.start), { near: true });
  if (!section) return [];
  const { text, parsed } = section;
  const offset = offsetIn(section, range.start);
  const index = spanAt(section, offset);
  const actions: CodeAction[] = [];
  const add = (title: string, edits: OffsetEdit[] | null): void => {
    if (!edits) return;
    const edit = workspaceEdit(document, section, edits);
    actions.push({ title, kind: CodeActionKind.RefactorRewrite, edit });
  };
  if (index >= 0) {
    const span = parsed.spans[index]!;
    for (const kind of SPAN_KINDS) {
      if (kind === span.kind) continue;
      const isWhole = isEmpty(range) || !cutsSpan(section, range, span);
      const edits = isWhole ? relabel(text, parsed, index, kind) : null;
      if (edits) add(`Relabel as ${kind}`, edits);
      else actions.push(byHand(document, isEmpty(range) ? rangeIn(section, span) : range, kind));
    }
    add('Split the span here', split(text, parsed, index, offset));
    add('Join with the next span', join(text, parsed, index));
  }
  const own = trajectoriesOf(section).find(({ start, end }) => start <= offset && offset <= end);
  if (own && !section.isPart) {
    add('Add a step at the end', insertStep(text, parsed, own.index));
    add('Remove the record', removeRecord(text, parsed, own.index));
  }
  if (section.isPart) actions.push(removeSession(document, section.start));
  return actions;
}

/** A session of which only a part was read, with all its lines. */
function removeSession(document: TrackedDocument, offset: number): CodeAction {
  const { start, blocks } = stretchAt(document.file!, 'trajectory', offset)!;
  const end = blocks.reduce((sum, { text }) => sum + text.length, start);
  const range = { start: document.positionAt(start), end: document.positionAt(end) };
  const edit = { changes: { [document.uri]: [{ range, newText: '' }] } };
  return { title: 'Remove the record', kind: CodeActionKind.RefactorRewrite, edit };
}

function isEmpty({ start, end }: Range): boolean {
  return start.line === end.line && start.character === end.character;
}

function cutsSpan(section: Section, range: Range, span: { start: number; end: number }): boolean {
  return offsetIn(section, range.start) > span.start || offsetIn(section, range.end) < span.end;
}

/** Where there is no label to change, the sidecar says it. */
function byHand(document: TrackedDocument, range: Range, kind: string): CodeAction {
  const title = `Relabel as ${kind} (annotation)`;
  const params = { uri: document.uri, range, kind };
  return {
    title,
    kind: CodeActionKind.RefactorRewrite,
    command: { title, command: RELABEL_COMMAND, arguments: [params] },
  };
}

function workspaceEdit(document: TrackedDocument, section: Section, edits: OffsetEdit[]) {
  return {
    changes: {
      [document.uri]: edits.map((one) => ({
        range: rangeIn(section, one),
        newText: one.newText,
      })),
    },
  };
}
