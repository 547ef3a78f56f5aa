import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../assemble/builder.ts';
import type { Source } from '../text/source.ts';
import type { Format, Probe } from './format.ts';
import { AGENT_MARK } from './shared/agentMarks.ts';
import { readHarmony } from './shared/harmony.ts';
import { oncePer } from './shared/oncePer.ts';
import { TagSplitter } from './shared/tagSplitter.ts';
import { readTemplate } from './templates/readTemplate.ts';
import {
  CHATML,
  CHATML_START,
  LABELLED,
  markedTemplateOf,
  templateOf,
  type Template,
} from './templates/templates.ts';

/**
 * Text as a chat template renders it: turns between the template's marks, with thinking, calls and results
 * as the model writes them. Without any mark of turns: one model output.
 */
export const templateText: Format = {
  id: 'template_tags',
  title: 'Chat template text',
  detect(probe) {
    const { shape, head } = probe;
    if (shape !== 'text') return null;
    const marked = turnMarks(probe);
    if (marked !== null) return `${marked} turn marks`;
    const labelled = templateOf(head, LABELLED);
    if (labelled?.name === 'lines') {
      return `lines that begin with \`${/^\s*\S+/.exec(head)![0].trim()}\``;
    }
    if (labelled) return `${labelled.name} labels`;
    const mark = openingMark(head);
    return mark === null ? null : `begins with \`${mark}\``;
  },
  text: readText,
  // Of the templates ChatML's alone, whose marks begin lines: a dump of many records is cut at its system turns.
  blocks: {
    begins: (text, start) => text.startsWith(CHATML_START, start),
    read: (build, source, range) => readTemplate(build, source, { template: CHATML, range }),
  },
  needsWhole: (text) => !text.startsWith(CHATML_START),
};

/** The name of the template whose marks a text has, whatever its contents look like. */
export const turnMarks = oncePer(({ head }: Probe): string | null =>
  isHarmony(head) ? 'Harmony' : (markedTemplateOf(head)?.name ?? null),
);

function isHarmony(head: string): boolean {
  return (
    head.includes('<|message|>') && /<\|start\|>(?:system|developer|user|assistant)/.test(head)
  );
}

const HEAD = 1 << 18;

function readText(build: Builder, source: Source, range: Range): void {
  const head = source.text.slice(range.start, Math.min(range.end, range.start + HEAD));
  if (isHarmony(head)) {
    if (!build.isOpen) build.trajectory(source.toRaw(range.start));
    readHarmony(build, source, { range, calls: 'here', isFile: true });
    return;
  }
  const template: Template | null = markedTemplateOf(head) ?? templateOf(head, LABELLED);
  if (template) {
    readTemplate(build, source, { template, range });
    return;
  }
  if (!build.isOpen) build.trajectory(source.toRaw(range.start));
  build.turn();
  new TagSplitter(build, source).split(range, 'here');
}

/** The mark that a model's output begins with. */
function openingMark(head: string): string | null {
  const start = /\S/.exec(head)?.index ?? 0;
  AGENT_MARK.lastIndex = start;
  const found = AGENT_MARK.exec(head);
  return found?.index === start && !found[0].startsWith('</') ? found[0].trim() : null;
}
