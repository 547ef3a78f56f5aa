import { parse } from '@deepcoder/trajectory';
import { openChatTemplate } from '../../../trainer/src/data/render/chatTemplate.ts';
import { policyFor, type PolicySettings } from '../../../trainer/src/data/render/policy.ts';
import { renderChat } from '../../../trainer/src/data/render/renderChat.ts';
import type { DataSettings } from '../../../trainer/src/data/types.ts';
import { createTokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import { byteTokenizerJson } from '../tokenizer/byteTokenizer.ts';
import { marked } from './marked.ts';

interface Options extends Partial<PolicySettings> {
  samples?: DataSettings['samples'];
  reasoningHistory?: DataSettings['reasoningHistory'];
}

/** The marked texts of a conversation in OpenAI's form, or why there are none. */
export async function renderedChat(
  template: string | null,
  messages: unknown[],
  options: Options = {},
) {
  const opened = await openTemplate(template);
  const parsed = parse(JSON.stringify({ messages }), { format: 'openai_chat' });
  const trajectory = parsed.trajectories[0]!;
  const { samples = 'auto', reasoningHistory = 'auto', ...rest } = options;
  const settings = {
    trainOn: 'all',
    answerAs: 'action',
    maskToolArguments: false,
    maskSteps: [],
    ...rest,
  } as const;
  const result = renderChat(trajectory, parsed.spans, {
    ...{ template: opened.template, samples, reasoningHistory, shown: new Set<number>() },
    specialTokens: opened.tokenizer.special.all,
    policy: policyFor(parsed, trajectory, settings),
  });
  return result.ok
    ? result.texts.map(marked).join('\n=====\n')
    : `${result.code}: ${result.message}`;
}

const SPECIAL = ['<s>', '</s>', '<|im_start|>', '<|im_end|>', '<|eot_id|>', '<|eom_id|>'];

export async function openTemplate(chatTemplate: string | null) {
  const tokenizer = await createTokenizer({
    ...{ place: 'm', tokenizer: byteTokenizerJson({ special: SPECIAL }), chatTemplate },
    tokenizerConfig: '{"bos_token": "<s>", "eos_token": "</s>"}',
    ...{ bosTokenId: null, eosTokenId: null },
  });
  return { tokenizer, template: openChatTemplate(tokenizer)! };
}

/** A call as OpenAI writes it. */
export const call = (name: string, args: string, id = 'c1') => ({
  ...{ id, type: 'function' },
  function: { name, arguments: args },
});

export const CONVERSATION = [
  { role: 'system', content: 'Be kind.' },
  { role: 'user', content: 'Weather in 東京? 😀' },
  {
    role: 'assistant',
    content: null,
    reasoning_content: 'I must look.',
    tool_calls: [call('weather', '{"city":"東京 \\"x\\"\\n","days":1.0}')],
  },
  { role: 'tool', tool_call_id: 'c1', content: '{"sky": "clear"}' },
  { role: 'assistant', reasoning_content: 'Clear, then.', content: 'It is clear.' },
];
