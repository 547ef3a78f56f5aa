import { describe, expect, it } from 'vitest';
import { DEEPSEEK_V31, R1_DISTILL } from './families/deepSeek.ts';
import type { Family } from './families/family.ts';
import { LLAMA31 } from './families/llama.ts';
import { COMMAND_R7B, GLM45, GPT_OSS, KIMI_K2, MISTRAL } from './families/others.ts';
import { QWEN25, QWEN3_CODER, QWEN3_THINKING, QWQ } from './families/qwen.ts';
import { openFamily } from './families/openFamily.ts';
import { renderedFamily, type FamilyOptions } from './families/renderedFamily.ts';
import { marked } from './marked.ts';
import { call } from './renderedChat.ts';

/** The marked texts without what every conversation of the family begins with. */
async function shown(
  family: Family,
  messages: unknown[],
  options: FamilyOptions = {},
): Promise<string> {
  const { result } = renderedFamily(await openFamily(family), messages, options);
  if (!result.ok) return `${result.code}: ${result.message}`;
  const notes = result.notes.map(({ code, why }) => `${code} (${why})`);
  const texts = result.texts
    .map((text) => marked(text))
    .map((text) => text.slice(text.indexOf('Ask')));
  return [...texts, ...notes].join('\n=====\n');
}

const ASK = { role: 'user', content: 'Ask' };
const CALLS = [
  ASK,
  { role: 'assistant', content: null, tool_calls: [call('look', '{"at": "sky"}')] },
  { role: 'tool', tool_call_id: 'c1', content: '' },
  { role: 'assistant', content: 'Blue.' },
];
const PARALLEL = [
  ASK,
  {
    role: 'assistant',
    content: null,
    tool_calls: [call('look', '{"at": "sky"}'), call('hear', '{}', 'c2')],
  },
  { role: 'tool', tool_call_id: 'c2', content: 'wind' },
  { role: 'tool', tool_call_id: 'c1', content: 'blue' },
];
const THOUGHTS = [
  ASK,
  { role: 'assistant', reasoning_content: 'Hm.', content: 'First.' },
  { role: 'user', content: 'More' },
  { role: 'assistant', reasoning_content: 'Oh.', content: 'Second.' },
];

describe('calls in the form of the template', () => {
  it.each([
    ['Llama 3.1', LLAMA31],
    ['Mistral', MISTRAL],
    ['DeepSeek-V3.1', DEEPSEEK_V31],
    ['Command R7B', COMMAND_R7B],
    ['Kimi K2', KIMI_K2],
    ['GLM-4.5', GLM45],
    ['gpt-oss', GPT_OSS],
    ['Qwen3-Coder', QWEN3_CODER],
  ])('%s', async (_, family) => {
    const text = await shown(family, CALLS);
    expect(text).not.toContain('calls-as-text');
    expect(text).toMatchSnapshot();
  });

  it('several at once, each with its own result', async () => {
    expect(await shown(KIMI_K2, PARALLEL)).toMatchInlineSnapshot(`
      "Ask⟩<|im_end|><|im_assistant|>assistant<|im_middle|>⟨a~<|tool_calls_section_begin|><|tool_call_begin|>functions.⟩⟨a:look⟩⟨a~:0<|tool_call_argument_begin|>⟩⟨a:{"at": "sky"}⟩⟨a~<|tool_call_end|><|tool_call_begin|>functions.⟩⟨a:hear⟩⟨a~:1<|tool_call_argument_begin|>⟩⟨a:{}⟩⟨a~<|tool_call_end|><|tool_calls_section_end|><|im_end|>⟩<|im_system|>tool<|im_middle|>## Return of functions.hear:1
      ⟨o:wind⟩<|im_end|><|im_system|>tool<|im_middle|>## Return of functions.look:0
      ⟨o:blue⟩<|im_end|>"
    `);
  });

  it('of a record that the template refuses, as text, and says why', async () => {
    expect(await shown(LLAMA31, PARALLEL)).toMatchInlineSnapshot(`
      "Ask⟩<|eot_id|><|start_header_id|>assistant<|end_header_id|>

      ⟨a~<tool_call>
      {"name": "⟩⟨a:look⟩⟨a~", "arguments": ⟩⟨a:{"at": "sky"}⟩⟨a~}
      </tool_call>
      <tool_call>
      {"name": "⟩⟨a:hear⟩⟨a~", "arguments": ⟩⟨a:{}⟩⟨a~}
      </tool_call><|eot_id|>⟩<|start_header_id|>ipython<|end_header_id|>

      "⟨o:wind⟩"<|eot_id|><|start_header_id|>ipython<|end_header_id|>

      "⟨o:blue⟩"<|eot_id|>
      =====
      calls-as-text (the chat template refuses it: This model only supports single tool-calls at once!)"
    `);
  });

  it('of a template that shows one call and is silent about others', async () => {
    expect(await shown(GPT_OSS, PARALLEL)).toContain(
      'calls-as-text (the chat template does not show the call\'s name "hear" of turn 1;',
    );
  });

  it('whose end the template forgets, as text', async () => {
    expect(await shown(R1_DISTILL, CALLS)).toContain('<tool_call>\n{"name": "⟩⟨a:look⟩⟨a~');
  });

  it.each([
    ['in a string of JSON', '"{\\"cmd\\": \\"ls\\"}"', '{"cmd": "ls"}'],
    ['in a string of a string', JSON.stringify(JSON.stringify('{"cmd": "ls"}')), '{"cmd": "ls"}'],
    ['that are a string', '"ls"', '"\\"ls\\""'],
    ['that are broken', '{"cmd": "ls', '"{\\"cmd\\": \\"ls"'],
  ])('with arguments %s', async (_, args, wanted) => {
    const messages = [ASK, { role: 'assistant', content: null, tool_calls: [call('sh', args)] }];
    const text = (await shown(QWEN25, messages)).replace(/⟨.[:~]|⟩/g, '');
    expect(text).toContain(`"arguments": ${wanted}}`);
  });

  it('rejects arguments that are nested too deep, by name', async () => {
    const deep = '{"a":'.repeat(4000) + '1' + '}'.repeat(4000);
    const messages = [ASK, { role: 'assistant', content: null, tool_calls: [call('f', deep)] }];
    expect(await shown(QWEN25, messages)).toBe(
      'not-placed: the arguments of the call "f" of turn 1 are nested 4000 levels deep; 512 are the most; take data.render: react, or leave it out',
    );
  });

  it('takes arguments that the file writes in another syntax as JSON', async () => {
    const { template, tokenizer } = await openFamily(QWEN25);
    const { result } = renderedFamily(
      { template, tokenizer },
      [ASK, { role: 'assistant', content: 'I look.', tool_calls: [call('look', '<at>sky</at>')] }],
      { json: '{"at": "sky"}' },
    );
    const text = result.ok ? result.texts[0]!.text : result.message;
    expect(text).toContain('{"name": "look", "arguments": {"at": "sky"}}');
  });
});

describe('thoughts', () => {
  it.each([
    ['of a template whose prompt opens one that it drops', R1_DISTILL],
    ['of the same with tags on lines of their own', QWQ],
    ['of a template whose prompt opens one that it shows', QWEN3_THINKING],
    ['of a template that has to be asked for one', DEEPSEEK_V31],
    ['of a template with marks of its own', COMMAND_R7B],
    ['of a template with channels', GPT_OSS],
  ])('%s', async (_, family) => {
    expect(await shown(family, THOUGHTS)).toMatchSnapshot();
  });

  it('an empty one where the prompt opens a thought and there is none', async () => {
    const messages = [ASK, { role: 'assistant', content: 'First.' }];
    expect(await shown(R1_DISTILL, messages)).toContain('<think>\n⟨a~\n</think>\n\n⟩⟨a:First.⟩');
  });

  it.each([
    ['auto', 'More⟩<｜Assistant｜><think>\n⟨r:Oh.', 2],
    ['keep', '⟨r:Hm.⟩⟨a~\n</think>\n\n⟩⟨a:First.⟩⟨a~<｜end▁of▁sentence｜>⟩<｜User｜>⟨x:More⟩', 1],
    ['strip', 'Ask<｜Assistant｜>First.<｜end▁of▁sentence｜><｜User｜>⟨x:More', 2],
  ] as const)('of earlier turns, %s', async (reasoningHistory, wanted, samples) => {
    const text = await shown(R1_DISTILL, THOUGHTS, { reasoningHistory });
    expect(text).toContain(wanted);
    expect(text.match(/Ask/g)).toHaveLength(samples);
  });

  it('kept in one sample a turn, each learning its own', async () => {
    const options = { reasoningHistory: 'keep', samples: 'per_turn' } as const;
    const [first, second] = (await shown(QWEN3_THINKING, THOUGHTS, options)).split('\n=====\n');
    expect(first).toContain('⟨r:Hm.⟩');
    expect(second).toContain('<think>\nHm.\n</think>\n\nFirst.<|im_end|>');
    expect(second).toContain('⟨r:Oh.⟩');
  });

  it('stripped where the template would keep them', async () => {
    const text = await shown(QWEN25, THOUGHTS, { reasoningHistory: 'strip' });
    expect(text).toContain('Ask<|im_end|>\n<|im_start|>assistant\nFirst.<|im_end|>');
    expect(text).toContain('per-turn (data.reasoning_history is strip)');
  });
});

describe('the token at which a server stops', () => {
  it.each([
    [GLM45, '<|user|>⟩'],
    [COMMAND_R7B, '<|END_RESPONSE|><|END_OF_TURN_TOKEN|>⟩'],
    [GPT_OSS, '<|return|>⟩'],
  ])('is learnt after the last turn: %o', async (family, wanted) => {
    const text = await shown(family, [ASK, { role: 'assistant', content: 'First.' }]);
    expect(text.endsWith(wanted)).toBe(true);
  });

  it('is the mark of results after a call, where turns have no end', async () => {
    expect(await shown(GLM45, CALLS.slice(0, 2))).toMatch(/<\/tool_call><\|observation\|>⟩$/);
  });
});

describe('tool definitions', () => {
  const flat = JSON.stringify([
    { name: 'look', description: 'Looks.', input_schema: { type: 'object' } },
  ]);

  it('are listed by a template, and not learnt', async () => {
    const { result } = renderedFamily(await openFamily(QWEN25), CALLS, { tools: flat });
    const text = result.ok ? marked(result.texts[0]!) : result.message;
    expect(text).toContain(
      '<tools>\n{"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": {"type": "object"}}}\n</tools>',
    );
  });

  it('get what a template takes for granted', async () => {
    const bare = '[{"type":"function","function":{"name":"look","strict":true}}]';
    const { result } = renderedFamily(await openFamily(GPT_OSS), CALLS, { tools: bare });
    expect(result.ok && result.texts[0]!.text).toContain('type look = (_: {}) => any;');
  });

  it('keep their numbers as they are written', async () => {
    const tools = '[{"name":"look","parameters":{"minimum":1.0,"maximum":12345678901234567890}}]';
    const { result } = renderedFamily(await openFamily(QWEN25), CALLS, { tools });
    expect(result.ok && result.texts[0]!.text).toContain(
      '{"minimum": 1.0, "maximum": 12345678901234567890}',
    );
  });

  it('are reported where the template lists none', async () => {
    expect(await shown(R1_DISTILL, CALLS, { tools: flat })).toContain(
      'tools-not-listed (the chat template does not list them)',
    );
  });

  it('go to the template that is named tool_use', async () => {
    const { template } = QWEN25;
    const named = [
      { name: 'default', template: LLAMA31.template },
      { name: 'tool_use', template },
    ];
    const family = { ...QWEN25, special: [...QWEN25.special, ...LLAMA31.special] };
    const opened = await openFamily(family, named);
    const withTools = renderedFamily(opened, CALLS, { tools: flat }).result;
    const without = renderedFamily(opened, CALLS).result;
    expect(withTools.ok && withTools.texts[0]!.text).toContain('<|im_start|>user\nAsk');
    expect(without.ok && without.texts[0]!.text).toContain('<|start_header_id|>user');
  });
});
