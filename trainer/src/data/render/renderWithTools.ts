import type { ToolDefinition } from '@deepcoder/trajectory';
import { TemplateRefusal, type ChatTemplate } from './chatTemplate.ts';
import type { RenderChat } from './chatMessage.ts';
import type { RenderNote } from './rendered.ts';

const NOT_LISTED: RenderNote = {
  code: 'tools-not-listed',
  why: 'the chat template does not list them',
};

/** A template that is given these tools each time. */
export function renderWithTools(
  { render, traits }: Pick<ChatTemplate, 'render' | 'traits'>,
  tools: readonly ToolDefinition[],
): { render: RenderChat; notes: RenderNote[] } {
  if (tools.length === 0) return { render, notes: [] };
  if (!traits.tools) return { render, notes: [NOT_LISTED] };
  const given = [tools, tools.map(completed)].find((some) => lists(render, some));
  if (given === undefined) return { render, notes: [NOT_LISTED] };
  return {
    render: (messages, options) => render(messages, { ...options, tools: given }),
    notes: [],
  };
}

function lists(render: RenderChat, tools: readonly ToolDefinition[]): boolean {
  try {
    const text = render([{ role: 'user', content: 'Q' }], { tools });
    return tools.every((tool) => text.includes(tool.function.name));
  } catch (cause) {
    if (cause instanceof TemplateRefusal) return false;
    throw cause;
  }
}

/** With the members that some templates take for granted. */
function completed({ type, function: { name, ...rest } }: ToolDefinition): ToolDefinition {
  const parameters = { type: 'object', properties: {} };
  return { type, function: { name, description: '', parameters, ...rest } };
}
