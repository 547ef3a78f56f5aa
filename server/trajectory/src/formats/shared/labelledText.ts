import type { Builder } from '../../build/builder.ts';
import { Finder } from '../../text/finder.ts';
import { decodedSource, plainSlice, type Slice } from '../../text/source.ts';
import { trim } from '../../text/trim.ts';

/** A label at the start of a line, bold or not: what the agent thinks, does, and concludes. */
const LABEL =
  /^[ \t]*\**(Thoughts?|Think|THOUGHT|Reasoning|Action Input|Actions?|ACTION|Act|Final Answer|Observation)\**[ \t]*:\**/gm;

const FIRST = /\s*\**(?:Thoughts?|Think|THOUGHT|Reasoning|Actions?|ACTION|Act)\**[ \t]*:/y;

/** Whether an agent's text begins with Thought or Action. */
export function isLabelled(slice: Slice): boolean {
  const trimmed = trim(slice);
  if (!trimmed) return false;
  FIRST.lastIndex = trimmed.start;
  return FIRST.test(trimmed.source.text);
}

const ACTS = /(?:^|[\r\n])[ \t#>*-]*Act(?:ion)?\**[ \t]*\d*[ \t]*\**[:：]/i;

/** Whether it is labelled and one of its labels is an action's. */
export function labelsAction(slice: Slice): boolean {
  return isLabelled(slice) && ACTS.test(slice.source.text.slice(slice.start, slice.end));
}

/**
 * Splits one response of an agent that labels its thought and action; text before the first label is
 * said. An action followed by its input is a call.
 */
export function labelledText(build: Builder, slice: Slice): void {
  const source = decodedSource(slice);
  const { text } = source;
  const labels = new Finder(text, LABEL);
  let label = labels.next(0);
  build.say(plainSlice(source, 0, label?.start ?? text.length));
  while (label) {
    const next = labels.next(label.end);
    build.label(plainSlice(source, label.start, label.end));
    const content = plainSlice(source, label.end, next?.start ?? text.length);
    const name = label.groups[1]!.toLowerCase();
    const input = name.startsWith('act') && next?.groups[1] === 'Action Input' ? next : null;
    if (input) {
      const after = labels.next(input.end);
      const end = after?.start ?? text.length;
      build.label(plainSlice(source, input.start, input.end));
      build.call({ name: content, arguments: plainSlice(source, input.end, end) });
      label = after;
    } else {
      if (name.startsWith('act')) build.put('action', content);
      else if (name === 'final answer') build.put('answer', content);
      else if (name === 'observation') build.put('observation', content);
      else build.put('reasoning', content);
      label = next;
    }
  }
}
