import type { Call, Canonical, Shown, Turn } from '../canonical.ts';
import { mixed } from './mixed.ts';
import { writeJson, type Json, type JsonObject } from '../json.ts';

/** How a chat log spells what OpenAI's API would say. */
export interface Spelling {
  role?: string;
  content?: string;
  roles?: Partial<Record<'system' | 'user' | 'assistant' | 'tool', string>>;
  /** The member that the thinking stands in; or in tags or parts of the content. */
  thinking?:
    | 'reasoning_content'
    | 'reasoning'
    | 'thinking'
    | 'tag'
    | 'part'
    | 'thinking part'
    | 'details'
    | 'both details';
  /** How calls are listed; null where they are written in the text, or there are none. */
  calls?: ((calls: Call[]) => JsonObject) | null;
  /** Calls in the text. */
  written?: (calls: Call[]) => string;
  /** Texts as parts of that shape. */
  parts?: (text: string) => JsonObject;
  /** A picture: a part where there are parts, else what stands in the text for it. */
  picture?: { part: (data: string) => JsonObject } | { tag: string };
  /** Text and calls as messages of their own. */
  split?: boolean;
  /** Of results: all of a turn, as messages. */
  results?: (calls: Call[], spelling: Spelling) => JsonObject[];
}

export function chatMessages(trajectory: Canonical, spelling: Spelling): JsonObject[] {
  const out: JsonObject[] = [];
  if (trajectory.system !== null) out.push(message(spelling, 'system', [trajectory.system]));
  for (const round of trajectory.rounds) {
    out.push(message(spelling, 'user', round.user, round.shown));
    for (const turn of round.turns) {
      out.push(...assistant(turn, spelling));
      const answered = turn.calls.filter((call) => call.result !== null);
      if (answered.length > 0) out.push(...(spelling.results ?? toolMessages)(answered, spelling));
    }
  }
  return out;
}

function message(
  spelling: Spelling,
  role: 'system' | 'user' | 'assistant' | 'tool',
  texts: string[],
  shown: Shown | null = null,
): JsonObject {
  const { role: roleKey = 'role', content = 'content', roles } = spelling;
  const value = contentOf(spelling, texts, shown);
  return { [roleKey]: roles?.[role] ?? role, [content]: value };
}

function contentOf({ parts, picture }: Spelling, texts: string[], shown: Shown | null): Json {
  if (picture && 'tag' in picture) return mixed(texts, shown, () => picture.tag).join('');
  if (!parts) return texts.join('');
  return mixed(texts.map(parts), shown, (data) => (picture ? picture.part(data) : {}));
}

function assistant(turn: Turn, spelling: Spelling): JsonObject[] {
  const { content = 'content', thinking, written, calls, parts } = spelling;
  const texts = [...turn.said];
  if (written && turn.calls.length > 0) texts.push(written(turn.calls));
  const thought = turn.thoughts.join('\n\n');
  if (thinking === 'tag' && thought !== '') texts.unshift(`<think>\n${thought}\n</think>\n\n`);
  const first = message(spelling, 'assistant', [texts.join(parts ? '' : '\n\n')]);
  if (parts) first[content] = texts.map(parts);
  else if (texts.length === 0) first[content] = null;
  if (thought !== '' && thinking !== undefined) addThinking(first, turn, { thinking, content });
  if (!calls || turn.calls.length === 0) return [first];
  if (!spelling.split || texts.length === 0) return [{ ...first, ...calls(turn.calls) }];
  return [first, { ...message(spelling, 'assistant', []), [content]: null, ...calls(turn.calls) }];
}

function addThinking(
  to: JsonObject,
  { thoughts }: Turn,
  { thinking, content }: { thinking: NonNullable<Spelling['thinking']>; content: string },
): void {
  const thought = thoughts.join('\n\n');
  const details = thoughts.map((text) => ({
    type: 'reasoning.text',
    text,
    format: 'unknown',
    index: 0,
  }));
  if (thinking === 'details' || thinking === 'both details') to['reasoning_details'] = details;
  if (thinking === 'both details') to['reasoning'] = thought;
  if (thinking === 'reasoning_content' || thinking === 'reasoning' || thinking === 'thinking')
    to[thinking] = thought;
  if (thinking !== 'part' && thinking !== 'thinking part') return;
  const part = (text: string): JsonObject =>
    thinking === 'part' ? { type: 'reasoning', text } : { type: 'thinking', thinking: text };
  to[content] = [...thoughts.map(part), ...(Array.isArray(to[content]) ? to[content] : [])];
}

export const openaiCalls =
  (args: 'text' | 'object') =>
  (calls: Call[]): JsonObject => ({
    tool_calls: calls.map((call) => ({
      id: call.id,
      type: 'function',
      function: { name: call.name, arguments: args === 'text' ? call.text : call.args },
    })),
  });

export const flatCalls =
  (args: 'text' | 'object') =>
  (calls: Call[]): JsonObject => ({
    tool_calls: calls.map((call) => ({
      id: call.id,
      name: call.name,
      arguments: args === 'text' ? call.text : call.args,
    })),
  });

/** As data sets with text columns keep them. */
export const callsAsString = (calls: Call[]): JsonObject => ({
  tool_calls: writeJson(openaiCalls('object')(calls)['tool_calls']!, { python: true }),
});

export const functionCall = ([call]: Call[]): JsonObject => ({
  function_call: { name: call!.name, arguments: call!.text },
});

function toolMessages(calls: Call[], spelling: Spelling): JsonObject[] {
  return calls.map((call) => ({
    ...message(spelling, 'tool', call.result!.texts, call.result!.shown),
    tool_call_id: call.id,
    name: call.name,
  }));
}

export function functionMessages(calls: Call[], spelling: Spelling): JsonObject[] {
  return calls.map((call) => ({
    ...message({ ...spelling, roles: { tool: 'function' } }, 'tool', call.result!.texts),
    name: call.name,
  }));
}

/** Results in the user's name, each text made by `say`, one message a result. */
export const userResults =
  (say: (call: Call) => string) =>
  (calls: Call[], spelling: Spelling): JsonObject[] =>
    calls.map((call) => message(spelling, 'user', [say(call)]));

/** As Qwen's template renders them: all in one message. */
export function toolResponses(calls: Call[], spelling: Spelling): JsonObject[] {
  const texts = calls.map(
    (call) => `<tool_response>\n${call.result!.texts.join('')}\n</tool_response>`,
  );
  return [message(spelling, 'user', [texts.join('\n')])];
}
