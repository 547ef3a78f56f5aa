import { diagnose, parse } from '@deepcoder/trajectory';
import { expect, test } from 'vitest';
import { spanLines } from '../spanLines.ts';
import { expectSpans, type Records } from './expectSpans.ts';

const cases: [name: string, format: string, records: Records, spans: string[]][] = [
  [
    'ADP: what the user says right after an action is its result',
    'adp',
    {
      id: '1',
      content: [
        { class_: 'text_observation', content: 'Boil water.', source: 'user' },
        { class_: 'code_action', content: 'kettle.on()', description: 'Heat it.' },
        { class_: 'text_observation', content: 'It hums.', source: 'user' },
        { class_: 'message_action', content: 'Done.' },
        { class_: 'text_observation', content: 'Now tea.', source: 'user' },
      ],
    },
    [
      '0.0 task Boil water.',
      '0.1 action kettle.on()',
      '0.1 reasoning Heat it.',
      '0.1 observation It hums.',
      '0.2 answer Done.',
      '0.2 task Now tea.',
    ],
  ],
  [
    'OpenHands V1: thinking stands apart, its copy in tags is dropped',
    'openhands_v1',
    {
      lines: [
        {
          kind: 'ActionEvent',
          llm_response_id: 'a',
          reasoning_content: 'Look first.',
          thought: [{ type: 'text', text: '<think>\nLook first.\n</think>' }],
          tool_call: { id: '1', name: 'ls', arguments: '{}' },
        },
        { kind: 'ObservationEvent', tool_call_id: '1', observation: { content: 'b.py' } },
        {
          kind: 'ActionEvent',
          llm_response_id: 'b',
          thinking_blocks: [{ type: 'thinking', thinking: 'Open it.' }],
          thought: [{ type: 'text', text: '<think>And then?</think>I open it.' }],
          tool_call: { id: '2', name: 'cat', arguments: '{}' },
        },
      ],
    },
    [
      '0.1 reasoning Look first.',
      '0.1 action ls',
      '0.1 action {}',
      '0.1 observation b.py',
      '0.2 reasoning Open it.',
      '0.2 reasoning And then?',
      '0.2 reasoning I open it.',
      '0.2 action cat',
      '0.2 action {}',
    ],
  ],
  [
    'OpenHands V1: rows of an evaluation, with tools',
    'openhands_v1',
    {
      lines: [
        {
          instance_id: 'x-1',
          history: [
            { kind: 'SystemPromptEvent', system_prompt: { text: 'Fix it.' }, tools: [{ a: 1 }] },
            { kind: 'MessageEvent', source: 'user', llm_message: { content: 'Bug.' } },
            { kind: 'MessageEvent', source: 'agent', llm_message: { content: 'Fixed.' } },
          ],
        },
      ],
    },
    ['0.0 system Fix it.', '0.0 task Bug.', '0.1 answer Fixed.'],
  ],
  [
    'OpenHands: rows whose history pairs action and observation',
    'openhands_events',
    {
      lines: [
        {
          instance_id: 'x-1',
          history: [
            [
              { source: 'agent', action: 'run', args: { command: 'ls', thought: 'List.' } },
              { source: 'agent', observation: 'run', content: 'a.py' },
            ],
          ],
        },
      ],
    },
    ['0.1 action run', '0.1 action ls', '0.1 reasoning List.', '0.1 observation a.py'],
  ],
  [
    'InterCode: a list of episodes under a name beside others',
    'intercode',
    {
      meta: { model: 'm' },
      logs: [
        { task_id: 4, query: 'Count.', turn_history: { actions: ['wc a'], observations: ['3'] } },
      ],
    },
    ['0.0 task Count.', '0.1 action wc a', '0.1 observation 3'],
  ],
  [
    'AgentNet: code without thoughts, in any row',
    'agentnet_cua',
    {
      lines: [
        { task_id: '1', instruction: 'Wait.', traj: [] },
        { task_id: '2', instruction: 'Save.', traj: [{ value: { code: 'press("s")' } }] },
      ],
    },
    ['0.0 task Wait.', '1.0 task Save.', '1.1 action press("s")'],
  ],
  [
    'ToolBench: training messages alone, of which the last list is whole',
    'toolbench',
    {
      answer_generation: {
        query: 'Any news?',
        train_messages: [
          [{ role: 'user', content: 'Any news?' }],
          [
            { role: 'user', content: 'Any news?' },
            { role: 'assistant', content: '', function_call: { name: 'news', arguments: '{}' } },
            { role: 'function', name: 'news', content: '[]' },
            { role: 'assistant', content: 'None.' },
          ],
        ],
      },
    },
    [
      '0.0 task Any news?',
      '0.1 action news',
      '0.1 action {}',
      '0.1 observation []',
      '0.2 answer None.',
    ],
  ],
  [
    'smolagents: calls as the program prints them',
    'smolagents_steps',
    {
      agent_action_type: 'tool-calling',
      intermediate_steps: [
        { role: 'user', content: 'New task:\nAdd.' },
        {
          role: 'assistant',
          content: "I add.\nTool call c1: calling 'add' with arguments: {'a': \"it's\", 'b': [1]}",
        },
        { role: 'tool-call', content: "Calling tools:\n[{'name': 'add', 'arguments': {}}]" },
        { role: 'tool-response', content: 'Observation:\n3' },
      ],
    },
    [
      '0.0 task Add.',
      '0.1 reasoning I add.',
      '0.1 action add',
      "0.1 action {'a': \"it's\", 'b': [1]}",
      '0.1 observation 3',
    ],
  ],
  [
    'smolagents: calls that only the tool-call message has',
    'smolagents_steps',
    {
      agent_action_type: 'tool-calling',
      intermediate_steps: [
        { role: 'assistant', content: '' },
        {
          role: 'tool-call',
          content:
            "Calling tools:\n[{'id': '1', 'type': 'function', 'function': {'name': 'find', 'arguments': {'q': 'a, b'}}}]",
        },
        { role: 'tool-response', content: 'Observation:\nnone' },
      ],
    },
    ['0.1 action find', "0.1 action {'q': 'a, b'}", '0.1 observation none'],
  ],
  [
    'smolagents: code in a fence, as older versions write it',
    'smolagents_steps',
    {
      agent_action_type: 'code',
      intermediate_steps: [
        {
          role: 'assistant',
          content: 'Thought: I print.\n\nCode:\n```py\nprint(1)\n```<end_code>',
        },
        {
          role: 'tool-call',
          content:
            "Calling tools:\n[{'function': {'name': 'python_interpreter', 'arguments': 'print(1)'}}]",
        },
      ],
    },
    ['0.1 reasoning I print.', '0.1 action print(1)'],
  ],
  [
    'smolagents: a model that was asked once',
    'smolagents_steps',
    { lines: [{ agent_action_type: 'vanilla', question: 'Two?', intermediate_steps: 'Three.' }] },
    ['0.0 task Two?', '0.1 answer Three.'],
  ],
  [
    'steps of one\u2019s own: in a list beside the task and the answer',
    'step_records',
    {
      Question: 'Where?',
      run: {
        steps: [
          { Thought: 'Look.', toolName: 'find', toolInput: { q: 'cup' }, toolOutput: 'shelf' },
          { rationale: 'Done.', action: { name: 'stop', args: {} }, observation_text: 'ok' },
        ],
        final_answer: 'On the shelf.',
      },
    },
    [
      '0.0 task Where?',
      '0.1 reasoning Look.',
      '0.1 action find',
      '0.1 action {"q":"cup"}',
      '0.1 observation shelf',
      '0.2 reasoning Done.',
      '0.2 action stop',
      '0.2 action {}',
      '0.2 observation ok',
      '0.3 answer On the shelf.',
    ],
  ],
  [
    'steps of one\u2019s own: one a line',
    'step_records',
    {
      lines: [
        { step: 1, goal: 'Out.', think: 'The door.', act: 'open door', obs: 'It is open.' },
        { step: 2, goal: 'Out.', think: 'Go.', act: 'go', obs: 'Outside.' },
        { step: 1, goal: 'In.', think: 'Back.', act: 'go back', obs: 'Inside.' },
      ],
    },
    [
      '0.0 task Out.',
      '0.1 reasoning The door.',
      '0.1 action open door',
      '0.1 observation It is open.',
      '0.2 reasoning Go.',
      '0.2 action go',
      '0.2 observation Outside.',
      '1.0 task In.',
      '1.1 reasoning Back.',
      '1.1 action go back',
      '1.1 observation Inside.',
    ],
  ],
  [
    'DSPy: members of all steps by number, and what concludes them',
    'step_records',
    {
      question: 'Who?',
      trajectory: {
        thought_0: 'Look.',
        tool_name_0: 'find',
        tool_args_0: { q: 'who' },
        observation_0: 'Ann',
        thought_1: 'Known.',
        tool_name_1: 'finish',
        tool_args_1: {},
        observation_1: 'Completed.',
      },
      reasoning: 'Ann was found.',
      answer: 'Ann',
    },
    [
      '0.0 task Who?',
      '0.1 reasoning Look.',
      '0.1 action find',
      '0.1 action {"q":"who"}',
      '0.1 observation Ann',
      '0.2 reasoning Known.',
      '0.2 action finish',
      '0.2 action {}',
      '0.2 observation Completed.',
      '0.3 reasoning Ann was found.',
      '0.3 answer Ann',
    ],
  ],
  [
    'Axolotl: one text in pieces',
    'template_tags',
    {
      lines: [
        {
          segments: [
            { label: false, text: '<s>[INST] Two? [/INST]' },
            { label: true, text: ' Three.</s>' },
          ],
        },
      ],
    },
    ['0.0 task Two?', '0.1 answer Three.'],
  ],
  [
    'Responses items whose first has no type',
    'openai_responses',
    [
      { role: 'user', content: 'Two?' },
      { type: 'function_call', call_id: 'c', name: 'sum', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: '3' },
    ],
    ['0.0 task Two?', '0.1 action sum', '0.1 action {}', '0.1 observation 3'],
  ],
  [
    'Bedrock: the log of its calls',
    'recorded_calls',
    {
      lines: [
        {
          modelId: 'm',
          input: { inputBodyJson: { messages: [{ role: 'user', content: 'Two?' }] } },
          output: {
            outputBodyJson: {
              type: 'message',
              role: 'assistant',
              content: [{ type: 'text', text: 'Three.' }],
            },
          },
        },
        {
          modelId: 'm',
          input: { inputBodyJson: { messages: [{ role: 'user', content: [{ text: 'Four?' }] }] } },
          output: {
            outputBodyJson: {
              output: { message: { role: 'assistant', content: [{ text: 'Five.' }] } },
            },
          },
        },
      ],
    },
    ['0.0 task Two?', '0.1 answer Three.', '1.0 task Four?', '1.1 answer Five.'],
  ],
  [
    'a sampler\u2019s row: the prompt as messages, the answer as text',
    'openai_chat',
    {
      prompt: [{ role: 'user', content: 'Two?' }],
      response: '<think>Count.</think>Three.',
    },
    ['0.0 task Two?', '0.1 reasoning Count.', '0.1 answer Three.'],
  ],
  [
    'LangChain\u2019s intermediate steps: pairs of a call and what it gave',
    'step_records',
    {
      input: 'Two and two?',
      query: 'Two and two?',
      intermediate_steps: [[{ tool: 'sum', tool_input: '2 2', log: 'I add.' }, '4']],
      final_answer: 'Four.',
    },
    [
      '0.0 task Two and two?',
      '0.1 action sum',
      '0.1 action 2 2',
      '0.1 observation 4',
      '0.2 answer Four.',
    ],
  ],
  [
    'AutoGen: agents by name, the terminal and executions as the environment',
    'autogen_multiagent',
    {
      mistake_agent: 'Coder',
      history: [
        { role: 'user', name: 'Planner', content: 'Count the files.' },
        { role: 'user', name: 'Coder', content: 'I run ls.' },
        { role: 'assistant', name: 'user_proxy', content: 'exitcode: 0 (execution succeeded)\n3' },
        { role: 'assistant', name: 'Coder', content: 'Three.' },
      ],
    },
    [
      '0.0 task Count the files.',
      '0.1 answer I run ls.',
      '0.1 observation exitcode: 0 (execution succeeded)\n3',
      '0.2 answer Three.',
    ],
  ],
];

test.each(cases)('%s', (_, format, records, spans) => {
  expectSpans(records, format, spans);
});

test.each([
  ['a trace without messages', { trace: { id: 't' }, observations: [{ id: 'a', output: null }] }],
  ['a run without steps', { agent_action_type: 'code', intermediate_steps: [] }],
  ['evaluation logs without samples', { eval: { task: 't' }, plan: {} }],
])('%s is said to have nothing to learn from', (_, record) => {
  const text = JSON.stringify(record);
  const parsed = parse(text);
  expect(parsed.spans).toEqual([]);
  expect(diagnose(text, parsed).map(({ code }) => code)).toContain('no-supervised-text');
});

test('tool definitions of OpenHands V1 go with the trajectory', () => {
  const tools = [{ type: 'function', function: { name: 'ls' } }];
  const text = JSON.stringify({ kind: 'SystemPromptEvent', system_prompt: { text: 'a' }, tools });
  const parsed = parse(`${text}\n${text}\n`);
  expect(JSON.parse(parsed.trajectories[0]!.tools!)).toEqual(tools);
});

test.each([
  ['webhooks', [{ action: 'opened', state: 'open', result: 'ok' }]],
  ['audit logs', [{ action: 'login', user: 'a', output: 'ok' }]],
  ['settings', { command: 'npm test', response: 'none' }],
])('%s are no steps of an agent', (_, value) => {
  expect(parse(JSON.stringify(value)).format).toBe('not_a_trajectory');
});

test('a fence that opens behind a label hides no label behind it', () => {
  const value = 'Thought: ```python\nprint(1)\n```\n\nAction: Run\n```sh\nAction: quoted\n```\nit';
  const conversations = [
    { from: 'human', value: 'Q' },
    { from: 'gpt', value },
  ];
  expect(spanLines(JSON.stringify({ conversations }))).toEqual([
    '0.0 task Q',
    '0.1 reasoning ```python\nprint(1)\n```',
    '0.1 action Run\n```sh\nAction: quoted\n```\nit',
  ]);
});
