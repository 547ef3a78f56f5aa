import type { Builder } from '../../assemble/builder.ts';
import {
  content,
  get,
  getAny,
  isArray,
  isObject,
  isString,
  itemsOf,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import type { Slice } from '../../text/source.ts';
import { chatCall, textOfPart } from './chat.ts';
import { codeText } from './codeText.ts';
import { printedCalls } from './smolagentsCalls.ts';

/** A step of the agent's own in smolagents' memory, as `step.dict()` gives it. */
export function isActionStep(node: JsonNode): boolean {
  if (!isObject(node) || !get(node, 'step_number')) return false;
  return ['model_output', 'model_output_message', 'action_output'].some((key) => get(node, key));
}

/** A step of the memory: the system's prompt, a task, a plan, or what the agent wrote and saw. */
export function memoryStep(build: Builder, step: JsonNode): void {
  if (isActionStep(step)) actionStep(build, step);
  else if (get(step, 'plan')) {
    build.turn();
    build.put('reasoning', content(get(step, 'plan')));
  } else if (get(step, 'task')) build.outer('task', content(get(step, 'task')));
  else if (isString(get(step, 'system_prompt')))
    build.outer('system', content(get(step, 'system_prompt')));
}

function actionStep(build: Builder, step: JsonNode): void {
  const calls = itemsOf(get(step, 'tool_calls')).filter(isObject);
  const output = getAny(step, 'model_output') ?? get(get(step, 'model_output_message'), 'content');
  build.turn();
  for (const text of texts(output)) codeAgentText(build, text);
  if (!build.awaitsResult) for (const call of calls) listedCall(build, call);
  const error = get(step, 'error');
  const observations = getAny(step, 'observations');
  if (observations) build.result({ callId: onlyId(calls), isError: isObject(error) });
  build.put('observation', content(observations));
  if (!isObject(error)) return;
  if (!observations) build.result({ callId: onlyId(calls), isError: true });
  build.put('observation', content(getAny(error, 'message')));
}

/** What a code agent or one that prints its calls wrote. */
export function codeAgentText(build: Builder, text: Slice): void {
  if (!printedCalls(build, text)) codeText(build, text);
}

/** A code agent's one tool is the interpreter, whose code is the action. */
function listedCall(build: Builder, call: JsonNode): void {
  const body = get(call, 'function') ?? call;
  if (str(get(body, 'name')) === 'python_interpreter')
    build.put('action', content(get(body, 'arguments')));
  else chatCall(build, call);
}

function texts(value: JsonNode | null): Slice[] {
  const parts = isString(value) ? [value] : isArray(value) ? value.items : [];
  return parts.map(textOfPart).filter((text) => text !== null);
}

function onlyId(calls: readonly JsonNode[]): string | null {
  return calls.length === 1 ? str(get(calls[0]!, 'id')) : null;
}
