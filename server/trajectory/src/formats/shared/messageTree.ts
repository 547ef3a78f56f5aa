import { get, getAny, isArray, isObject, itemsOf, keyNames, str } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';

interface TreeNode {
  node: JsonNode;
  id: string;
  parent: string | null;
}

const IDS = ['id', 'messageId'];
const PARENTS = ['parent', 'parentId', 'parentMessageId'];

/**
 * The path through a tree of messages to the one that was shown last: nodes by id or in a list, each with
 * its parent, or each with its children in it.
 */
export function shownPath(tree: JsonNode | null, current: string | null): JsonNode[] {
  const nodes = nodesOf(tree);
  const byId = new Map(nodes.map((one) => [one.id, one]));
  const path: JsonNode[] = [];
  const seen = new Set<string>();
  let at = (current === null ? undefined : byId.get(current)) ?? lastLeaf(nodes);
  while (at && !seen.has(at.id)) {
    seen.add(at.id);
    path.push(at.node);
    at = at.parent === null ? undefined : byId.get(at.parent);
  }
  return path.reverse();
}

function lastLeaf(nodes: readonly TreeNode[]): TreeNode | undefined {
  const parents = new Set(nodes.map(({ parent }) => parent));
  return [...nodes].reverse().find(({ id }) => !parents.has(id));
}

/** In the order of the file; of nodes inside each other, the last child comes last. */
function nodesOf(tree: JsonNode | null): TreeNode[] {
  if (isObject(tree)) {
    const names = keyNames(tree);
    return tree.items.map((node, i) => ({ ...linkOf(node), id: names[i]!, node }));
  }
  if (!isArray(tree)) return [];
  const found: TreeNode[] = [];
  const stack: { node: JsonNode; above: string | null }[] = [];
  const push = (list: JsonNode | null, above: string | null): void => {
    for (const node of [...itemsOf(list)].reverse()) stack.push({ node, above });
  };
  push(tree, null);
  for (let next = stack.pop(); next; next = stack.pop()) {
    const link = linkOf(next.node);
    found.push({ node: next.node, id: link.id, parent: next.above ?? link.parent });
    push(get(next.node, 'children'), link.id);
  }
  return found;
}

function linkOf(node: JsonNode): { id: string; parent: string | null } {
  return {
    id: str(getAny(node, ...IDS)) ?? `at ${node.start}`,
    parent: str(getAny(node, ...PARENTS)),
  };
}
