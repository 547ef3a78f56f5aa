import { argumentsText, parse } from '@deepcoder/trajectory';
import type { ThinkTags } from '../data/render/thinkTags.ts';
import { possibleStop } from './textStream.ts';

interface ChatDelta {
  reasoning: string;
  content: string;
}

/** A call as the model wrote it; `arguments` is JSON where the model wrote JSON. */
export interface ReadCall {
  name: string;
  arguments: string;
}

export interface ChatReader {
  push(text: string): ChatDelta;
  end(): ChatDelta & { calls: ReadCall[] };
}

export interface ChatReaderOptions {
  tags: ThinkTags;
  /** The prompt has opened a thought. */
  isThinking: boolean;
  /** Calls are looked for; else they are text. */
  hasTools: boolean;
}

/**
 * Parts what a model says into thoughts, answer and calls while it comes. From where a call may have begun on, text is
 * held back to the end, when it is read as calls of any form that trajectories have.
 */
export function chatReader({ tags, isThinking, hasTools }: ChatReaderOptions): ChatReader {
  let part: 'start' | 'thought' | 'answer' = isThinking ? 'thought' : 'start';
  let waiting = '';
  /** Nothing of the part was given yet, so that blanks before it are left out. */
  let isFresh = true;
  /** All of the answer, and how much of it was given. */
  let answer = '';
  let given = 0;

  function push(text: string): ChatDelta {
    waiting += text;
    const delta = { reasoning: '', content: '' };
    if (part === 'start') begin();
    if (part === 'thought') delta.reasoning = thought(false);
    if (part === 'answer') delta.content = answered();
    return delta;
  }

  function begin(): void {
    const text = waiting.trimStart();
    if (text.startsWith(tags.open)) {
      part = 'thought';
      waiting = text.slice(tags.open.length);
    } else if (text !== '' && !tags.open.startsWith(text)) part = 'answer';
  }

  function thought(isEnd: boolean): string {
    if (isFresh) waiting = waiting.trimStart();
    const close = waiting.indexOf(tags.close);
    if (close >= 0) {
      const text = waiting.slice(0, close).trimEnd();
      waiting = waiting.slice(close + tags.close.length);
      part = 'answer';
      isFresh = true;
      return text;
    }
    const sure = isEnd ? waiting.length : waiting.length - possibleStop(waiting, [tags.close]);
    // Blanks at the end may be those before the closing tag.
    const text = waiting.slice(0, sure).trimEnd();
    waiting = waiting.slice(text.length);
    if (text !== '') isFresh = false;
    return text;
  }

  function answered(): string {
    if (isFresh) waiting = waiting.trimStart();
    if (waiting !== '') isFresh = false;
    answer += waiting;
    waiting = '';
    const sure = hasTools ? callStart(answer) : answer.length;
    const text = answer.slice(given, sure);
    given = Math.max(given, sure);
    return text;
  }

  function end(): ChatDelta & { calls: ReadCall[] } {
    const delta = { reasoning: '', content: '' };
    if (part === 'start') part = 'answer';
    if (part === 'thought') delta.reasoning = thought(true);
    if (part === 'answer') delta.content = answered();
    if (given === answer.length) return { ...delta, calls: [] };
    const read = readCalls(answer);
    if (read.calls.length === 0)
      return { ...delta, content: delta.content + answer.slice(given), calls: [] };
    // What was given is the text before the calls; where there is more, it comes after.
    const rest = read.content.startsWith(answer.slice(0, given).trim())
      ? read.content.slice(answer.slice(0, given).trim().length)
      : '';
    return { reasoning: delta.reasoning, content: delta.content + rest, calls: read.calls };
  }

  return { push, end };
}

/** Marks of calls begin with one of these; JSON and Python only where they are all that is said. */
const MARK = /<(?![\s\d=<])|\[TOOL|`{3}|functools\[/;
/** The beginnings of marks at the end of a text. */
const BEGINNING = /<$|\[T?O?O?$|`{1,2}$/;

function callStart(answer: string): number {
  if (/^\s*[[{]/.test(answer)) return 0;
  const mark = MARK.exec(answer) ?? BEGINNING.exec(answer);
  return mark?.index ?? answer.length;
}

/** An answer read as the project's parser reads one in a trajectory. */
function readCalls(answer: string): { content: string; calls: ReadCall[] } {
  const record = {
    messages: [
      { role: 'user', content: '-' },
      { role: 'assistant', content: answer },
    ],
  };
  const { trajectories } = parse(JSON.stringify(record), { format: 'openai_chat' });
  const turns = (trajectories[0]?.messages ?? []).filter(({ role }) => role === 'assistant');
  const calls: ReadCall[] = [];
  const texts: string[] = [];
  for (const turn of turns) {
    if (turn.role !== 'assistant') continue;
    for (const { text } of turn.pieces) texts.push(text.trim());
    for (const call of turn.calls) {
      const name = call.name?.text.trim() ?? '';
      if (name !== '') calls.push({ name, arguments: argumentsText(call) || '{}' });
    }
  }
  return { content: texts.filter((text) => text !== '').join('\n\n'), calls };
}
