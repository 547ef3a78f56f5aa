import { runInNewContext } from 'node:vm';
import type { ToolDefinition } from '@deepcoder/trajectory';
import type { ChatMessage } from '../data/render/chatMessage.ts';
import { type ChatTemplate, TemplateRefusal } from '../data/render/chatTemplate.ts';
import { callId, inlineCall } from '../data/render/planCalls.ts';
import { renderWithTools } from '../data/render/renderWithTools.ts';
import type { TemplateTraits } from '../data/render/templateTraits.ts';
import { endsOpen, tagged } from '../data/render/thinkTags.ts';
import { ApiError, badRequest } from './apiError.ts';

/** A message of a request, with its content as one text. */
export interface RequestMessage {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  content: string | null;
  reasoning: string | null;
  toolCalls: readonly { id: string; name: string; arguments: string }[];
  toolCallId: string | null;
}

export interface ChatPrompt {
  text: string;
  /** The prompt ends within a thought. */
  isThinking: boolean;
}

export interface PromptRequest {
  messages: readonly RequestMessage[];
  tools: readonly ToolDefinition[];
  /** Asks a template that can do both for a turn with thoughts; null: as it does by itself. */
  thinks: boolean | null;
}

/** What one request may take; what a template itself may is more, and final (`data/render/jinja.ts`). */
const RENDER_MS = 2000;

/**
 * The text that the model goes on with. Messages take the forms in which training says them: ids of calls are
 * numbered, thoughts go where the template shows them, results are the user's where it knows no tools.
 */
export function chatPrompt(template: ChatTemplate, request: PromptRequest): ChatPrompt {
  const { thinks } = request;
  const { traits, render, messages } = chosen(template, request);
  const text = withinTime(() =>
    render(messages, { prompt: true, ...(thinks === true && { thinks }) }),
  );
  return { text, isThinking: endsOpen(text, traits.thinkTags) };
}

/** The conversation as the template shows it with one more turn of the agent; null where it refuses that. */
export function shownWith(
  template: ChatTemplate,
  request: PromptRequest,
  turn: RequestMessage,
): string | null {
  const more = { ...request, messages: [...request.messages, turn] };
  const { render, messages } = chosen(template, more);
  try {
    return withinTime(() => render(messages));
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

function chosen(template: ChatTemplate, { tools, messages }: PromptRequest) {
  const { traits, render } = tools.length > 0 ? (template.forTools ?? template) : template;
  const own = renderWithTools({ traits, render }, tools);
  return { traits, render: own.render, messages: templateMessages(messages, traits) };
}

function withinTime(work: () => string): string {
  try {
    // V8 stops whatever it runs for a script: filters and searches within a template too.
    return runInNewContext('work()', { work }, { timeout: RENDER_MS }) as string;
  } catch (error) {
    if (error instanceof TemplateRefusal)
      throw badRequest('messages', `the chat template refuses them: ${error.message}`);
    if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw badRequest('messages', `the chat template did not end within ${RENDER_MS} ms`);
    throw error;
  }
}

function templateMessages(
  messages: readonly RequestMessage[],
  traits: TemplateTraits,
): ChatMessage[] {
  const numbers = new Map<string, { number: number; name: string }>();
  const said = messages.map((message): ChatMessage => {
    const content = (message.content ?? '').trim();
    if (message.role === 'assistant') return turn(message, traits, numbers);
    if (message.role !== 'tool')
      return { role: message.role === 'developer' ? 'system' : message.role, content };
    const hasCalls = numbers.size > 0;
    const isNative = hasCalls && traits.calls !== null ? traits.tool.native : traits.tool.inline;
    if (!isNative) return { role: 'user', content };
    const call = numbers.get(message.toolCallId ?? '') ?? { number: 0, name: 'tool' };
    const id = callId(call.number, call.name, traits.calls);
    return { role: 'tool', content, tool_call_id: id, name: call.name };
  });
  return traits.system ? said : systemIntoUser(said);
}

function turn(
  { content, reasoning, toolCalls }: RequestMessage,
  { calls: style, thought, thinkTags }: TemplateTraits,
  numbers: Map<string, { number: number; name: string }>,
): ChatMessage {
  const calls = toolCalls.map(({ id, name, arguments: args }) => {
    const number = numbers.size;
    numbers.set(id, { number, name });
    return { number, name, args };
  });
  const native = calls.length > 0 ? style : null;
  const where = native === null ? thought.answer : thought.call;
  const thoughts = (reasoning ?? '').trim();
  const inline = native === null ? calls.map(inlineText) : [];
  const text = [(content ?? '').trim(), ...inline].filter((one) => one !== '').join('\n');
  const isTagged = where === 'inline' && thoughts !== '';
  const gap = isTagged && text !== '' && thinkTags.lines ? '\n' : '';
  const whole = `${isTagged ? tagged(thinkTags, thoughts) : ''}${gap}${text}`;
  return {
    role: 'assistant',
    content: whole === '' && native !== null ? native.blank : whole,
    ...(where !== 'inline' && where !== 'apart' && thoughts !== '' && { [where]: thoughts }),
    ...(native !== null && {
      tool_calls: calls.map(({ number, name, args }) => ({
        id: callId(number, name, native),
        type: 'function' as const,
        function: { name, arguments: native.arguments === 'object' ? argumentsOf(args) : args },
      })),
    }),
  };
}

function inlineText({
  number,
  name,
  args,
}: {
  number: number;
  name: string;
  args: string;
}): string {
  const piece = (text: string, role: 'name' | 'arguments') => ({
    text,
    span: 0,
    role,
    value: null,
  });
  const call = { number, name: piece(name, 'name'), arguments: piece(args, 'arguments') };
  return inlineCall(call, (_, text) => text);
}

function argumentsOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest('messages', 'the arguments of a tool call are no JSON');
  }
}

/** Where the template knows no system role, its text goes before the first user message. */
function systemIntoUser(messages: readonly ChatMessage[]): ChatMessage[] {
  const system = messages.filter(({ role }) => role === 'system');
  const rest = messages.filter(({ role }) => role !== 'system');
  const first = rest.findIndex(({ role }) => role === 'user');
  if (system.length === 0 || first < 0) return rest;
  const texts = [...system, rest[first]!].map(({ content }) => content ?? '');
  const joined = { ...rest[first]!, content: texts.filter((text) => text !== '').join('\n\n') };
  return rest.map((message, at) => (at === first ? joined : message));
}
