import type { CancellationToken, CodeLens } from 'vscode-languageserver';
import type { TrackedDocument } from '../trackedDocument.ts';
import { breathe } from './breathe.ts';
import { trajectoriesOf } from './outline.ts';
import { sections, type Section } from './section.ts';
import type { Counts } from './tokenCounts.ts';

const MOST = 500;

/** Above each trajectory its steps, tokens and the share that is supervised, and what can be done with it. */
export async function codeLens(
  document: TrackedDocument,
  {
    record,
    actions,
    counts,
  }: { record: boolean; actions: boolean; counts: (section: Section) => Counts | null },
  token: CancellationToken,
): Promise<CodeLens[] | null> {
  if (!record && !actions) return [];
  const lenses: CodeLens[] = [];
  const pause = breathe(token);
  for (const section of sections(document)) {
    const counted = record ? counts(section) : null;
    for (const one of trajectoriesOf(section)) {
      const start = section.lines.positionAt(one.start);
      const range = { start, end: start };
      const add = (title: string, command: string, args?: unknown[]): void =>
        void lenses.push({
          range,
          command: { title, command, ...(args && { arguments: args }) },
        });
      if (record) add(summary(one, counted), '');
      if (actions) add('Preview tokens', 'deepcoder.previewTokens', [document.uri, one.traj]);
      if (actions && one.traj === 0) {
        add('Train on this file', 'deepcoder.trainOnFile', [document.uri]);
      }
    }
    if (lenses.length >= MOST) break;
    if (await pause()) return null;
  }
  return lenses;
}

function summary(
  { steps, index }: { steps: { step: number }[]; index: number },
  counted: Counts | null,
): string {
  const turns = new Set(steps.map(({ step }) => step).filter((step) => step > 0)).size;
  const parts = [`${turns} ${turns === 1 ? 'step' : 'steps'}`];
  const own = counted?.trajectories.find(({ traj }) => traj === index);
  if (own && own.tokens > 0) {
    parts.push(`${own.tokens.toLocaleString('en')} tokens`);
    parts.push(`${Math.round((100 * own.supervised) / own.tokens)} % supervised`);
  }
  return parts.join(' · ');
}
