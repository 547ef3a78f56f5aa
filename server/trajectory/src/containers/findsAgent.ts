import { Builder } from '../assemble/builder.ts';
import { KIND_CODE } from '../assemble/marks.ts';
import { endList, type Format, type JsonRecord } from '../formats/format.ts';

/**
 * Whether a dialect finds anything that the agent says in the first of the records; null where only reading
 * all of them could tell.
 */
export function findsAgent(
  { read, record, list }: Format,
  records: Iterable<JsonRecord>,
): boolean | null {
  if (read || !record) return null;
  const build = new Builder();
  let seen = 0;
  const found = (): boolean => {
    const from = seen;
    seen = build.marks.count;
    return hasMarkOf(build, AGENT, from);
  };
  for (const one of records) {
    const items = list?.of(one.value);
    if (list && items) {
      list.begin?.(build, one.value);
      for (let item = items.first; item; item = item.next) {
        list.item(build, item);
        if (found()) return true;
      }
      endList(list, build, one.value);
    } else record(build, one);
    if (found()) return true;
  }
  return false;
}

const ACTION = new Set([KIND_CODE.action]);
const AGENT = new Set([KIND_CODE.reasoning, KIND_CODE.action, KIND_CODE.answer]);

export function hasAgentMark(build: Builder): boolean {
  return hasMarkOf(build, AGENT);
}

export function acts(build: Builder): boolean {
  return hasMarkOf(build, ACTION);
}

function hasMarkOf({ marks }: Builder, kinds: ReadonlySet<number>, first = 0): boolean {
  for (let i = first; i < marks.count; i += 1) if (kinds.has(marks.kind(i))) return true;
  return false;
}
