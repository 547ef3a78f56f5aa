import type { Builder } from '../assemble/builder.ts';
import {
  content,
  get,
  getAny,
  inside,
  isArray,
  isContainer,
  isObject,
  isString,
  nested,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { plainSlice, type Slice } from '../text/source.ts';
import type { Format } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { chatCall } from './shared/chat.ts';
import { recordTools } from './shared/tools.ts';

const QUESTIONS = ['query', 'question', 'instruction', 'prompt', 'user_query', 'input', 'task'];
const CALLS = [
  ...['answers', 'answer', 'tool_calls', 'function_calls', 'calls', 'expected_output'],
  ...['response', 'completion', 'output', 'ground_truth', 'target', 'label'],
];

/**
 * Rows that pair a question with the calls that answer it (xLAM, APIGen), and what BFCL keeps of a model's
 * answers: calls by name, or as text.
 */
export const callRows: Format = {
  id: 'call_rows',
  title: 'Questions with calls',
  recordNames: nameBits(...QUESTIONS, 'result'),
  detect({ samples }) {
    for (const sample of samples) {
      const row = rowOf(sample);
      if (row) return `\`${row.asked}\` with calls in \`${row.answered}\``;
      if (isBfcl(sample)) return '`result` with token counts';
    }
    return null;
  },
  record(build, { value }) {
    const row = rowOf(value);
    if (!row && !isBfcl(value)) return;
    build.trajectory(value.rawStart, str(getAny(value, 'id', 'uuid', 'task_id')));
    recordTools(build, value);
    if (row) {
      build.outer('task', content(get(value, row.asked)));
      build.turn();
      for (const call of row.calls) chatCall(build, call);
    } else bfclResult(build, get(value, 'result'));
    build.close(value.rawEnd);
  },
};

interface Row {
  asked: string;
  answered: string;
  calls: readonly JsonNode[];
}

function rowOf(record: JsonNode): Row | null {
  const asked = QUESTIONS.find((key) => isString(get(record, key)));
  if (asked === undefined) return null;
  for (const answered of CALLS) {
    const value = get(record, answered);
    const calls = answered === asked || !value ? [] : callsIn(value);
    if (calls.length > 0) return { asked, answered, calls };
  }
  return null;
}

/** A list of nothing but calls, or one call, also as JSON in a string. */
function callsIn(value: JsonNode): readonly JsonNode[] {
  const inner = isString(value) && !mayBeJson(value) ? null : nested(value);
  const calls = isArray(inner) ? inner.items : isObject(inner) ? [inner] : [];
  return calls.every(isCall) ? calls : [];
}

function mayBeJson({ source, start }: JsonNode): boolean {
  return /^"(?:\s|\\[nrt])*[[{]/.test(source.text.slice(start, start + 40));
}

function isCall(node: JsonNode): boolean {
  const inner = get(node, 'function');
  const body = isObject(inner) ? inner : node;
  return (
    isString(get(body, 'name')) && isContainer(nested(getAny(body, 'arguments', 'parameters')))
  );
}

function isBfcl(record: JsonNode): boolean {
  if (!get(record, 'id') || !get(record, 'result')) return false;
  return ['input_token_count', 'latency', 'inference_log'].some((key) => get(record, key) !== null);
}

/** Of one turn: text or calls. Of several: what was done in each, request by request. */
function bfclResult(build: Builder, result: JsonNode | null): void {
  if (isString(result)) {
    build.turn();
    agentText(build, inside(result));
  } else if (isArray(result)) {
    const isTurn = result.items.some(isObject);
    if (isTurn) build.turn();
    for (const item of result.items) {
      if (isTurn && isObject(item)) callsByName(build, item);
      else bfclResult(build, item);
    }
  }
}

/** `{name: arguments}` */
function callsByName(build: Builder, calls: JsonNode): void {
  for (const item of calls.items) build.call({ name: keyOf(item), arguments: content(item) });
}

function keyOf({ source, keyStart, keyEnd }: JsonNode): Slice {
  return plainSlice(source, keyStart, keyEnd);
}
