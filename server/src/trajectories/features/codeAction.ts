import { insertStep, join, relabel, removeRecord, split, stretchAt } from '@deepcoder/trajectory';
import {
  CodeActionKind,
  type CancellationToken,
  type CodeAction,
  type CodeActionParams,
  type Range,
} from 'vscode-languageserver';
import type { TextEdit as OffsetEdit } from '@deepcoder/trajectory';
import { SPAN_KINDS } from '@deepcoder/vocabulary';
import { FIX_ALL } from '../../lsp/languageFeatures.ts';
import { trajectoriesOf } from '../document/outline.ts';
import { offsetIn, rangeIn, sectionAt, spanAt, type Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';
import { fixAll, quickFixes, workspaceEdit } from './quickFix.ts';

export const RELABEL_COMMAND = 'deepcoder.server.relabel';

/** Fixes for the problems in a range, and what else can be done there; null where the client has let go. */
export async function codeAction(
  document: TrackedDocument,
  { range, context }: CodeActionParams,
  token: CancellationToken,
): Promise<CodeAction[] | null> {
  if (!document.readFile()) return null;
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
  const { start, blocks } = stretchAt(document.readFile()!, 'trajectory', offset)!;
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
