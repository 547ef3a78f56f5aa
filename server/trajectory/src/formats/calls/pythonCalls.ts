import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../../assemble/builder.ts';
import { readPython, type PyNode } from '../../text/pythonLiteral.ts';
import { plainSlice, type Slice, type Source } from '../../text/source.ts';

const NAMES = new Set(['name', 'function', 'tool_name', 'tool', 'action', 'recipient_name']);
const ARGUMENTS = new Set([
  'arguments',
  'parameters',
  'args',
  'input',
  'action_input',
  'tool_input',
  'kwargs',
]);

/**
 * Calls as Python: dicts with name and arguments, or `f(a=1)`, alone or in lists, several after each
 * other. Where they end; null where the text is no such literal.
 */
export function pythonCalls(build: Builder, source: Source, range: Range): number | null {
  const nodes = pythonValues(source.text, range);
  const calls = nodes.flatMap(callNodes);
  if (calls.length === 0) return null;
  for (const call of calls) pythonCall(build, source, call);
  return nodes[nodes.length - 1]!.end;
}

/** Whether the whole text is a list of calls such as `[f(a=1), g()]`. */
export function isPythonCalls(text: string, range: Range): boolean {
  const [node, more] = pythonValues(text, range);
  if (node?.type !== 'list' || more || node.items.length === 0) return false;
  if (/\S/.test(text.slice(node.end, range.end))) return false;
  return node.items.every((item) => item.type === 'call' && item.keys.every((key) => key !== null));
}

function pythonValues(text: string, { start, end }: Range): PyNode[] {
  const nodes: PyNode[] = [];
  for (let at = start; ;) {
    while (at < end && /[\s,;]/.test(text[at]!)) at += 1;
    const node = at < end ? readPython(text, at, end) : null;
    if (!node || node.type === 'string' || node.type === 'scalar') return nodes;
    nodes.push(node);
    at = node.end;
  }
}

function callNodes(node: PyNode): PyNode[] {
  if (node.type === 'call') return [node];
  if (node.type === 'dict') return [node];
  const calls = node.items.filter((item) => item.type === 'dict' || item.type === 'call');
  return calls.length === node.items.length ? calls : [];
}

function pythonCall(build: Builder, source: Source, node: PyNode): void {
  const cut = ({ start, end }: Range): Slice => plainSlice(source, start, end);
  if (node.type === 'call') {
    const name = { start: node.start, end: node.start + node.text.replace(/\.call$/, '').length };
    build.call({ name: cut(name), arguments: cut(node.inner), json: node.json });
    return;
  }
  const inner = member(node, new Set(['function']));
  const body = inner?.type === 'dict' ? inner : node;
  const name = member(body, NAMES);
  const args = member(body, ARGUMENTS);
  const id = member(node, new Set(['id', 'tool_call_id', 'call_id']));
  if (name?.type !== 'string') {
    build.call({ id: id?.text ?? null, arguments: cut(node), json: node.json });
    return;
  }
  build.call({
    id: id?.text ?? null,
    name: cut(name.inner),
    arguments: args && cut(args.type === 'string' ? args.inner : args),
    json: argumentsJson(args),
  });
}

function member(node: PyNode, names: ReadonlySet<string>): PyNode | null {
  const at = node.keys.findIndex((key) => key !== null && names.has(key));
  return node.items[at] ?? null;
}

function argumentsJson(args: PyNode | null): string | null {
  if (!args) return '{}';
  if (args.type === 'dict') return args.json;
  return args.type === 'string' && args.text.trim().startsWith('{') ? args.text : null;
}
