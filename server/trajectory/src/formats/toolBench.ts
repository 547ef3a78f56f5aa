import type { Builder } from '../assemble/builder.ts';
import {
  content,
  get,
  isArray,
  isObject,
  isString,
  itemsOf,
  rawText,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import type { Format } from './format.ts';
import { chatMessage } from './shared/chat.ts';

/**
 * ToolBench answers: the tree of thoughts, actions and inputs that a search grew, in the order of
 * growth; `chain`, where there is one, repeats the path that was taken.
 */
export const toolBench: Format = {
  id: 'toolbench',
  title: 'ToolBench answer',
  recordNames: nameBits('answer_generation'),
  detect({ samples }) {
    for (const sample of samples) {
      const answer = get(sample, 'answer_generation');
      const found = ['chain', 'train_messages'].find((key) => isArray(get(answer, key)));
      if (get(sample, 'tree') && answer) return '`answer_generation` with `tree`';
      if (found !== undefined) return `\`answer_generation.${found}\``;
    }
    return null;
  },
  record(build, { value }) {
    build.trajectory(value.rawStart);
    const answer = get(value, 'answer_generation');
    const tools = get(answer, 'function');
    if (isArray(tools) && tools.first) build.tools(rawText(tools));
    const tree = get(get(value, 'tree'), 'tree');
    const roots = tree ? [tree] : itemsOf(get(answer, 'chain'));
    const messages = roots.length > 0 ? [] : messagesOf(answer);
    if (messages.length === 0) build.outer('task', content(get(answer, 'query')));
    for (const message of messages) chatMessage(build, message);
    readNodes(build, roots);
    build.close(value.rawEnd);
  },
};

/** What the model was trained on: of the conversations, each longer than the one before, the last. */
function messagesOf(answer: JsonNode | null): readonly JsonNode[] {
  const lists = itemsOf(get(answer, 'train_messages'));
  return itemsOf(lists[lists.length - 1] ?? null).filter(isObject);
}

/** A node is thought, action (a name) or its input, which carries the observation. */
function readNodes(build: Builder, roots: readonly JsonNode[]): void {
  const stack = [...roots].reverse();
  let name: JsonNode | null = null;
  for (let node = stack.pop(); node; node = stack.pop()) {
    const type = str(get(node, 'node_type'));
    const description = get(node, 'description');
    if (isString(description) && description.end - description.start > 2) {
      build.run();
      if (type === 'Thought') build.put('reasoning', content(description));
      else if (type === 'Action') name = description;
      else if (type === 'Action Input') {
        build.call({ name: content(name), arguments: content(description) });
        name = null;
      }
    }
    const observation = get(node, 'observation');
    if (isString(observation)) {
      build.result();
      build.put('observation', content(observation));
    }
    for (const child of [...itemsOf(get(node, 'children'))].reverse()) stack.push(child);
  }
}
