import { diagnose, stretches, type Problem } from '@deepcoder/trajectory';
import type { TrackedDocument } from '../trackedDocument.ts';
import type { Section } from './section.ts';
import { foundIn } from './trajectoryDiagnostics.ts';

/** The problems of a section, those included that only the document shows: an id that came before. */
export function allProblems(document: TrackedDocument, section: Section): Problem[] {
  const { text, parsed } = section;
  const problems = diagnose(text, parsed).filter(({ code }) => code !== 'no-supervised-text');
  const named = parsed.trajectories.filter(({ id }) => id !== null);
  if (named.length === 0 || section.start === 0) return problems;
  const before = new Set<string | null>();
  for (const stretch of stretches(document.file!, 'trajectory', { to: section.start - 1 })) {
    for (const { id } of foundIn(document, document.file!, stretch).ids) before.add(id);
  }
  for (const { id, start, end } of named) {
    if (!before.has(id)) continue;
    const message = `The id \`${id!}\` is taken by an earlier trajectory.`;
    const at = { start, end: Math.min(end, start + 1) };
    problems.push({ code: 'duplicate-id', message, severity: 'warning', ...at });
  }
  return problems;
}
