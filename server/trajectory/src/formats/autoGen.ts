import type { Builder } from '../assemble/builder.ts';
import {
  content,
  firstItems,
  get,
  getAny,
  is,
  isArray,
  isObject,
  isString,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import type { Slice } from '../text/source.ts';
import type { Format } from './format.ts';
import { chatCall, textParts } from './shared/chat.ts';
import { isTeamMessage, teamMessage, teamMessages } from './shared/teamMessages.ts';

/**
 * AutoGen's teams: a `history` where each agent speaks in its own name; from 0.4 on, messages and events by
 * class, saved states, and recorded model calls.
 */
export const autoGen: Format = {
  id: 'autogen_multiagent',
  title: 'AutoGen team',
  recordNames: nameBits(
    'mistake_agent',
    'messages',
    'type',
    'agent_states',
    'agent_state',
    'llm_context',
  ),
  detect({ samples }) {
    for (const sample of samples) {
      if (get(sample, 'mistake_agent')) return '`history` with `mistake_agent`';
      const messages = firstItems(get(sample, 'messages'));
      const [first = null] = messages;
      const type = str(get(first, 'type')) ?? '';
      if (isTeamMessage(first) || isTeamMessage(sample)) return 'messages and events of a team';
      if (isRecordedCall(sample)) return `\`messages[]\` of type \`${type}\``;
      if (CLASSES.test(str(get(sample, 'type')) ?? '')) return 'messages by class';
      if (contextsOf(sample).length > 0) return '`agent_states` of a team';
    }
    return null;
  },
  record(build, { value, range }) {
    if (isTeamMessage(value)) {
      if (!build.isOpen) build.trajectory(range.start);
      teamMessage(build, value, { isNext: false });
      return;
    }
    const contexts = contextsOf(value);
    for (const context of contexts) {
      build.trajectory(context.rawStart);
      for (const message of itemsOf(get(context, 'messages'))) classMessage(build, message);
      build.close(context.rawEnd);
    }
    if (contexts.length > 0) return;
    build.trajectory(value.rawStart, str(getAny(value, 'question_ID', 'id')));
    const history = itemsOf(get(value, 'history'));
    const asked = history.some((entry) => /^(?:human|user)$/.test(str(get(entry, 'role')) ?? ''));
    if (history.length > 0 && !asked && !history.some(speaksFor))
      build.outer('task', content(get(value, 'question')));
    for (const entry of history) historyEntry(build, entry);
    const messages = itemsOf(get(value, 'messages'));
    if (messages.some(isTeamMessage)) teamMessages(build, messages);
    else for (const message of messages) classMessage(build, message);
    const response = get(value, 'response');
    if (isObject(response)) reply(build, response);
    build.close(value.rawEnd);
  },
};

const CLASSES = /^(?:System|User|Assistant|FunctionExecutionResult)Message$/;

/** What one agent's model is given and says, with its answer beside the messages or among them. */
function isRecordedCall(record: JsonNode | null): boolean {
  const messages = firstItems(get(record, 'messages'));
  if (!CLASSES.test(str(get(messages[0] ?? null, 'type')) ?? '')) return false;
  return get(record, 'response') !== null || messages.some((one) => is(get(one, 'type'), SAYS));
}

const SAYS = 'AssistantMessage';

/** The model contexts of a team's saved state, or of one agent's. */
function contextsOf(state: JsonNode): JsonNode[] {
  const agents = get(state, 'agent_states');
  const all = isObject(agents) ? agents.items : [state];
  return all.flatMap((one) => {
    const context = get(get(one, 'agent_state') ?? one, 'llm_context');
    return isRecordedCall(context) ? [context!] : [];
  });
}

/** `Orchestrator (thought)` thinks, `Orchestrator (-> Coder)` hands over; a terminal or user answers. */
function historyEntry(build: Builder, entry: JsonNode): void {
  const role = str(get(entry, 'role')) ?? '';
  const name = str(get(entry, 'name')) ?? role;
  const text = content(get(entry, 'content'));
  if (role === 'system') build.outer('system', text);
  else if (speaksFor(entry) && !build.hasTask && build.currentStep === 0) build.outer('task', text);
  else if (text && isExecution(text)) {
    build.result({ name });
    build.put('observation', text);
  } else if (speaksFor(entry) && !/terminal|executor|^(?:human|user)$|user_?proxy/i.test(name)) {
    build.turn();
    build.say(text);
  } else if (build.currentStep === 0 && /^(?:human|user)$/.test(role)) build.outer('task', text);
  else if (/terminal|executor/i.test(name) || /^(?:human|user)$/.test(role)) {
    build.result({ name });
    build.put('observation', text);
  } else if (/\(termination/.test(role)) build.outer('other', text);
  else {
    build.turn();
    if (/\(thought\)/.test(role)) build.put('reasoning', text);
    else if (/\(->/.test(role)) build.put('action', text);
    else build.say(text);
  }
}

/** Who speaks is in `name`; `role` is how one of them sees it. The first is given the task. */
function speaksFor(entry: JsonNode): boolean {
  return isString(get(entry, 'name'));
}

/** What AutoGen's code executors and tools answer with. */
function isExecution({ source, start, end }: Slice): boolean {
  return /^\s*(?:exitcode: -?\d|\*{5} Response from calling)/.test(
    source.text.slice(start, Math.min(end, start + 80)),
  );
}

function classMessage(build: Builder, message: JsonNode): void {
  const type = str(get(message, 'type'));
  const value = get(message, 'content');
  if (type === SAYS) reply(build, message);
  else if (type === 'FunctionExecutionResultMessage') {
    for (const result of itemsOf(value)) {
      build.result({ callId: str(get(result, 'call_id')), name: str(get(result, 'name')) });
      build.put('observation', content(get(result, 'content')));
    }
  } else {
    const kind = type === 'SystemMessage' ? 'system' : 'task';
    build.outer(kind);
    textParts(build, value, kind);
  }
}

function reply(build: Builder, message: JsonNode): void {
  build.turn();
  const thought = get(message, 'thought');
  if (isString(thought)) build.put('reasoning', content(thought));
  const value = get(message, 'content');
  if (isArray(value)) for (const call of value.items.filter(isObject)) chatCall(build, call);
  else build.say(content(value));
}
