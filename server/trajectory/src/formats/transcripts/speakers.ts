import type { Builder } from '../../assemble/builder.ts';
import { plainSlice, type Slice } from '../../text/source.ts';
import { agentText } from '../shared/agentText.ts';
import { labelledText, labelsAction } from '../shared/labelledText.ts';
import { isSpokenResult, spokenResult } from '../shared/spokenResult.ts';
import { isBlank, partOf, sections, textOf, type Style } from './style.ts';

const USERS = 'User|Human|You|Me|Prompt|Question';
const AGENTS =
  'Assistant|AI|Agent|Model|Bot|Response|Answer|Cursor|Claude|ChatGPT|Copilot|GitHub Copilot|Gemini|Cline|Roo|Kilo Code|Windsurf|Cascade|Codex|Qwen|DeepSeek|Grok';
const OTHERS = 'System|Developer|Tool|Function|Observation|Environment|Tool Result|Tool Response';
const NAME = `(${USERS}|${AGENTS}|${OTHERS})`;
/** What stands beside the name on its line: a time, a model. */
const BESIDE = '(?:[ \\t]*[([][^\\n()[\\]]{1,60}[)\\]])?';
const ROLE_OF = {
  user: new RegExp(`^(?:${USERS})$`, 'i'),
  agent: new RegExp(`^(?:${AGENTS})$`, 'i'),
};

/**
 * Conversations as Markdown: each turn below its speaker's name, in bold or as a heading. Cline, Roo Code,
 * Cursor, Copilot, and programs that save a chat from a page write them so.
 */
export const speakerHeadings: Style = {
  name: 'turns below the name of who speaks',
  fits: answersUser,
  read(build, source, range) {
    const heading = headingOf(source.text.slice(range.start, range.end));
    for (const { heading: found, body } of sections(build, { source, range, heading })) {
      const own = withoutRule(body);
      if (found) speak(build, found[1]!, own);
      else if (!isBlank(own)) build.outer('other', own);
    }
  },
};

const BOLD = `^\\*\\*[^\\w\\n]{0,4}${NAME}${BESIDE}:?\\*\\*:?${BESIDE}:?[ \\t]*$`;
const HEADING = `^#{1,6} +\\*{0,2}[^\\w\\n]{0,4}${NAME}${BESIDE}:?\\*{0,2}:?${BESIDE}[ \\t]*$`;

/** Bold names or headings: the kind that the first turn has. */
function headingOf(text: string): RegExp {
  const [bold, heading] = [BOLD, HEADING].map((pattern) => new RegExp(pattern, 'gim'));
  const first = (pattern: RegExp): number => {
    pattern.lastIndex = 0;
    return pattern.exec(text)?.index ?? Infinity;
  };
  return new RegExp(first(bold!) < first(heading!) ? BOLD : HEADING, 'gim');
}

/** Documents have such headings too: somewhere an agent must come next after a user. */
function answersUser(head: string): boolean {
  const lines = [...markedLines(head, '**'), ...markedLines(head, '#')]
    .sort(([a], [b]) => a - b)
    .map(([, line]) => line)
    .join('\n');
  if (lines === '') return false;
  let last = '';
  for (const [, name = ''] of lines.matchAll(headingOf(lines))) {
    if (ROLE_OF.agent.test(name) && ROLE_OF.user.test(last)) return true;
    last = name;
  }
  return false;
}

/** Lines that begin so, with their places: a search for them is much faster than a pattern on every line. */
function* markedLines(text: string, mark: string): Iterable<[at: number, line: string]> {
  let at = text.startsWith(mark) ? 0 : text.indexOf(`\n${mark}`) + 1;
  while (at > 0 || text.startsWith(mark, at)) {
    const end = text.indexOf('\n', at);
    yield [at, text.slice(at, end < 0 ? text.length : end).trimEnd()];
    at = text.indexOf(`\n${mark}`, at) + 1;
    if (at === 0) return;
  }
}

function speak(build: Builder, name: string, body: Slice): void {
  if (ROLE_OF.agent.test(name)) {
    build.run();
    if (labelsAction(body)) labelledText(build, body);
    else agentText(build, body);
  } else if (ROLE_OF.user.test(name)) {
    const isAnswer = build.currentStep > 0 && isSpokenResult(body);
    if (isAnswer) spokenResult(build, body);
    else build.outer('task', body);
  } else if (/^(?:system|developer)$/i.test(name)) build.outer('system', body);
  else {
    build.result();
    build.put('observation', body);
  }
}

const RULE = /(?:^|\n)(?:-{3,}|\*{3,}|_{3,})\s*$/;

/** Without the line that parts it from the next turn. */
function withoutRule(body: Slice): Slice {
  const rule = RULE.exec(textOf(body));
  return rule ? partOf(body, 0, rule.index) : plainSlice(body.source, body.start, body.end);
}
