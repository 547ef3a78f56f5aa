import type { Builder } from '../../assemble/builder.ts';
import {
  firstItems,
  get,
  getAny,
  inside,
  is,
  isArray,
  isString,
  isTrue,
  nested,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { nameBits } from '../../json/keyNames.ts';
import { readList, type Format, type RecordList } from '../format.ts';
import { agentText } from '../shared/agentText.ts';

type Part = 'task' | 'reasoning' | 'said' | 'action' | 'observation';

/** By what Cline and Roo Code call it; all else is the screen's own. */
const PARTS = new Map<string, Part>([
  ['task', 'task'],
  ['user_feedback', 'task'],
  ['reasoning', 'reasoning'],
  ['text', 'said'],
  ['completion_result', 'said'],
  ['followup', 'said'],
  ['plan_mode_respond', 'said'],
  ['tool', 'action'],
  ['command', 'action'],
  ['browser_action', 'action'],
  ['browser_action_launch', 'action'],
  ['use_mcp_server', 'action'],
  ['command_output', 'observation'],
  ['browser_action_result', 'observation'],
  ['mcp_server_response', 'observation'],
]);

const list: RecordList = {
  of: (record) => (isArray(record) && firstItems(record).some(isMessage) ? record : null),
  begin(build, record) {
    build.trajectory(record.rawStart);
  },
  item: readMessage,
};

/** What Cline and Roo Code show of a task (`ui_messages.json`); calls and results are cut for the screen. */
export const clineScreen: Format = {
  id: 'cline_screen',
  title: 'Cline screen messages',
  recordNames: nameBits('ts'),
  detect({ samples }) {
    const message =
      samples.find(isMessage) ?? samples.flatMap((one) => firstItems(one)).find(isMessage);
    return message ? '`type: say` and `ask` with `ts`' : null;
  },
  record(build, { value, range }) {
    if (isMessage(value)) {
      if (!build.isOpen) build.trajectory(range.start);
      readMessage(build, value);
    } else if (list.of(value)) readList(list, build, value);
  },
  list,
};

function isMessage(node: JsonNode): boolean {
  if (!get(node, 'ts')) return false;
  return (
    (is(get(node, 'type'), 'say') && isString(get(node, 'say'))) ||
    (is(get(node, 'type'), 'ask') && isString(get(node, 'ask')))
  );
}

function readMessage(build: Builder, message: JsonNode): void {
  const text = get(message, 'text');
  if (!isString(text) || isTrue(get(message, 'partial'))) return;
  const kind = str(getAny(message, 'say', 'ask')) ?? '';
  const part = PARTS.get(kind);
  // The first text is what was asked for, in versions that do not call it the task.
  const isTask = part === 'task' || (kind === 'text' && !build.hasTask && build.currentStep === 0);
  if (isTask) build.outer('task', inside(text));
  else if (part === 'observation') {
    build.result();
    build.put('observation', inside(text));
  } else if (part !== undefined && str(text)?.trim() !== '') {
    build.run();
    const question = kind === 'followup' ? getAny(nested(text), 'question') : null;
    if (part === 'reasoning' || part === 'action') build.put(part, inside(text));
    else agentText(build, inside(question ?? text));
  }
}
