import { diagnose, stretches, type Problem } from '@deepcoder/trajectory';
import type { TrackedDocument } from '../trackedDocument.ts';
import type { Section } from './section.ts';
import { foundIn } from './trajectoryDiagnostics.ts';

/** What a section by itself shows to be wrong with it. */
export function ownProblems({ text, parsed }: Section): Problem[] {
  return diagnose(text, parsed).filter(({ code }) => code !== 'no-supervised-text');
}

/** Ids that came before in the document; null where `pause` says to stop. */
export async function takenIds(
  document: TrackedDocument,
  section: Section,
  pause: () => boolean | Promise<boolean>,
): Promise<Problem[] | null> {
  const named = section.parsed.trajectories.filter(({ id }) => id !== null);
  const { file } = document;
  if (named.length === 0 || section.start === 0 || !file) return [];
  const before = new Set<string>();
  for (const stretch of stretches(file, 'trajectory', { to: section.start - 1 })) {
    for (const { id } of foundIn(document, file, stretch).ids) before.add(id);
    if (await pause()) return null;
  }
  return named.flatMap(({ id, start, end }): Problem[] => {
    if (id === null || !before.has(id)) return [];
    const message = `The id \`${id}\` is taken by an earlier trajectory.`;
    const at = { start, end: Math.min(end, start + 1) };
    return [{ code: 'duplicate-id', message, severity: 'warning', ...at }];
  });
}
