import { stretches } from '@deepcoder/trajectory';
import type { CancellationToken, CodeLens } from 'vscode-languageserver';
import { breathe } from '../../lsp/breathe.ts';
import { trajectoriesOf } from '../document/outline.ts';
import { perStretch } from '../document/perStretch.ts';
import { sectionOf, type Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';
import { unknownText, type Counts } from '../tokens/tokenCounts.ts';

const MOST = 500;

/** Above each trajectory its steps, tokens and the share that is supervised, and what can be done with it. */
export async function codeLens(
  document: TrackedDocument,
  {
    record,
    actions,
    counts,
  }: { record: boolean; actions: boolean; counts: ((section: Section) => Counts | null) | null },
  token: CancellationToken,
): Promise<CodeLens[] | null> {
  const file = document.readFile();
  if (!file || (!record && !actions)) return [];
  const lenses: CodeLens[] = [];
  const pause = breathe(token);
  for (const stretch of stretches(file, 'trajectory')) {
    const counted = record ? (counts?.(sectionOf(document, file, stretch)) ?? null) : null;
    heads(document, file, stretch).forEach((head, index) => {
      const traj = stretch.traj + index;
      const start = { line: head.line + stretch.line, character: head.character };
      const range = { start, end: start };
      const add = (title: string, command: string, args?: unknown[]): void =>
        void lenses.push({
          range,
          command: { title, command, ...(args && { arguments: args }) },
        });
      if (record) add(summary(head.turns, index, counted), '');
      if (actions) add('Preview tokens', 'deepcoder.previewTokens', [document.uri, traj]);
      if (actions && traj === 0) {
        add('Train on this file', 'deepcoder.trainOnFile', [document.uri]);
      }
    });
    if (lenses.length >= MOST) break;
    if (await pause()) return null;
  }
  return lenses;
}

/** Where each trajectory begins, and how many turns it has. */
const heads = perStretch((section) =>
  trajectoriesOf(section).map(({ start, steps }) => ({
    ...section.lines.positionAt(start),
    turns: new Set(steps.map(({ step }) => step).filter((step) => step > 0)).size,
  })),
);

function summary(turns: number, index: number, counted: Counts | null): string {
  const parts = [`${turns} ${turns === 1 ? 'step' : 'steps'}`];
  const own = counted?.trajectories.find(({ traj }) => traj === index);
  if (own && own.tokens > 0) {
    parts.push(`${own.tokens.toLocaleString('en')} tokens`);
    parts.push(`${Math.round((100 * own.supervised) / own.tokens)} % supervised`);
    if (own.unknown > 0) parts.push(unknownText(own));
  }
  return parts.join(' · ');
}
