import { parse } from '@deepcoder/trajectory';
import { describe, expect, it } from 'vitest';
import { openChatTemplate } from '../../../trainer/src/data/render/chatTemplate.ts';
import { policyFor, type PolicySettings } from '../../../trainer/src/data/render/policy.ts';
import { renderChat } from '../../../trainer/src/data/render/renderChat.ts';
import type { DataSettings } from '../../../trainer/src/data/types.ts';
import { createTokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import { byteTokenizerJson } from '../tokenizer/byteTokenizer.ts';
import {
  FORGETFUL,
  HEADERS,
  ONE_CALL,
  OWN_SYNTAX,
  PLAIN,
  REWRITING,
  STRICT,
} from './chatTemplates.ts';
import { marked } from './marked.ts';

const SPECIAL = ['<s>', '</s>', '<|im_start|>', '<|im_end|>', '<|eot_id|>', '<|eom_id|>'];

interface Options extends Partial<PolicySettings> {
  samples?: DataSettings['samples'];
}

async function openTemplate(chatTemplate: string | null) {
  const tokenizer = await createTokenizer({
    ...{ place: 'm', tokenizer: byteTokenizerJson({ special: SPECIAL }), chatTemplate },
    tokenizerConfig: '{"bos_token": "<s>", "eos_token": "</s>"}',
    ...{ bosTokenId: null, eosTokenId: null },
  });
  return { tokenizer, template: openChatTemplate(tokenizer)! };
}

/** The marked texts of a conversation in OpenAI's form, or why there are none. */
async function chat(template: string | null, messages: unknown[], options: Options = {}) {
  const opened = await openTemplate(template);
  const parsed = parse(JSON.stringify({ messages }), { format: 'openai_chat' });
  const trajectory = parsed.trajectories[0]!;
  const { samples = 'auto', ...rest } = options;
  const settings = {
    trainOn: 'all',
    answerAs: 'action',
    maskToolArguments: false,
    ...rest,
  } as const;
  const result = renderChat(trajectory, parsed.spans, {
    ...{ template: opened.template, samples, specialTokens: opened.tokenizer.special.all },
    policy: policyFor(parsed, trajectory, settings),
  });
  return result.ok
    ? result.texts.map(marked).join('\n=====\n')
    : `${result.code}: ${result.message}`;
}

const call = (name: string, args: string, id = 'c1') => ({
  ...{ id, type: 'function' },
  function: { name, arguments: args },
});

const CONVERSATION = [
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

const FOLLOW_UP = [
  ...CONVERSATION,
  { role: 'user', content: 'Thanks!' },
  { role: 'assistant', reasoning_content: 'Polite.', content: 'Welcome.' },
];

describe('renderChat', () => {
  it('writes reasoning and calls as tags where the template knows neither', async () => {
    expect(await chat(PLAIN, CONVERSATION)).toMatchInlineSnapshot(`
      "<|im_start|>system
      ⟨x:Be kind.⟩<|im_end|>
      <|im_start|>user
      ⟨x:Weather in 東京? 😀⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:I must look.⟩⟨a~
      </think>

      <tool_call>
      {"name": "⟩⟨a:weather⟩⟨a~", "arguments": ⟩⟨a:{"city":"東京 \\"x\\"\\n","days":1.0}⟩⟨a~}
      </tool_call><|im_end|>⟩
      <|im_start|>tool
      ⟨o:{"sky": "clear"}⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:Clear, then.⟩⟨a~
      </think>

      ⟩⟨a:It is clear.⟩⟨a~<|im_end|>⟩
      "
    `);
  });

  it('has a template for tokenizers that know the tokens of ChatML', async () => {
    expect(await chat(null, CONVERSATION)).toBe(await chat(PLAIN, CONVERSATION));
  });

  it('gives reasoning and calls to a template that knows them, and finds re-spaced arguments', async () => {
    expect(await chat(REWRITING, CONVERSATION)).toMatchInlineSnapshot(`
      "<|im_start|>system
      ⟨x:Be kind.⟩<|im_end|>
      <|im_start|>user
      ⟨x:Weather in 東京? 😀⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:I must look.⟩⟨a~
      </think>


      <tool_call>
      {"name": "⟩⟨a:weather⟩⟨a~", "arguments": ⟩⟨a:{"city": "東京 \\"x\\"\\n", "days": 1.0}⟩⟨a~}
      </tool_call><|im_end|>⟩
      <|im_start|>user
      <tool_response>
      ⟨o:{"sky": "clear"}⟩
      </tool_response><|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:Clear, then.⟩⟨a~
      </think>

      ⟩⟨a:It is clear.⟩⟨a~<|im_end|>⟩
      "
    `);
  });

  it('makes a sample of each turn where the template rewrites earlier ones', async () => {
    expect(await chat(REWRITING, FOLLOW_UP)).toMatchInlineSnapshot(`
      "<|im_start|>system
      ⟨x:Be kind.⟩<|im_end|>
      <|im_start|>user
      ⟨x:Weather in 東京? 😀⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:I must look.⟩⟨a~
      </think>


      <tool_call>
      {"name": "⟩⟨a:weather⟩⟨a~", "arguments": ⟩⟨a:{"city": "東京 \\"x\\"\\n", "days": 1.0}⟩⟨a~}
      </tool_call><|im_end|>⟩
      =====
      <|im_start|>system
      Be kind.<|im_end|>
      <|im_start|>user
      Weather in 東京? 😀<|im_end|>
      <|im_start|>assistant
      <think>
      I must look.
      </think>


      <tool_call>
      {"name": "weather", "arguments": {"city": "東京 \\"x\\"\\n", "days": 1.0}}
      </tool_call><|im_end|>
      <|im_start|>user
      <tool_response>
      ⟨o:{"sky": "clear"}⟩
      </tool_response><|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:Clear, then.⟩⟨a~
      </think>

      ⟩⟨a:It is clear.⟩⟨a~<|im_end|>⟩
      =====
      <|im_start|>system
      Be kind.<|im_end|>
      <|im_start|>user
      Weather in 東京? 😀<|im_end|>
      <|im_start|>assistant

      <tool_call>
      {"name": "weather", "arguments": {"city": "東京 \\"x\\"\\n", "days": 1.0}}
      </tool_call><|im_end|>
      <|im_start|>user
      <tool_response>
      {"sky": "clear"}
      </tool_response><|im_end|>
      <|im_start|>assistant
      It is clear.<|im_end|>
      <|im_start|>user
      ⟨x:Thanks!⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:Polite.⟩⟨a~
      </think>

      ⟩⟨a:Welcome.⟩⟨a~<|im_end|>⟩"
    `);
  });

  it('rejects by name what a whole sample would lose', async () => {
    expect(await chat(REWRITING, FOLLOW_UP, { samples: 'whole' })).toMatchInlineSnapshot(
      `"not-placed: the chat template does not show the text "I must look." of turn 1; data.samples: per_turn or data.render: react may"`,
    );
  });

  it('makes a sample of each turn when asked to, and of the supervised ones only', async () => {
    const options = { samples: 'per_turn', trainOn: 'last' } as const;
    expect(await chat(PLAIN, CONVERSATION, options)).toMatchInlineSnapshot(`
      "<|im_start|>system
      ⟨x:Be kind.⟩<|im_end|>
      <|im_start|>user
      ⟨x:Weather in 東京? 😀⟩<|im_end|>
      <|im_start|>assistant
      <think>
      I must look.
      </think>

      <tool_call>
      {"name": "weather", "arguments": {"city":"東京 \\"x\\"\\n","days":1.0}}
      </tool_call><|im_end|>
      <|im_start|>tool
      ⟨o:{"sky": "clear"}⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:Clear, then.⟩⟨a~
      </think>

      ⟩⟨a:It is clear.⟩⟨a~<|im_end|>⟩"
    `);
  });

  it('finds contents that the template escapes, trims, repeats or heads otherwise', async () => {
    expect(await chat(HEADERS, CONVERSATION)).toMatchInlineSnapshot(`
      "<s><|start_header_id|>system<|end_header_id|>

      Today: 26 Jul 2024
      ⟨x:Be kind.⟩<|eot_id|><|start_header_id|>user<|end_header_id|>

      ⟨x:Weather in 東京? 😀⟩<|eot_id|><|start_header_id|>assistant<|end_header_id|>

      ⟨r~<think>
      ⟩⟨r:I must look.⟩⟨a~
      </think>{"name": "⟩⟨a:weather⟩⟨a~", "parameters": ⟩⟨a:{"city": "東京 \\"x\\"\\n", "days": 1.0}⟩⟨a~}<|eom_id|>⟩<|start_header_id|>ipython weather<|end_header_id|>

      "⟨o:{\\"sky\\": \\"clear\\"}⟩"<|eot_id|><|start_header_id|>assistant<|end_header_id|>

      ⟨r~<think>
      ⟩⟨r:Clear, then.⟩⟨a~
      </think>

      ⟩⟨a:It is clear.⟩⟨a~<|eot_id|>⟩"
    `);
  });

  it('writes calls as tags where the template cannot show thoughts beside them', async () => {
    expect(await chat(ONE_CALL, CONVERSATION)).toBe(await chat(PLAIN, CONVERSATION));
  });

  it('rejects by name what the template never shows', async () => {
    expect(await chat(FORGETFUL, CONVERSATION)).toMatchInlineSnapshot(
      `"not-placed: the chat template does not show the text "I must look." of turn 1; data.samples: per_turn or data.render: react may"`,
    );
  });

  it('says what the template refuses', async () => {
    const messages = [
      { role: 'user', content: 'One.' },
      { role: 'assistant', content: 'Two.' },
      { role: 'assistant', content: 'Three.' },
    ];
    expect(await chat(STRICT, messages)).toMatchInlineSnapshot(
      `"template-refused: the chat template refuses it: user and assistant must take turns"`,
    );
  });

  it('merges messages for a template that wants strict turns and no system', async () => {
    const messages = [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'One.' },
      { role: 'user', content: 'Two.' },
      { role: 'assistant', content: 'Three.' },
    ];
    expect(await chat(STRICT, messages)).toMatchInlineSnapshot(`
      "<s>[INST] ⟨x:Be kind.⟩

      ⟨x:One.⟩

      ⟨x:Two.⟩ [/INST]⟨a~ ⟩⟨a:Three.⟩⟨a~</s>⟩"
    `);
  });

  it('finds arguments in a syntax of its own', async () => {
    const args = '{"path": "a b", "lines": [1, 2], "text": "x\\ny"}';
    const messages = [
      { role: 'user', content: 'Edit.' },
      {
        role: 'assistant',
        content: 'I edit.',
        tool_calls: [call('edit', args), call('run', '{}', 'c2')],
      },
    ];
    expect(await chat(OWN_SYNTAX, messages)).toMatchInlineSnapshot(`
      "<|im_start|>user
      ⟨x:Edit.⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:I edit.⟩⟨a~
      </think>
      <function=⟩⟨a:edit⟩⟨a~><parameter=⟩⟨a:path>
      a b
      </parameter><parameter=lines>
      [1, 2]
      </parameter><parameter=text>
      x
      y⟩⟨a~
      </parameter></function><function=⟩⟨a:run⟩⟨a~></function><|im_end|>⟩
      "
    `);
  });

  it.each([
    ['a long number', '{"id": 12345678901234567890}', '{"id": 12345678901234567890}'],
    ['a float that is whole', '{"x":1.0,"y":-2e3}', '{"x": 1.0, "y": -2e3}'],
    ['a number in quotes', '{"x":"1.0"}', '{"x": "1.0"}'],
    ['no JSON at all', 'ls -l {', 'ls -l {'],
    ['a list', '[1, 2]', '[1, 2]'],
    ['nothing', '{}', '{}'],
    ['another nesting', '{"a":{"b":["}{",{"c":null}]}}', '{"a": {"b": ["}{", {"c": null}]}}'],
    ['a name that stands elsewhere too', '{"arguments":"arguments"}', '{"arguments": "arguments"}'],
  ])('keeps arguments as they are: %s', async (_, args, shown) => {
    const messages = [
      { role: 'user', content: 'Go.' },
      { role: 'assistant', content: 'I go.', tool_calls: [call('f', args)] },
    ];
    expect(await chat(REWRITING, messages)).toContain(`"arguments": ⟩⟨a:${shown}⟩`);
  });

  it('does not take text that looks like a place for one', async () => {
    const messages = [
      { role: 'user', content: 'ls' },
      { role: 'assistant', content: 'ls', tool_calls: [call('ls', '{"ls": "ls"}')] },
      { role: 'tool', tool_call_id: 'c1', content: 'ls' },
      { role: 'assistant', content: 'ls' },
    ];
    expect(await chat(REWRITING, messages)).toMatchInlineSnapshot(`
      "<|im_start|>user
      ⟨x:ls⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:ls⟩⟨a~
      </think>


      <tool_call>
      {"name": "⟩⟨a:ls⟩⟨a~", "arguments": ⟩⟨a:{"ls": "ls"}⟩⟨a~}
      </tool_call><|im_end|>⟩
      <|im_start|>user
      <tool_response>
      ⟨o:ls⟩
      </tool_response><|im_end|>
      <|im_start|>assistant
      ⟨a~<think>

      </think>

      ⟩⟨a:ls⟩⟨a~<|im_end|>⟩
      "
    `);
  });

  it('writes the same text every day', async () => {
    const { template } = await openTemplate(HEADERS);
    expect(template.render([{ role: 'system', content: 'S' }])).toContain('Today: 26 Jul 2024');
  });

  it('names a template that cannot be read', async () => {
    await expect(openTemplate('{% for %}')).rejects.toMatchObject({ code: 'template-unusable' });
  });
});
