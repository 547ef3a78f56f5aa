import type { Builder } from '../build/builder.ts';
import { content, get, isString, itemsOf, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import type { Format } from './format.ts';

/**
 * ToolBench answers: the tree of thoughts, actions and inputs that a search grew, in the order of
 * growth; `chain`, where there is one, repeats the path that was taken.
 */
export const toolBench: Format = {
  id: 'toolbench',
  title: 'ToolBench answer',
  detect({ samples }) {
    const [sample = null] = samples;
    return get(sample, 'answer_generation') && get(sample, 'tree')
      ? '`answer_generation` with `tree`'
      : null;
  },
  record(build, { value }) {
    build.trajectory(value.start);
    build.outer('task', content(get(get(value, 'answer_generation'), 'query')));
    const tree = get(get(value, 'tree'), 'tree');
    const chain = itemsOf(get(get(value, 'answer_generation'), 'chain'));
    readNodes(build, tree ? [tree] : chain);
    build.close(value.end);
  },
};

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
    stack.push(...[...itemsOf(get(node, 'children'))].reverse());
  }
}
