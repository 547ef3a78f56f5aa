import { countStretch, stretches } from '@deepcoder/trajectory';
import { SymbolKind, type CancellationToken, type DocumentSymbol } from 'vscode-languageserver';
import type { SpanKind } from '@deepcoder/vocabulary';
import { breathe } from '../../lsp/breathe.ts';
import {
  countKinds,
  kindCountText,
  preview,
  trajectoriesOf,
  type Step,
  type Trajectory,
} from '../document/outline.ts';
import { perStretch } from '../document/perStretch.ts';
import { movedRange, rangeIn, type Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';

const SYMBOL_KINDS: Record<SpanKind, SymbolKind> = {
  reasoning: SymbolKind.Operator,
  action: SymbolKind.Function,
  observation: SymbolKind.Variable,
  system: SymbolKind.Constant,
  task: SymbolKind.String,
  answer: SymbolKind.Event,
  other: SymbolKind.Null,
};

/** How deep the outline goes: a large file's has fewer levels. */
type Depth = 'spans' | 'steps' | 'trajectories';

/** Trajectory, step, span, with counts; `most` spans or steps, beyond which that level is left out. */
export async function documentSymbol(
  document: TrackedDocument,
  most: number,
  token: CancellationToken,
): Promise<DocumentSymbol[] | null> {
  const file = document.readFile();
  if (!file) return null;
  const symbolsOf = SYMBOLS[await depthFor(document, most, token)];
  const symbols: DocumentSymbol[] = [];
  const pause = breathe(token);
  for (const stretch of stretches(file, 'trajectory')) {
    const own = symbolsOf(document, file, stretch);
    movedTo(stretch.line, own).forEach((one, index) => {
      const name = one.name === '' ? `Trajectory ${stretch.traj + index + 1}` : one.name;
      symbols.push(name === one.name ? one : { ...one, name });
    });
    if (await pause()) return null;
  }
  return symbols;
}

const symbolsAs = (depth: Depth) =>
  perStretch((section) => trajectoriesOf(section).map((one) => symbolOf(section, one, depth)));

const SYMBOLS = {
  spans: symbolsAs('spans'),
  steps: symbolsAs('steps'),
  trajectories: symbolsAs('trajectories'),
};

const moved = new WeakMap<readonly DocumentSymbol[], { line: number; symbols: DocumentSymbol[] }>();

/** Most stay where they are from one request to the next, and thousands are not made anew. */
function movedTo(line: number, own: readonly DocumentSymbol[]): DocumentSymbol[] {
  const known = moved.get(own);
  if (known?.line === line) return known.symbols;
  const symbols = own.map((one) => movedSymbol(one, line));
  moved.set(own, { line, symbols });
  return symbols;
}

function movedSymbol(one: DocumentSymbol, by: number): DocumentSymbol {
  return {
    ...one,
    range: movedRange(one.range, by),
    selectionRange: movedRange(one.selectionRange, by),
    ...(one.children && { children: one.children.map((child) => movedSymbol(child, by)) }),
  };
}

async function depthFor(
  document: TrackedDocument,
  most: number,
  token: CancellationToken,
): Promise<Depth> {
  let spans = 0;
  let steps = 0;
  const pause = breathe(token);
  const file = document.readFile()!;
  for (const stretch of stretches(file, 'trajectory')) {
    const counts = countStretch(file, stretch);
    spans += counts.spans;
    steps += counts.steps;
    if (steps > most) return 'trajectories';
    if (await pause()) break;
  }
  return spans > most ? 'steps' : 'spans';
}

/** A trajectory without id and task is named by its place, which only the document knows. */
function symbolOf(section: Section, one: Trajectory, depth: Depth): DocumentSymbol {
  const { spans } = section.parsed;
  const turns = new Set(one.steps.map(({ step }) => step).filter((step) => step > 0)).size;
  const counts = kindCountText(countKinds(spans, one.spans));
  const range = rangeIn(section, trimmed(section, one));
  const task = taskOf(section, one);
  return {
    name: one.id === null || one.id === '' ? (task ?? '') : one.id,
    detail: `${turns} ${turns === 1 ? 'step' : 'steps'}${counts === '' ? '' : `: ${counts}`}`,
    kind: SymbolKind.Module,
    range,
    selectionRange: { start: range.start, end: range.start },
    children: depth === 'trajectories' ? [] : one.steps.map((step) => stepOf(section, step, depth)),
  };
}

function taskOf(section: Section, { spans }: Trajectory): string | null {
  const task = spans.find((i) => section.parsed.spans[i]!.kind === 'task');
  return task === undefined ? null : preview(section, task, 60);
}

function stepOf(section: Section, step: Step, depth: Depth): DocumentSymbol {
  const range = rangeIn(section, step);
  const children: DocumentSymbol[] = [];
  for (const i of depth === 'spans' ? step.spans : []) {
    const span = section.parsed.spans[i]!;
    const own = rangeIn(section, span);
    children.push({
      name: preview(section, i) || span.kind,
      detail: span.kind,
      kind: SYMBOL_KINDS[span.kind],
      range: own,
      selectionRange: own,
    });
  }
  return {
    name: step.step === 0 ? 'Before the first step' : `Step ${step.step}`,
    detail: kindCountText(countKinds(section.parsed.spans, step.spans)),
    kind: SymbolKind.Namespace,
    range,
    selectionRange: { start: range.start, end: range.start },
    children,
  };
}

/** Without the empty lines at its end, up to which it counts. */
function trimmed(
  { text, parsed }: Section,
  { start, end, spans }: Trajectory,
): { start: number; end: number } {
  const least = parsed.spans[spans[spans.length - 1] ?? -1]?.end ?? start;
  let until = end;
  while (until > least && /\s/.test(text[until - 1]!)) until -= 1;
  const first = parsed.spans[spans[0] ?? -1]?.start ?? start;
  return { start: Math.min(start, first), end: Math.max(until, least) };
}
