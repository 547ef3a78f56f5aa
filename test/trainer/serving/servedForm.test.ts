import { describe, expect, test } from 'vitest';
import { chatPrompt, type RequestMessage } from '../../../trainer/src/serving/chatPrompt.ts';
import { FAMILIES } from '../data/families/families.ts';
import { openFamily } from '../data/families/openFamily.ts';
import { renderedFamily } from '../data/families/renderedFamily.ts';

const TOOLS = [
  {
    type: 'function' as const,
    function: {
      ...{ name: 'look', description: 'looks' },
      parameters: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] },
    },
  },
];
const CALL = { name: 'look', arguments: '{"at":"the shelf"}' };

/** Conversations as files have them, with an answer that a server has still to give. */
const CHATS = {
  'with a thought before': [
    { role: 'user', content: 'Where is it?' },
    { role: 'assistant', content: 'On the shelf.', reasoning_content: 'I saw it there.' },
    { role: 'user', content: 'And the cup?' },
    { role: 'assistant', content: 'There too.' },
  ],
  'with a call before': [
    { role: 'user', content: 'Where is it?' },
    {
      ...{ role: 'assistant', content: null, reasoning_content: 'I have to look.' },
      tool_calls: [{ id: 'c1', type: 'function', function: CALL }],
    },
    { role: 'tool', content: 'a cup', tool_call_id: 'c1' },
    { role: 'assistant', content: 'It is there.' },
  ],
} satisfies Record<string, SaidMessage[]>;

interface SaidMessage {
  role: string;
  content: string | null;
  reasoning_content?: string;
  tool_calls?: { id: string; type: string; function: typeof CALL }[];
  tool_call_id?: string;
}

function asRequest(said: SaidMessage): RequestMessage {
  return {
    ...{ role: said.role as RequestMessage['role'], content: said.content },
    reasoning: said.reasoning_content ?? null,
    toolCalls: (said.tool_calls ?? []).map(({ id, function: call }) => ({ id, ...call })),
    toolCallId: said.tool_call_id ?? null,
  };
}

describe.each(Object.entries(CHATS))('a conversation %s', (_, messages: SaidMessage[]) => {
  const tools = messages.some(({ role }) => role === 'tool') ? TOOLS : [];

  test.each(FAMILIES.map((family) => [family.name, family] as const))(
    'is served to %s as it was trained',
    async (_, family) => {
      const own = await openFamily(family);
      const listed = tools.length > 0 ? { tools: JSON.stringify(tools) } : {};
      const { result } = renderedFamily(own, messages, listed);
      expect(result).toMatchObject({ ok: true });
      const trained = result.ok ? result.texts.at(-1)!.text : '';
      const request = { messages: messages.slice(0, -1).map(asRequest), tools, thinks: null };
      const { text } = chatPrompt(own.template, request);
      expect(trained.slice(0, text.length)).toBe(text);
    },
  );
});
