import { diagnose, stretches, type Problem } from '@deepcoder/trajectory';
import type { TrackedDocument } from '../document/trackedDocument.ts';
import type { Section } from '../document/section.ts';
import { foundIn } from './trajectoryDiagnostics.ts';

/** What a section by itself shows to be wrong with it. */
export function ownProblems({ text, parsed }: Section): Problem[] {
  return diagnose(text, parsed).filter(({ code }) => code !== 'no-supervised-text');
}

/** The ids in the document before an offset; null where `pause` says to stop. */
export async function idsBefore(
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
export function takenIds({ parsed }: Section, before: ReadonlySet<string>): Problem[] {
  return parsed.trajectories.flatMap(({ id, start, end }): Problem[] => {
    if (id === null || !before.has(id)) return [];
    const message = `The id \`${id}\` is taken by an earlier trajectory.`;
    const at = { start, end: Math.min(end, start + 1) };
    return [{ code: 'duplicate-id', message, severity: 'warning', ...at }];
  });
}
