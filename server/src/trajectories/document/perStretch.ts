import type { Stretch, TrackedFile } from '@deepcoder/trajectory';
import { sameBlocks, sectionOf, type Section } from './section.ts';
import type { TrackedDocument } from './trackedDocument.ts';

interface Known<T> {
  blocks: Stretch['blocks'];
  value: T;
}

/**
 * What `make` makes of a stretch, remembered until its blocks are others or somebody annotates it. Lines
 * count from the stretch's first, since an edit moves all that follow; it must not be changed.
 */
export function perStretch<T>(
  make: (section: Section, document: TrackedDocument) => T,
): (document: TrackedDocument, file: TrackedFile, stretch: Stretch) => T {
  const known = new WeakMap<Stretch['blocks'][number], Known<T>>();
  return (document, file, stretch) => {
    const first = stretch.blocks[0]!;
    const entry = known.get(first);
    const isAnnotated = hasAnnotations(document, stretch);
    if (entry && !isAnnotated && sameBlocks(entry, stretch)) return entry.value;
    const value = make(sectionOf(document, file, { ...stretch, line: 0, traj: 0 }), document);
    if (!isAnnotated) known.set(first, { blocks: stretch.blocks, value });
    return value;
  };
}

function hasAnnotations(document: TrackedDocument, { start, blocks }: Stretch): boolean {
  if (document.handAnnotations.length === 0) return false;
  const length = blocks.reduce((sum, { text }) => sum + text.length, 0);
  return document.hasAnnotationsIn(start, start + length);
}
