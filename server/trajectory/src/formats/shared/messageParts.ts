import {
  content,
  get,
  getAny,
  inside,
  isArray,
  isNull,
  isObject,
  isString,
  isTrue,
  itemsOf,
  nested,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import type { FoundPicture } from '../../assemble/placeHolders.ts';
import type { Slice } from '../../text/source.ts';
import { pictureIn } from './pictureParts.ts';
import { unflatten } from './attributes.ts';

/** What a message says, does or brings back, in whichever maker's blocks. */
export type MessagePart = TextPart | CallPart | ResultPart | PicturePart;

interface PicturePart {
  type: 'picture';
  found: FoundPicture;
}

type TextPart = { type: 'text'; slice: Slice } | { type: 'reasoning'; slice: Slice };

export interface ResultPart {
  type: 'result';
  callId: string | null;
  name: string | null;
  isError: boolean;
  slices: Slice[];
  pictures?: FoundPicture[];
}

export interface CallPart {
  type: 'call';
  id: string | null;
  name: Slice | null;
  arguments: Slice | null;
}

/** A message's content: a text, blocks, or blocks as JSON in a string. */
export function contentParts(value: JsonNode | null): MessagePart[] {
  if (!value || isNull(value)) return [];
  if (isArray(value)) return value.items.flatMap(onePart);
  if (isString(value)) {
    const inner = nested(value);
    if (isArray(inner) && inner.first && inner.items.every(isBlock))
      return inner.items.flatMap(onePart);
    return [{ type: 'text', slice: inside(value) }];
  }
  return isObject(value) ? onePart(value) : [];
}

const BLOCK_KEYS = [
  'text',
  'toolUse',
  'toolResult',
  'reasoningContent',
  'functionCall',
  'function_call',
  'functionResponse',
  'function_response',
];

const BLOCK_TYPES = /^(?:text|input_text|output_text|thinking|reasoning|tool|image)/;

function isBlock(node: JsonNode): boolean {
  if (!isObject(node)) return false;
  if (BLOCK_KEYS.some((key) => get(node, key))) return true;
  return BLOCK_TYPES.test(str(getAny(node, 'type', 'block_type')) ?? '');
}

const RESULT =
  /^(?:tool[_-]?call[_-]?(?:response|result)|.*tool[_-]result|toolResult|tool-return)$/;
const CALL =
  /^(?:tool[_-]?call|tool_use|server_tool_use|mcp_tool_use|toolCall|function_call|tool-call)$/;

function onePart(given: JsonNode): MessagePart[] {
  if (isString(given)) return [{ type: 'text', slice: inside(given) }];
  const part = get(unflatten(given), 'message_content') ?? given;
  const type = str(getAny(part, 'type', 'block_type', 'part_kind')) ?? '';
  const call = getAny(part, 'toolUse', 'functionCall', 'function_call');
  if (isObject(call)) return [callPart(call)];
  const result = getAny(part, 'toolResult', 'functionResponse', 'function_response');
  if (isObject(result)) return [resultPart(result)];
  if (RESULT.test(type)) return [resultPart(part)];
  if (CALL.test(type)) return [callPart(part)];
  const thought = get(get(part, 'reasoningContent'), 'reasoningText');
  if (thought) return textPart('reasoning', getAny(thought, 'text') ?? thought);
  if (type === 'thinking' || type === 'reasoning') {
    const value = getAny(part, 'thinking', 'reasoning', 'content', 'text');
    return value ? textPart('reasoning', value) : summaryParts(part);
  }
  const picture = pictureIn(part);
  if (picture) return [{ type: 'picture', found: picture }];
  if (/^(?:image|audio|file|blob|uri|media)/.test(type)) return [];
  return textPart(
    isTrue(get(part, 'thought')) ? 'reasoning' : 'text',
    getAny(part, 'text', 'content'),
  );
}

function summaryParts(part: JsonNode): MessagePart[] {
  return itemsOf(get(part, 'summary')).flatMap((one) => textPart('reasoning', get(one, 'text')));
}

function textPart(type: 'text' | 'reasoning', value: JsonNode | null): MessagePart[] {
  const slice = plainText(value);
  return slice ? [{ type, slice }] : [];
}

/** A text, or the text of an object with one. */
export function plainText(value: JsonNode | null): Slice | null {
  const text = isObject(value) ? getAny(value, 'text', 'content', 'value') : value;
  return isString(text) ? inside(text) : null;
}

/** `{function: {name, arguments}}`, flat ones in each maker's words, and these in `tool_call`. */
export function callPart(given: JsonNode): CallPart {
  const open = unflatten(given);
  const call = get(open, 'tool_call') ?? open;
  const inner = get(call, 'function');
  const body = isObject(inner) ? inner : call;
  const name = isString(inner) ? inner : getAny(body, 'name', 'toolName', 'tool_name');
  const args = getAny(
    body,
    'arguments',
    'args',
    'input',
    'parameters',
    'action',
    'code',
    'queries',
  );
  return {
    type: 'call',
    id: str(getAny(call, 'call_id', 'id', 'toolCallId', 'toolUseId', 'tool_call_id')),
    name: content(name),
    arguments: content(args),
  };
}

function resultPart(part: JsonNode): MessagePart {
  const value = getAny(part, 'response', 'result', 'output', 'content');
  return {
    type: 'result',
    callId: str(getAny(part, 'id', 'tool_use_id', 'toolUseId', 'toolCallId', 'tool_call_id')),
    name: str(getAny(part, 'name', 'toolName', 'tool_name')),
    isError: isTrue(getAny(part, 'is_error', 'isError')) || str(get(part, 'status')) === 'error',
    slices: resultContents(value),
    pictures: itemsOf(value).flatMap((item) => pictureIn(item) ?? []),
  };
}

/** Each text of a result one piece; anything else as a whole. */
export function resultContents(value: JsonNode | null): Slice[] {
  if (!value || isNull(value)) return [];
  const typed = get(value, 'type') ? getAny(value, 'value') : null;
  const node = typed ?? value;
  if (isArray(node)) {
    const texts = node.items.flatMap((item) => {
      const text = isString(item) ? null : plainText(getAny(item, 'text') ?? get(item, 'content'));
      return text ? [text] : [];
    });
    if (texts.length > 0) return texts;
    const json = node.items.flatMap((item) => content(get(item, 'json')) ?? []);
    if (json.length > 0) return json;
  }
  const whole = content(node);
  return whole && whole.end > whole.start ? [whole] : [];
}
