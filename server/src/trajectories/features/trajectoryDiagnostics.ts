import {
  diagnose,
  findSecrets,
  regions,
  stretches,
  type Region,
  type Stretch,
  type TrackedFile,
} from '@deepcoder/trajectory';
import { type CancellationToken, type Diagnostic, type Range } from 'vscode-languageserver';
import { isAgentKind, type Problem } from '@deepcoder/vocabulary';
import { breathe } from '../../lsp/breathe.ts';
import { DIAGNOSTIC_SEVERITY } from '../../lsp/severity.ts';
import { movedRange, rangeIn, sameBlocks, sectionOf } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';

/** More than these help nobody. */
const MOST = 2000;

const SOURCE = 'deepcoder';

/** What is wrong in one stretch; lines count from its first. */
interface Found {
  blocks: Stretch['blocks'];
  diagnostics: readonly Diagnostic[];
  ids: readonly { id: string; at: Range }[];
  hasTrajectory: boolean;
  supervised: boolean;
}

const known = new WeakMap<Stretch['blocks'][number], Found>();

/** Of the whole document; what has not changed since is not looked at again. */
export async function trajectoryDiagnostics(
  document: TrackedDocument,
  { secrets }: { secrets: boolean },
  token: CancellationToken,
): Promise<Diagnostic[] | null> {
  const file = document.readFile();
  if (!file) return null;
  const diagnostics: Diagnostic[] = [];
  const ids = new Set<string>();
  let any = false;
  let supervised = false;
  const { version } = document;
  const breath = breathe(token);
  const pause = async (): Promise<boolean> => (await breath()) || document.version !== version;
  for (const region of regions(file, 'trajectory')) {
    const found = await foundInRegion({ document, file, pause }, region);
    if (!found) return null;
    any ||= found.hasTrajectory;
    supervised ||= found.supervised;
    for (const one of found.diagnostics) {
      if (secrets || one.code !== 'secret') diagnostics.push(moved(one, region.line));
    }
    for (const { id, at } of found.ids) {
      if (ids.has(id)) diagnostics.push(toDiagnostic(duplicate(id), movedRange(at, region.line)));
      ids.add(id);
    }
    if (diagnostics.length > MOST) return cut(diagnostics);
  }
  if (any && !supervised) diagnostics.push(nothingSupervised());
  return diagnostics;
}

interface FoundInRegion extends Omit<Found, 'blocks'> {
  chunks: Region['chunks'];
}

const knownRegions = new WeakMap<Region['chunks'][number], FoundInRegion>();

interface Reading {
  document: TrackedDocument;
  file: TrackedFile;
  /** Whether to stop. */
  pause: () => boolean | Promise<boolean>;
}

/** The same of some hundred blocks; null where the client has let go. */
async function foundInRegion(
  { document, file, pause }: Reading,
  { chunks, start, end, line }: Region,
): Promise<FoundInRegion | null> {
  const entry = knownRegions.get(chunks[0]!);
  const isSame =
    entry?.chunks.length === chunks.length && chunks.every((one, i) => one === entry.chunks[i]);
  const isAnnotated = document.hasAnnotationsIn(start, end);
  if (isSame && !isAnnotated) return entry;
  const all: FoundInRegion = {
    chunks,
    diagnostics: [],
    ids: [],
    hasTrajectory: false,
    supervised: false,
  };
  const list: Diagnostic[] = [];
  const ids: Found['ids'][number][] = [];
  for (const stretch of stretches(file, 'trajectory', { from: start, to: end - 1 })) {
    const found = foundIn(document, file, stretch);
    const by = stretch.line - line;
    for (const one of found.diagnostics) list.push(moved(one, by));
    for (const { id, at } of found.ids) ids.push({ id, at: movedRange(at, by) });
    all.hasTrajectory ||= found.hasTrajectory;
    all.supervised ||= found.supervised;
    if (await pause()) return null;
  }
  const result = { ...all, diagnostics: list, ids };
  if (!isAnnotated) knownRegions.set(chunks[0]!, result);
  return result;
}

/** What is wrong there; kept until it changes. */
export function foundIn(document: TrackedDocument, file: TrackedFile, stretch: Stretch): Found {
  const first = stretch.blocks[0]!;
  const entry = known.get(first);
  if (entry && sameBlocks(entry, stretch) && !isAnnotated(document, stretch)) return entry;
  const section = sectionOf(document, file, { ...stretch, line: 0 });
  const { parsed, text } = section;
  const problems = [
    ...diagnose(text, parsed, { secrets: false }).filter(
      ({ code }) => code !== NOTHING && code !== DUPLICATE,
    ),
    ...secretsIn(stretch),
    ...section.annotationProblems,
  ];
  const found: Found = {
    blocks: stretch.blocks,
    diagnostics: problems
      .sort((a, b) => a.start - b.start)
      .map((one) => toDiagnostic(one, rangeIn(section, one))),
    ids: parsed.trajectories.flatMap(({ id, start, end }) =>
      id === null ? [] : [{ id, at: rangeIn(section, { start, end: Math.min(end, start + 1) }) }],
    ),
    hasTrajectory: parsed.trajectories.length > 0,
    supervised: parsed.spans.some(({ kind }) => isAgentKind(kind)),
  };
  if (!isAnnotated(document, stretch)) known.set(first, found);
  return found;
}

const secretsOf = new WeakMap<Stretch['blocks'][number], Problem[]>();

/** By block: a long session has one that changed and thousands that did not. */
function secretsIn({ blocks }: Stretch): Problem[] {
  let start = 0;
  return blocks.flatMap((block) => {
    const known = secretsOf.get(block) ?? findSecrets(block.text);
    secretsOf.set(block, known);
    const from = start;
    start += block.text.length;
    return known.map((one) => ({ ...one, start: one.start + from, end: one.end + from }));
  });
}

const NOTHING = 'no-supervised-text';
const DUPLICATE = 'duplicate-id';

function isAnnotated(document: TrackedDocument, { start, blocks }: Stretch): boolean {
  if (document.handAnnotations.length === 0) return false;
  const length = blocks.reduce((sum, block) => sum + block.text.length, 0);
  return document.hasAnnotationsIn(start, start + length);
}

export function toDiagnostic(
  { code, message, severity }: Problem<unknown>,
  range: Range,
): Diagnostic {
  return { range, code, message, severity: DIAGNOSTIC_SEVERITY[severity], source: SOURCE };
}

function duplicate(id: string): Problem<unknown> {
  const message = `The id \`${id}\` is taken by an earlier trajectory.`;
  return { code: DUPLICATE, message, severity: 'warning' };
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
  return by === 0 ? one : { ...one, range: movedRange(one.range, by) };
}
