import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  firstItems,
  get,
  inside,
  isObject,
  isString,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { chatCall } from './shared/chat.ts';

const list: RecordList = {
  of: (record) => arrayOf(get(record, 'ticks')),
  begin: (build, record) => build.trajectory(record.rawStart, str(get(record, 'id'))),
  item: readTick,
};

/**
 * tau2's spoken simulations: the agent and the user in pieces of a moment each, with calls and results
 * beside them. What the agent says without a break, whoever else speaks, is one turn. The user's own
 * calls belong to the environment.
 */
export const tauTicks: Format = {
  id: 'tau2_ticks',
  title: 'tau2 simulation in ticks',
  recordNames: nameBits('ticks'),
  detect({ samples }) {
    const found = samples.some((sample) =>
      firstItems(get(sample, 'ticks')).some(
        (tick) => get(tick, 'agent_chunk') ?? get(tick, 'user_chunk'),
      ),
    );
    return found ? '`ticks[]` with `agent_chunk`' : null;
  },
  record(build, { value }) {
    readList(list, build, value);
  },
  list,
};

function readTick(build: Builder, tick: JsonNode): void {
  const said = get(get(tick, 'agent_chunk'), 'content');
  const calls = [
    ...itemsOf(get(tick, 'agent_tool_calls')),
    ...itemsOf(get(get(tick, 'agent_chunk'), 'tool_calls')),
  ].filter(isObject);
  const heard = get(get(tick, 'user_chunk'), 'content');
  if (isString(said) && isSpoken(said)) {
    build.run();
    build.say(inside(said));
  }
  for (const call of calls) {
    build.run();
    chatCall(build, call);
  }
  for (const result of itemsOf(get(tick, 'agent_tool_results')).filter(isObject)) {
    const text = get(result, 'content');
    build.result({ callId: str(get(result, 'id')), name: str(get(result, 'name')) });
    if (isString(text)) build.put('observation', inside(text));
  }
  if (isString(heard) && isSpoken(heard)) build.outer('task', inside(heard));
}

function isSpoken({ start, end }: JsonNode): boolean {
  return end - start > 2;
}
