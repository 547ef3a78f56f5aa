import type { Format } from '../format.ts';
import { consoleEvents, prettyPrints, spokenTurns } from './frameworks.ts';
import { speakerHeadings } from './speakers.ts';
import type { Style } from './style.ts';
import { claudeScreen, codexScreen, smolagentsScreen } from './terminals.ts';

const STYLES: readonly Style[] = [
  prettyPrints,
  consoleEvents,
  spokenTurns,
  smolagentsScreen,
  claudeScreen,
  codexScreen,
  speakerHeadings,
];

/** Conversations as programs print or export them for people to read, each in a style of its own. */
export const transcriptText: Format = {
  id: 'transcript_text',
  title: 'Printed or exported transcript',
  detect({ shape, head }) {
    return shape === 'text' ? (styleOf(head)?.name ?? null) : null;
  },
  text(build, source, range) {
    const head = source.text.slice(range.start, Math.min(range.end, range.start + HEAD));
    if (!build.isOpen) build.trajectory(source.toRaw(range.start));
    styleOf(head)?.read(build, source, range);
  },
};

const HEAD = 1 << 18;

function styleOf(head: string): Style | null {
  return STYLES.find(({ fits }) => fits(head)) ?? null;
}
