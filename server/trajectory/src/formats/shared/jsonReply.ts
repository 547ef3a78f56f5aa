import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../../assemble/builder.ts';
import {
  content,
  get,
  getAny,
  isArray,
  isObject,
  isString,
  isTrue,
  keyNames,
  literal,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { scanJson } from '../../json/scanJson.ts';
import { plainSlice, type Source } from '../../text/source.ts';

/** What an agent says and does as members of one JSON object: Terminus, browser-use, AutoGPT and their like. */
interface Reply {
  object: JsonNode;
  thoughts: JsonNode[];
  actions: JsonNode[];
  /** Of an action that is a name. */
  input: JsonNode | null;
}

const OPENING = /\s*(?:```\w*[ \t]*\r?\n\s*)?(?=\{)/y;
const CLOSING_FENCE = /\s*```[ \t]*/y;
const ENDS = /\}\s*(?:```\s*)?$/;
const ACTS = /"(?:actions?|commands?)"\s*:/i;
/** Where behind other words the object begins. */
const LATER = /^[ \t]*(?:```\w*[ \t]*\r?\n\s*)?(?=\{)/gm;

/** Reads a text that begins with such an object; whether it did. */
export function jsonReply(build: Builder, source: Source, { start, end }: Range): boolean {
  OPENING.lastIndex = start;
  const head = OPENING.exec(source.text);
  return (
    head !== null && replyBehind(build, source, { start, head: start, length: head[0].length, end })
  );
}

/** Reads a text that ends in such an object; whether it did. */
export function replyAtEnd(build: Builder, source: Source, { start, end }: Range): boolean {
  const own = source.text.slice(start, end);
  if (!ENDS.test(own.slice(-20)) || !ACTS.test(own)) return false;
  LATER.lastIndex = 0;
  const head = LATER.exec(own);
  if (!head) return false;
  return replyBehind(build, source, {
    start,
    head: start + head.index,
    length: head[0].length,
    end,
  });
}

/** `head`: where what introduces the object begins, and its length. */
function replyBehind(
  build: Builder,
  source: Source,
  { start, head, length, end }: Range & { head: number; length: number },
): boolean {
  const at = head + length;
  const reply = at < end ? replyAt(source, { start: at, end }) : null;
  if (!reply) return false;
  build.say(plainSlice(source, start, head));
  build.label(plainSlice(source, head, at));
  write(build, reply);
  const behind = closingEnd(source.text, { start: reply.object.end, end });
  build.label(plainSlice(source, reply.object.end, behind));
  build.say(plainSlice(source, behind, end));
  return true;
}

function closingEnd(text: string, { start, end }: Range): number {
  CLOSING_FENCE.lastIndex = start;
  return CLOSING_FENCE.test(text) ? Math.min(end, CLOSING_FENCE.lastIndex) : start;
}

function replyAt(source: Source, { start, end }: Range): Reply | null {
  if (!ACTS.test(source.text.slice(start, end))) return null;
  const { value, error } = scanJson(source, start, end);
  if (!isObject(value) || !value.closed || error) return null;
  const reply = replyOf(value);
  const acts = reply.actions.length > 0;
  return acts && (reply.thoughts.length > 0 || reply.input) ? reply : null;
}

const THOUGHTS = new Set([
  ...['thought', 'thoughts', 'thinking', 'reasoning', 'rationale', 'analysis', 'plan'],
  ...['explanation', 'stateanalysis', 'currentstate', 'evaluationpreviousgoal', 'memory'],
  ...['nextgoal', 'reflection', 'criticism', 'observation'],
]);
const ACTIONS = new Set(['action', 'actions', 'command', 'commands', 'toolcalls']);
const INPUTS = new Set(['actioninput', 'args', 'arguments', 'actionargs', 'parameters']);
const DONE = new Set(['taskcomplete', 'istaskcomplete', 'done']);

function replyOf(object: JsonNode): Reply {
  const reply: Reply = { object, thoughts: [], actions: [], input: null };
  const names = keyNames(object);
  object.items.forEach((item, i) => {
    const name = names[i]!.toLowerCase().replace(/[^a-z]/g, '');
    if (THOUGHTS.has(name)) for (const text of textsIn(item)) reply.thoughts.push(text);
    else if (ACTIONS.has(name) && isAction(item)) reply.actions.push(item);
    else if (INPUTS.has(name)) reply.input = item;
    else if (DONE.has(name) && isTrue(item)) reply.actions.push(item);
  });
  return reply;
}

/** A text, or the texts of an object: browser-use's state, AutoGPT's thoughts. */
function textsIn(node: JsonNode): JsonNode[] {
  if (isString(node)) return [node];
  return isObject(node) || isArray(node) ? node.items.filter(isString) : [];
}

function isAction(node: JsonNode): boolean {
  return isString(node) || isObject(node) || isArray(node);
}

function write(build: Builder, { thoughts, actions, input }: Reply): void {
  for (const thought of thoughts) build.put('reasoning', content(thought));
  for (const action of actions) {
    if (isArray(action)) for (const one of action.items) act(build, one, null);
    else act(build, action, input);
  }
}

function act(build: Builder, action: JsonNode, input: JsonNode | null): void {
  const inner = get(action, 'function');
  const body = isObject(inner) ? inner : action;
  const name = getAny(body, 'name', 'tool', 'tool_name', 'action');
  const args = getAny(body, 'args', 'arguments', 'parameters', 'action_input', 'input');
  if (isString(name)) build.call({ name: content(name), arguments: content(args) });
  else if (input && isString(action))
    build.call({ name: content(action), arguments: content(input) });
  else build.put('action', isString(action) ? content(action) : literal(action));
}
