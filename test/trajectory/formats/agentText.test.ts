import { parse, spanText } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { checkInvariants } from '../invariants.ts';

interface Extra {
  tool_calls?: object[];
}

/** The agent's spans of one message with that content, and its calls' arguments as JSON where they are not. */
function agent(content: string, extra: Extra = {}): string[] {
  const messages = [
    { role: 'user', content: 'Go.' },
    { role: 'assistant', content, ...extra },
  ];
  const text = JSON.stringify({ messages });
  const parsed = parse(text, { format: 'openai_chat' });
  checkInvariants(text, parsed);
  const spans = parsed.spans.map(
    (span, i) => `${span.step} ${span.kind} ${spanText(text, parsed, i)}`,
  );
  const json = parsed.trajectories[0]!.messages.flatMap((message) =>
    message.role === 'assistant' ? message.calls.flatMap((call) => call.json ?? []) : [],
  );
  return [...spans.slice(1), ...json.map((value) => `json ${value}`)];
}

const CLOCK = ['1 action clock', '1 action {"zone": "CET"}'];
const NAMESPACE = 'antml:';

const CALLS: [name: string, content: string, spans: string[]][] = [
  ['JSON', '<tool_call>\n{"name": "clock", "arguments": {"zone": "CET"}}\n</tool_call>', CLOCK],
  [
    'two values in a tag',
    '<tool_call>{"name": "a", "arguments": {}}\n{"name": "b", "arguments": {"x": 1}}</tool_call>',
    ['1 action a', '1 action {}', '1 action b', '1 action {"x": 1}'],
  ],
  [
    'a list in a tag',
    '<tool_calls>[{"name": "a", "arguments": {}}, {"name": "b", "arguments": "{}"}]</tool_calls>',
    ['1 action a', '1 action {}', '1 action b', '1 action {}'],
  ],
  [
    'an OpenAI object in a tag',
    '<tool_call>{"id": "7", "function": {"name": "clock", "arguments": {"zone": "CET"}}}</tool_call>',
    CLOCK,
  ],
  [
    'a Python dict',
    "<tool_call>\n{'name': 'clock', 'arguments': {'zone': 'it\\'s', 'n': None, 'ok': True}}\n</tool_call>",
    [
      '1 action clock',
      "1 action {'zone': 'it\\'s', 'n': None, 'ok': True}",
      `json {"zone": "it's", "n": null, "ok": true}`,
    ],
  ],
  [
    'two Python dicts',
    "<tool_call>{'name': 'a', 'arguments': {}}\n{'name': 'b', 'arguments': {'x': (1, 2)}}</tool_call>",
    [
      ...['1 action a', '1 action {}', '1 action b', "1 action {'x': (1, 2)}"],
      ...['json {}', 'json {"x": [1, 2]}'],
    ],
  ],
  [
    'a fence inside the tag',
    '<tool_call>\n```json\n{"name": "clock", "arguments": {"zone": "CET"}}\n```\n</tool_call>',
    CLOCK,
  ],
  [
    'a call that is cut off',
    '<tool_call>\n{"name": "clock", "arguments": {"zone": "CE',
    ['1 action clock', '1 action {"zone": "CE'],
  ],
  ['text', '<tool_call>turn left, slowly</tool_call>', ['1 action turn left, slowly']],
  ['a bare name', '<tool_call>stop</tool_call>', ['1 action stop', 'json {}']],
  [
    'XML parameters',
    'I look.\n<function=shell>\n<parameter=cmd>ls -la</parameter>\n<parameter=n>5</parameter>\n</function>',
    [
      '1 reasoning I look.',
      '1 action shell',
      '1 action <parameter=cmd>ls -la</parameter>\n<parameter=n>5</parameter>',
      'json {"cmd": "ls -la", "n": 5}',
    ],
  ],
  [
    'XML parameters on lines of their own, one not closed',
    '<tool_call>\n<function=f>\n<parameter=a>\n{"k": [1]}\n<parameter=b>\nx\ny\n</parameter>\n</function>\n</tool_call>',
    [
      '1 action f',
      '1 action <parameter=a>\n{"k": [1]}\n<parameter=b>\nx\ny\n</parameter>',
      'json {"a": {"k": [1]}, "b": "x\\ny"}',
    ],
  ],
  [
    'no parameters',
    'Done.\n\n<function=submit></function>',
    ['1 reasoning Done.', '1 action submit', 'json {}'],
  ],
  ['a tag that closes itself', '<invoke name="submit"/>', ['1 action submit', 'json {}']],
  ['JSON in a function tag', '<function=clock>{"zone": "CET"}</function>', CLOCK],
  [
    'Anthropic markup, two calls',
    '<function_calls>\n<invoke name="a">\n<parameter name="x">1.50</parameter>\n</invoke>\n<invoke name="b">\n</invoke>\n</function_calls>',
    [
      '1 action a',
      '1 action <parameter name="x">1.50</parameter>',
      '1 action b',
      'json {"x": 1.50}',
      'json {}',
    ],
  ],
  [
    'Anthropic markup in its namespace',
    `<${NAMESPACE}function_calls><${NAMESPACE}invoke name="a"><${NAMESPACE}parameter name="x">007</${NAMESPACE}parameter></${NAMESPACE}invoke></${NAMESPACE}function_calls>`,
    [
      '1 action a',
      `1 action <${NAMESPACE}parameter name="x">007</${NAMESPACE}parameter>`,
      'json {"x": "007"}',
    ],
  ],
  [
    'older Anthropic markup',
    '<function_calls>\n<invoke>\n<tool_name>a</tool_name>\n<parameters>\n<x>1</x>\n</parameters>\n</invoke>\n</function_calls>',
    ['1 action a', '1 action <x>1</x>', 'json {"x": 1}'],
  ],
  [
    'MiniMax',
    'So.\n<minimax:tool_call>\n<invoke name="clock">\n<parameter name="zone">CET</parameter>\n</invoke>\n</minimax:tool_call>',
    [
      '1 reasoning So.',
      '1 action clock',
      '1 action <parameter name="zone">CET</parameter>',
      'json {"zone": "CET"}',
    ],
  ],
  [
    'DeepSeek V3.2, whose parameters say whether they are text',
    '<｜DSML｜function_calls>\n<｜DSML｜invoke name="f">\n<｜DSML｜parameter name="a" string="true">5</｜DSML｜parameter>\n<｜DSML｜parameter name="b" string="false">5</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
    [
      '1 action f',
      '1 action <｜DSML｜parameter name="a" string="true">5</｜DSML｜parameter>\n<｜DSML｜parameter name="b" string="false">5</｜DSML｜parameter>',
      'json {"a": "5", "b": 5}',
    ],
  ],
  [
    'DeepSeek V3 and R1',
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>clock\n```json\n{"zone": "CET"}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>b\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜>',
    [...CLOCK, '1 action b', '1 action {}'],
  ],
  [
    'DeepSeek V3.1, with plain bars',
    '<|tool_calls_begin|><|tool_call_begin|>clock<|tool_sep|>{"zone": "CET"}<|tool_call_end|><|tool_calls_end|>',
    CLOCK,
  ],
  [
    'Kimi',
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.clock:0<|tool_call_argument_begin|>{"zone": "CET"}<|tool_call_end|><|tool_call_begin|>functions.b:1<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>',
    [...CLOCK, '1 action b', '1 action {}'],
  ],
  [
    'GLM',
    '<think></think>\n<tool_call>clock\n<arg_key>zone</arg_key>\n<arg_value>CET</arg_value>\n<arg_key>n</arg_key>\n<arg_value>2</arg_value>\n</tool_call>',
    [
      '1 action clock',
      '1 action <arg_key>zone</arg_key>\n<arg_value>CET</arg_value>\n<arg_key>n</arg_key>\n<arg_value>2</arg_value>',
      'json {"zone": "CET", "n": 2}',
    ],
  ],
  [
    'Mistral',
    'So[TOOL_CALLS] [{"name": "clock", "arguments": {"zone": "CET"}, "id": "abcdefghi"}]',
    ['1 reasoning So', ...CLOCK],
  ],
  [
    'Mistral since v11',
    '[THINK]Hm.[/THINK][TOOL_CALLS]clock[ARGS]{"zone": "CET"}[TOOL_CALLS]b[CALL_ID]abcdefghi[ARGS]{}',
    ['1 reasoning Hm.', ...CLOCK, '1 action b', '1 action {}'],
  ],
  ['Llama 3.1', '<|python_tag|>{"name": "clock", "parameters": {"zone": "CET"}}<|eom_id|>', CLOCK],
  [
    "Llama 3.1's own tools",
    '<|python_tag|>brave_search.call(query="tea")',
    ['1 action brave_search', '1 action query="tea"', 'json {"query": "tea"}'],
  ],
  [
    'code for an interpreter',
    '<|python_tag|>import os\nprint(1)',
    ['1 action import os\nprint(1)'],
  ],
  ['JSON alone', '{"name": "clock", "parameters": {"zone": "CET"}}', CLOCK],
  [
    'a list of JSON alone',
    ' [{"name": "clock", "arguments": {"zone": "CET"}}, {"name": "b", "arguments": {}}]',
    [...CLOCK, '1 action b', '1 action {}'],
  ],
  [
    'pythonic calls',
    '[clock(zone="CET", n=-1), stop()]',
    [
      '1 action clock',
      '1 action zone="CET", n=-1',
      '1 action stop',
      'json {"zone": "CET", "n": -1}',
      'json {}',
    ],
  ],
  ['JSON that is no call', '{"name": "Bo", "age": 4}', ['1 answer {"name": "Bo", "age": 4}']],
  ['a list that is no call', '[1, 2, clock]', ['1 answer [1, 2, clock]']],
  [
    'Harmony',
    '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.clock <|constrain|>json<|message|>{"zone": "CET"}<|call|>',
    ['1 reasoning Hm.', ...CLOCK],
  ],
  [
    'Harmony with the recipient at the role',
    '<|channel|>commentary<|message|>I ask.<|end|><|start|>assistant to=functions.clock<|channel|>commentary json<|message|>{"zone": "CET"}',
    ['1 reasoning I ask.', ...CLOCK],
  ],
  [
    "Cline's elements",
    'I read.\n\n<read_file>\n<path>a.ts</path>\n</read_file>',
    [
      '1 reasoning I read.',
      '1 action read_file',
      '1 action <path>a.ts</path>',
      'json {"path": "a.ts"}',
    ],
  ],
  [
    "Cline's MCP tools",
    '<use_mcp_tool>\n<server_name>s</server_name>\n<tool_name>clock</tool_name>\n<arguments>\n{"zone": "CET"}\n</arguments>\n</use_mcp_tool>',
    CLOCK,
  ],
  ['Granite', '<|tool_call|>[{"name": "clock", "arguments": {"zone": "CET"}}]', CLOCK],
  ['Phi-4', '<|tool_call|>[{"name": "clock", "arguments": {"zone": "CET"}}]<|/tool_call|>', CLOCK],
  [
    'Command R7B',
    '<|START_THINKING|>Hm.<|END_THINKING|><|START_ACTION|>[\n  {"tool_call_id": "0", "tool_name": "clock", "parameters": {"zone": "CET"}}\n]<|END_ACTION|>',
    ['1 reasoning Hm.', ...CLOCK],
  ],
  [
    'InternLM',
    'So<|action_start|><|plugin|>\n{"name": "clock", "parameters": {"zone": "CET"}}<|action_end|>\n',
    ['1 reasoning So', ...CLOCK],
  ],
  ['functionary', '>>>clock\n{"zone": "CET"}', ['1 action clock', '1 action {"zone": "CET"}']],
  [
    'LFM2',
    '<|tool_call_start|>[clock(zone="CET")]<|tool_call_end|>',
    ['1 action clock', '1 action zone="CET"', 'json {"zone": "CET"}'],
  ],
  [
    'Glaive',
    `<functioncall> {"name": "clock", "arguments": '{"zone": "CET"}'}`,
    [...CLOCK, 'json {"zone": "CET"}'],
  ],
  [
    'smolagents',
    'Thought: So.\nAction:\n{"name": "clock", "arguments": {"zone": "CET"}}',
    ['1 reasoning Thought: So.', ...CLOCK],
  ],
  [
    'smolagents, as printed',
    "Calling tools:\n[{'id': 'c', 'type': 'function', 'function': {'name': 'f', 'arguments': {'a': 1}}}]",
    ['1 action f', "1 action {'a': 1}", 'json {"a": 1}'],
  ],
  [
    'Gemma',
    'Sure.\n```tool_code\nclock(zone="CET")\n```',
    ['1 reasoning Sure.', '1 action clock', '1 action zone="CET"', 'json {"zone": "CET"}'],
  ],
];

test.each(CALLS)('a call as %s', (_, content, spans) => {
  expect(agent(content)).toEqual(spans);
});

const listed = {
  tool_calls: [{ id: 'c', type: 'function', function: { name: 'x', arguments: '{"of": "file"}' } }],
};
const PLAIN_TEXTS = ['JSON that is no call', 'a list that is no call'];

test.each(CALLS.filter(([name]) => !PLAIN_TEXTS.includes(name)))(
  'calls listed apart: the copy as %s is cut out',
  (_, content, spans) => {
    const said = spans.filter((line) => line.includes(' reasoning '));
    expect(agent(content, listed)).toEqual([...said, '1 action x', '1 action {"of": "file"}']);
  },
);

describe('thinking', () => {
  test.each([
    ['tags', '<think>a</think>b', ['1 reasoning a', '1 answer b']],
    [
      'other tags',
      '<reflection>a</reflection>b<scratchpad>c</scratchpad>',
      ['1 reasoning a', '1 answer b', '1 reasoning c'],
    ],
    ['Seed', '<seed:think>a</seed:think>b', ['1 reasoning a', '1 answer b']],
    ['Mistral', '[THINK]a[/THINK]b', ['1 reasoning a', '1 answer b']],
    ['Kimi-VL', '◁think▷a◁/think▷b', ['1 reasoning a', '1 answer b']],
    [
      'OpenThoughts',
      '<|begin_of_thought|>a<|end_of_thought|>\n\n<|begin_of_solution|>b<|end_of_solution|>',
      ['1 reasoning a', '1 answer b'],
    ],
    ['empty', '<think>\n\n</think>\n\nb', ['1 answer b']],
    [
      'not opened, over paragraphs',
      'a\n\nb\n\nc</think>d',
      ['1 reasoning a\n\nb\n\nc', '1 answer d'],
    ],
    [
      'not opened, with a mark of a call',
      'say <tool_call> now\n</think>d',
      ['1 reasoning say <tool_call> now', '1 answer d'],
    ],
    [
      'not opened, after another one',
      '<think>a</think>b</think>c',
      ['1 reasoning a', '1 answer b', '1 answer c'],
    ],
    ['not closed', '<think>a\n\nb', ['1 reasoning a\n\nb']],
    [
      'not closed before a call',
      '<think>a<tool_call>stop</tool_call>',
      ['1 reasoning a', '1 action stop', 'json {}'],
    ],
    [
      'nested',
      '<think>a<think>b</think>c</think>d',
      ['1 reasoning a', '1 reasoning b', '1 reasoning c', '1 answer d'],
    ],
    [
      'nested without an end',
      '<think>a<think>b</think>c',
      ['1 reasoning a', '1 reasoning b', '1 answer c'],
    ],
    [
      'a call in it is text',
      '<think>a <tool_call>x</tool_call></think>b',
      ['1 reasoning a <tool_call>x</tool_call>', '1 answer b'],
    ],
    [
      'its end in a fence',
      '<think>a\n```\n</think>\n```\nb</think>c',
      ['1 reasoning a\n```\n</think>\n```\nb', '1 answer c'],
    ],
    [
      'a fence directly behind the tag',
      '<think>```py\na\n```\nAs in\n```\n<tool_call>stop</tool_call>\n```\nb</think>c',
      ['1 reasoning ```py\na\n```\nAs in\n```\n<tool_call>stop</tool_call>\n```\nb', '1 answer c'],
    ],
    [
      'a fence without an end',
      '<think>a\n```py\nb</think>\nc\n```py\nd\n```',
      ['1 reasoning a\n```py\nb', '1 answer c\n```py\nd\n```'],
    ],
    [
      'each turn between results',
      'a</think>\n<search>q</search><information>r</information>b\n\nc</think><answer>d</answer>',
      ['1 reasoning a', '1 action q', '1 observation r', '2 reasoning b\n\nc', '2 answer d'],
    ],
  ])('%s', (_, content, spans) => {
    expect(agent(content)).toEqual(spans);
  });

  test.each(['```', '````xml', '~~~'])('marks inside a fence %s are text', (fence) => {
    const close = fence.replace(/\w/g, '');
    const content = `So:\n${fence}\n<think>a</think>\n[TOOL_CALLS]\n<function=x>\n${close}\nb`;
    expect(agent(content)).toEqual([`1 answer ${content}`]);
  });

  test('a tag in inline code is text', () => {
    const content = 'Write `<think>` and `</think>` around it.';
    expect(agent(content)).toEqual([`1 answer ${content}`]);
  });

  test('balanced tags give no problem', () => {
    const content = '<think>a<think>b</think></think>c';
    const text = JSON.stringify({ messages: [{ role: 'assistant', content }] });
    expect(parse(text).problems).toEqual([]);
  });

  test('marks that the file writes with escapes', () => {
    const text = String.raw`{"messages": [{"role": "assistant", "content": "<\uff5ctool\u2581calls\u2581begin\uff5c><\uff5ctool\u2581call\u2581begin\uff5c>f<\uff5ctool\u2581sep\uff5c>{}<\uff5ctool\u2581call\u2581end\uff5c><\uff5ctool\u2581calls\u2581end\uff5c>\u003cthink\u003ea\u003c/think\u003e"}]}`;
    const parsed = parse(text);
    const spans = parsed.spans.map((span, i) => `${span.kind} ${spanText(text, parsed, i)}`);
    expect(spans).toEqual(['action f', 'action {}', 'reasoning a']);
  });
});
