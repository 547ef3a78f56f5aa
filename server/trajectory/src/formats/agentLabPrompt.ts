import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../assemble/builder.ts';
import { Finder } from '../text/finder.ts';
import { plainSlice, type Source } from '../text/source.ts';
import type { Format } from './format.ts';
import { TagSplitter } from './shared/tagSplitter.ts';

/**
 * The prompts that AgentLab's web agents are given, as text: sections under headings. The history has the
 * agent's own steps in tags; what explains the action space is a schema, and the examples are none of the
 * agent's.
 */
export const agentLabPrompt: Format = {
  id: 'agentlab_prompt',
  title: 'AgentLab prompt',
  detect({ shape, head }) {
    if (shape !== 'text' || !head.includes('# Instructions')) return null;
    if (!/^# Instructions[ \t]*$/m.test(head)) return null;
    const found = /^# (?:Observation of current step|History of interaction with the task):/m.exec(
      head,
    );
    return found ? `sections \`# Instructions\` and \`${found[0]}\`` : null;
  },
  text(build, source, range) {
    build.trajectory(source.toRaw(range.start));
    const splitter = new TagSplitter(build, source);
    for (const section of sections(source, range)) {
      readSection(build, source, { section, splitter });
    }
  },
};

interface Section extends Range {
  name: string;
}

const HEADING = /^(?:# |## (?=Goal:))([^\n\r]+)$/gm;

/** From each heading to the next; headings stand in none. Only the goal's own is of second rank. */
function sections({ text }: Source, range: Range): Section[] {
  const headings = new Finder(text, HEADING);
  const found: Section[] = [];
  for (let heading = headings.next(range.start, range.end); heading;) {
    const next = headings.next(heading.end, range.end);
    const name = heading.groups[1]!.trimEnd().replace(/:$/, '');
    found.push({ name, start: heading.end, end: next?.start ?? range.end });
    heading = next;
  }
  return found;
}

const STEP = /^## step \d+[ \t]*$/gim;

function readSection(
  build: Builder,
  source: Source,
  { section, splitter }: { section: Section; splitter: TagSplitter },
): void {
  const { name, start, end } = section;
  const slice = plainSlice(source, start, end);
  const heading = source.text.lastIndexOf('\n', start - 1) + 1;
  build.label(plainSlice(source, heading, start));
  if (name === 'Instructions') build.outer('system', slice);
  else if (name === 'Goal') build.outer('task', slice);
  else if (name === 'Observation of current step') {
    build.result();
    build.put('observation', slice);
  } else if (name === 'History of interaction with the task') {
    history(build, source, { range: section, splitter });
  } else if (name !== 'Action space') build.outer('other', slice);
}

function history(
  build: Builder,
  source: Source,
  { range, splitter }: { range: Range; splitter: TagSplitter },
): void {
  const steps = new Finder(source.text, STEP);
  for (let step = steps.next(range.start, range.end); step;) {
    const next = steps.next(step.end, range.end);
    build.label(plainSlice(source, step.start, step.end));
    build.turn();
    splitter.split({ start: step.end, end: next?.start ?? range.end }, 'here');
    step = next;
  }
}
