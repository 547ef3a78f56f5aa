import { get, isString, itemsOf, str } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { perName } from './perName.ts';

export type Speaker = 'user' | 'agent' | 'system' | 'thought' | 'call' | 'result';

/** Fields that programs put a message's role in, other than `role`. */
export const SPEAKER_FIELDS = [
  ...['type', 'kind', 'message_type', 'messageType', 'event', 'event_type', 'speaker', 'author'],
  ...['sender', 'from', 'actor', 'source', 'role_at_backend'],
];

const NAMES: Readonly<Record<Speaker, readonly string[]>> = {
  user: ['user', 'human', 'user_input', 'user_prompt', 'user_query', 'prompt', 'customer'],
  agent: [
    ...['assistant', 'ai', 'agent', 'model', 'bot', 'llm', 'gpt', 'claude', 'gemini', 'grok'],
    ...['copilot', 'ai_chunk', 'assistant_text', 'assistant_response', 'agent_response'],
  ],
  system: ['system', 'developer', 'system_prompt'],
  thought: [
    ...['reasoning', 'thinking', 'thought', 'thoughts', 'think', 'agent_reasoning'],
    ...['agent_thought', 'agent_thinking', 'assistant_thinking', 'assistant_reasoning'],
  ],
  call: [
    ...['tool_call', 'tool_use', 'function_call', 'tool_request', 'tool_start', 'tool_invocation'],
    ...['assistant_tool_call', 'approval_request'],
  ],
  result: [
    ...['tool_result', 'tool_return', 'tool_output', 'tool_response', 'function_result'],
    ...['function_response', 'function_call_output', 'tool_end', 'tool', 'observation'],
    ...['tool_call_result', 'tool_call_output', 'tool_use_result', 'function'],
  ],
};

const SPEAKERS = new Map(
  Object.entries(NAMES).flatMap(([speaker, names]) =>
    names.map((name): [string, Speaker] => [name, speaker as Speaker]),
  ),
);

/** Who speaks in a record, by whichever field says so; for plain messages that is `role`. */
export function speakerOf(record: JsonNode): Speaker | null {
  return speakerOfType(record)?.speaker ?? speakerNamed(str(get(record, 'role')));
}

/** By a field other than `role`, with what stands there. */
export function speakerOfType(record: JsonNode): { speaker: Speaker; name: string } | null {
  for (const field of SPEAKER_FIELDS) {
    const node = get(record, field);
    const name = isString(node) ? str(node) : null;
    const speaker = speakerNamed(name);
    if (speaker !== null) return { speaker, name: name! };
  }
  return constructed(record);
}

/** LangChain writes its messages with the path of their class. */
function constructed(record: JsonNode): { speaker: Speaker; name: string } | null {
  const path = itemsOf(get(record, 'id'));
  const name = str(path[path.length - 1] ?? null);
  const speaker = str(get(record, 'type')) === 'constructor' ? speakerNamed(name) : null;
  return speaker === null ? null : { speaker, name: name! };
}

/** `AIMessage`, `tool.result`, `user-message`: the same names, as programs spell them. */
function speakerNamed(name: string | null): Speaker | null {
  return name === null || name.length > 40 ? null : speakerOfName(name);
}

const speakerOfName = perName((name): Speaker | null => {
  const plain = name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[-./: ]/g, '_')
    .replace(/_(?:message|msg|event|block|entry)$/, '')
    .replace(/^(?:message|msg)_/, '')
    .replace(/^aimessage$/, 'ai');
  return SPEAKERS.get(plain) ?? null;
});
