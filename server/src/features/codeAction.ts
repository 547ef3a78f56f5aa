import {
  fixesFor,
  insertStep,
  join,
  relabel,
  removeRecord,
  SPAN_KINDS,
  split,
} from '@deepcoder/trajectory';
import {
  CodeActionKind,
  type CodeAction,
  type CodeActionParams,
  type TextEdit,
} from 'vscode-languageserver';
import type { Problem, TextEdit as OffsetEdit } from '@deepcoder/trajectory';
import type { TrackedDocument } from '../trackedDocument.ts';
import { trajectoriesOf } from './outline.ts';
import { offsetIn, rangeIn, sectionAt, sections, spanAt, type Section } from './section.ts';
import { allProblems } from './problems.ts';

export const FIX_ALL = 'source.fixAll.deepcoder';
export const RELABEL_COMMAND = 'deepcoder.server.relabel';

/** Fixes for the problems in a range, and what else can be done there. */
export function codeAction(
  document: TrackedDocument,
  { range, context }: CodeActionParams,
): CodeAction[] | null {
  if (!document.file) return null;
  const wanted = (kind: string): boolean =>
    context.only === undefined || context.only.some((one) => isWithin(kind, one));
  const actions: CodeAction[] = [];
  if (wanted(CodeActionKind.QuickFix)) actions.push(...quickFixes(document, { range, context }));
  if (wanted(CodeActionKind.RefactorRewrite)) actions.push(...rewrites(document, range));
  if (context.only?.some((one) => isWithin(FIX_ALL, one))) actions.push(...fixAll(document));
  return actions;
}

function isWithin(kind: string, asked: string): boolean {
  return kind === asked || kind.startsWith(`${asked}.`);
}

function quickFixes(
  document: TrackedDocument,
  { range, context }: Pick<CodeActionParams, 'range' | 'context'>,
): CodeAction[] {
  const from = document.offsetAt(range.start);
  const to = document.offsetAt(range.end);
  const actions: CodeAction[] = [];
  for (const section of sections(document, { from, to })) {
    for (const problem of allProblems(document, section)) {
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
function fixAll(document: TrackedDocument): CodeAction[] {
  const edits: TextEdit[] = [];
  for (const section of sections(document)) {
    let end = -1;
    const all = allProblems(document, section)
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
  }
  if (edits.length === 0) return [];
  const edit = { changes: { [document.uri]: edits } };
  return [{ title: 'Fix all that can be fixed', kind: FIX_ALL, edit }];
}

function rewrites(document: TrackedDocument, range: CodeActionParams['range']): CodeAction[] {
  const section = sectionAt(document, document.offsetAt(range.start));
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
  if (own) {
    add('Add a step at the end', insertStep(text, parsed, own.index));
    add('Remove the record', removeRecord(text, parsed, own.index));
  }
  return actions;
}

function isEmpty({ start, end }: CodeActionParams['range']): boolean {
  return start.line === end.line && start.character === end.character;
}

function cutsSpan(
  section: Section,
  range: CodeActionParams['range'],
  span: { start: number; end: number },
): boolean {
  return offsetIn(section, range.start) > span.start || offsetIn(section, range.end) < span.end;
}

/** Where there is no label to change, the sidecar says it. */
function byHand(
  document: TrackedDocument,
  range: CodeActionParams['range'],
  kind: string,
): CodeAction {
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
