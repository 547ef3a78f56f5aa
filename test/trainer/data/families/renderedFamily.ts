import { parse, type Message, type Parsed, type Trajectory } from '@deepcoder/trajectory';
import { policyFor } from '../../../../trainer/src/data/render/policy.ts';
import { renderChat } from '../../../../trainer/src/data/render/renderChat.ts';
import type { RenderResult } from '../../../../trainer/src/data/render/rendered.ts';
import type { DataSettings } from '../../../../trainer/src/data/types.ts';
import type { openFamily } from './openFamily.ts';

export interface FamilyOptions {
  samples?: DataSettings['samples'];
  reasoningHistory?: DataSettings['reasoningHistory'];
  tools?: string;
  /** Arguments of every call as JSON, as of a file in another syntax. */
  json?: string;
}

export interface RenderedFamily {
  parsed: Parsed;
  trajectory: Trajectory;
  result: RenderResult;
}

/** Messages in OpenAI's form through a family's template. */
export function renderedFamily(
  { template, tokenizer }: Awaited<ReturnType<typeof openFamily>>,
  messages: readonly unknown[],
  { samples = 'auto', reasoningHistory = 'auto', tools, json }: FamilyOptions = {},
): RenderedFamily {
  const parsed = parse(JSON.stringify({ messages }), { format: 'openai_chat' });
  const read = parsed.trajectories[0]!;
  const said = read.messages.map((message): Message => {
    if (message.role !== 'assistant' || json === undefined) return message;
    return { ...message, calls: message.calls.map((call) => ({ ...call, json })) };
  });
  const trajectory = { ...read, tools: tools ?? read.tools, messages: said };
  const policy = policyFor(parsed, trajectory, {
    ...{ trainOn: 'all', answerAs: 'action', maskToolArguments: false, maskSteps: [] },
  });
  const specialTokens = tokenizer.special.all;
  const context = {
    template,
    policy,
    shown: new Set<number>(),
    samples,
    reasoningHistory,
    specialTokens,
  };
  return { parsed, trajectory, result: renderChat(trajectory, parsed.spans, context) };
}
