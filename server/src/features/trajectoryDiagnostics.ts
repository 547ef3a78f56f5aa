import { diagnose, stretches, type Problem, type Stretch } from '@deepcoder/trajectory';
import {
  DiagnosticSeverity,
  type CancellationToken,
  type Diagnostic,
  type Range,
} from 'vscode-languageserver';
import type { TrackedDocument } from '../trackedDocument.ts';
import { breathe } from './breathe.ts';
import { rangeIn, sameBlocks, sectionOf } from './section.ts';

/** More than these help nobody. */
const MOST = 2000;

const SOURCE = 'deepcoder';

const SEVERITIES: Record<Problem['severity'], DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** What is wrong in one stretch; lines count from its first. */
interface Found {
  blocks: Stretch['blocks'];
  diagnostics: readonly Diagnostic[];
  ids: readonly { id: string; at: Range }[];
  hasTrajectory: boolean;
  supervised: boolean;
}

const known = new WeakMap<Stretch['blocks'][number], Found>();

/** Of the whole document; stretches that have not changed since are not looked at again. */
export async function trajectoryDiagnostics(
  document: TrackedDocument,
  { secrets }: { secrets: boolean },
  token: CancellationToken,
): Promise<Diagnostic[] | null> {
  const { file } = document;
  if (!file) return null;
  const diagnostics: Diagnostic[] = [];
  const ids = new Set<string>();
  let any = false;
  let supervised = false;
  const pause = breathe(token);
  for (const stretch of stretches(file, 'trajectory')) {
    const found = foundIn(document, stretch);
    any ||= found.hasTrajectory;
    supervised ||= found.supervised;
    for (const one of found.diagnostics) {
      if (secrets || one.code !== 'secret') diagnostics.push(moved(one, stretch.line));
    }
    for (const { id, at } of found.ids) {
      if (ids.has(id)) diagnostics.push(moved(duplicate(id, at), stretch.line));
      ids.add(id);
    }
    if (await pause()) return null;
    if (diagnostics.length > MOST) return cut(diagnostics);
  }
  if (any && !supervised) diagnostics.push(nothingSupervised());
  return diagnostics;
}

/** What is wrong there; kept until it changes. */
export function foundIn(document: TrackedDocument, stretch: Stretch): Found {
  const first = stretch.blocks[0]!;
  const entry = known.get(first);
  if (entry && sameBlocks(entry, stretch) && !isAnnotated(document, stretch)) return entry;
  const section = sectionOf(document, { ...stretch, line: 0 });
  const { parsed, text } = section;
  const problems = [
    ...diagnose(text, parsed).filter(({ code }) => code !== NOTHING && code !== DUPLICATE),
    ...section.annotationProblems,
  ];
  const found: Found = {
    blocks: stretch.blocks,
    diagnostics: problems.map((one) => toDiagnostic(one, rangeIn(section, one))),
    ids: parsed.trajectories.flatMap(({ id, start, end }) =>
      id === null ? [] : [{ id, at: rangeIn(section, { start, end: Math.min(end, start + 1) }) }],
    ),
    hasTrajectory: parsed.trajectories.length > 0,
    supervised: parsed.spans.some(({ kind }) => AGENTS.has(kind)),
  };
  if (!isAnnotated(document, stretch)) known.set(first, found);
  return found;
}

const AGENTS = new Set(['reasoning', 'action', 'answer']);
const NOTHING = 'no-supervised-text';
const DUPLICATE = 'duplicate-id';

function isAnnotated(document: TrackedDocument, { start, blocks }: Stretch): boolean {
  if (document.handAnnotations.length === 0) return false;
  const length = blocks.reduce((sum, block) => sum + block.text.length, 0);
  return document.hasAnnotationsIn(start, start + length);
}

export function toDiagnostic(
  { code, message, severity }: Pick<Problem, 'code' | 'message' | 'severity'>,
  range: Range,
): Diagnostic {
  return { range, code, message, severity: SEVERITIES[severity], source: SOURCE };
}

function duplicate(id: string, at: Range): Diagnostic {
  const message = `The id \`${id}\` is taken by an earlier trajectory.`;
  return toDiagnostic({ code: DUPLICATE, message, severity: 'warning' }, at);
}

function nothingSupervised(): Diagnostic {
  const message = 'Nothing here is the agent\u2019s: nothing to train on.';
  const nowhere = { line: 0, character: 0 };
  const range = { start: nowhere, end: nowhere };
  return toDiagnostic({ code: NOTHING, message, severity: 'warning' }, range);
}

function cut(diagnostics: Diagnostic[]): Diagnostic[] {
  const kept = diagnostics.slice(0, MOST);
  const message = `There are more problems; these are the first ${MOST}.`;
  const { range } = kept[MOST - 1]!;
  return [...kept, toDiagnostic({ code: 'too-many', message, severity: 'info' }, range)];
}

function moved(one: Diagnostic, by: number): Diagnostic {
  const { start, end } = one.range;
  return {
    ...one,
    range: {
      start: { line: start.line + by, character: start.character },
      end: { line: end.line + by, character: end.character },
    },
  };
}
