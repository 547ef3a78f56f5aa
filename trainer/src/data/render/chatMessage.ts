import type { ToolDefinition } from '@deepcoder/trajectory';

/** What chat templates read. */
export interface ChatMessage {
  role: string;
  /** Null beside calls, where the template takes blank text for an answer. */
  content: string | null;
  reasoning_content?: string;
  thinking?: string;
  reasoning?: string;
  tool_plan?: string;
  tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: unknown } }[];
  tool_call_id?: string;
  name?: string;
}

export interface RenderChatOptions {
  /** Ends with what the server writes before the agent's turn. */
  prompt?: boolean;
  tools?: readonly ToolDefinition[];
  /** Asks a template that can do both for a turn with thoughts. */
  thinks?: boolean;
}

export type RenderChat = (messages: ChatMessage[], options?: RenderChatOptions) => string;
