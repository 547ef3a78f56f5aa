import {
  get,
  getAny,
  is,
  isArray,
  isObject,
  isString,
  itemsOf,
  nested,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { isResponseItem } from './responseItems.ts';

/** A request to a model and what it answered, as a recorder of HTTP or a logger of calls keeps them. */
export interface Exchange {
  node: JsonNode;
  id: string | null;
  /** Null where only the answer was kept. */
  request: JsonNode | null;
  /** Null where the answer is no JSON: none, or a stream of its pieces. */
  response: JsonNode | null;
  /** Where the answer is streamed. */
  stream: JsonNode | null;
}

/** The exchanges with models in a record: its own one, or those of an archive (HAR) or cassette (VCR). */
export function exchangesIn(record: JsonNode): Exchange[] {
  if (!isObject(record)) return [];
  const entries = get(get(record, 'log'), 'entries');
  const list = entries ?? getAny(record, 'interactions', 'http_interactions');
  const nodes = isArray(list) ? list.items : [record];
  return nodes.flatMap((node) => exchangeOf(node) ?? []);
}

function exchangeOf(node: JsonNode): Exchange | null {
  const asked = get(node, 'request') ?? get(get(node, 'input'), 'inputBodyJson');
  const answered = get(node, 'response') ?? get(get(node, 'output'), 'outputBodyJson');
  if (!asked && !isBatchAnswer(node)) return null;
  const request = bodyOf(asked);
  if (asked && !isRequest(request)) return null;
  const body = bodyOf(answered);
  const isAnswered = isResponse(body);
  const stream = isAnswered ? null : streamIn(answered);
  if (!isAnswered && !stream && !isHttp(asked)) return null;
  const id = str(getAny(node, 'custom_id', 'id', 'request_id'));
  return { node, id, request, response: isAnswered ? body : null, stream };
}

/** A line of a batch's output, without what was asked. */
function isBatchAnswer(node: JsonNode): boolean {
  if (isRequest(get(node, 'body'))) return false;
  return get(node, 'custom_id') !== null && get(get(node, 'response'), 'body') !== null;
}

function isHttp(request: JsonNode | null): boolean {
  return get(request, 'url') !== null || get(request, 'uri') !== null;
}

/** The JSON that a side of an exchange carries; itself where it is no wrapping. */
function bodyOf(side: JsonNode | null): JsonNode | null {
  const node = nested(side);
  const wrapped = contentOf(node);
  return nested(wrapped) ?? (wrapped ? null : node);
}

function contentOf(side: JsonNode | null): JsonNode | null {
  const body =
    getAny(side, 'body', 'postData', 'json') ??
    (isText(get(side, 'content')) ? get(side, 'content') : null);
  return isObject(body) ? (getAny(body, 'string', 'text') ?? body) : body;
}

/** HAR's contents. */
function isText(content: JsonNode | null): boolean {
  return isObject(content) && isString(get(content, 'text'));
}

/** What OpenAI's two interfaces, Anthropic's and Gemini's are asked with. */
function isRequest(body: JsonNode | null): boolean {
  if (!isObject(body)) return false;
  if (isArray(get(body, 'messages')) || isArray(get(body, 'contents'))) return true;
  const input = get(body, 'input');
  return isArray(input) || (input !== null && get(body, 'model') !== null);
}

function isResponse(body: JsonNode | null): boolean {
  if (!isObject(body)) return false;
  if (itemsOf(get(body, 'choices')).some((choice) => get(choice, 'message'))) return true;
  if (isArray(get(body, 'candidates'))) return true;
  const output = get(body, 'output');
  if (isArray(output) && (is(get(body, 'object'), 'response') || isResponseItem(output.first)))
    return true;
  if (isObject(get(get(body, 'output'), 'message'))) return true;
  return is(get(body, 'role'), 'assistant') && get(body, 'content') !== null;
}

/** Events as a server sends them. */
export const STREAM = /^\s*(?:event: ?[\w.]+\r?\n)?data: ?\{/;

function streamIn(side: JsonNode | null): JsonNode | null {
  const body = getAny(side, 'body_raw') ?? contentOf(side);
  if (!isString(body)) return null;
  return STREAM.test(str(body) ?? '') ? body : null;
}
