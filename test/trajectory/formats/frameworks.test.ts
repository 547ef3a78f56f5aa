import { describe, test } from 'vitest';
import { expectSpans, type Records } from './expectSpans.ts';

interface Case {
  name: string;
  format: string;
  records: Records;
  spans: string[];
}

const ASKED = ['0.0 task How deep is it?'];
const MEASURED = [
  ...ASKED,
  '0.1 action measure',
  '0.1 action {"lake":"Enol"}',
  '0.1 observation 25',
];
const INPUT = { lake: 'Enol' };
const CODE = 'print(measure("Enol"))';

const calls = (name: string, args: unknown): object[] => [
  { id: 'c1', type: 'function', function: { name, arguments: args } },
];

const CASES: Case[] = [
  {
    name: 'smolagents: the steps of its memory as a list',
    format: 'smolagents_steps',
    records: [
      { system_prompt: 'You write code.' },
      { task: 'How deep is it?', task_images: null },
      { plan: 'Measure, then answer.', model_output_message: { role: 'assistant', content: 'x' } },
      {
        step_number: 1,
        model_output: `Thought: I measure.\n<code>\n${CODE}\n</code>`,
        tool_calls: calls('python_interpreter', CODE),
        ...{ code_action: CODE, observations: '25', action_output: null, error: null },
      },
      {
        step_number: 2,
        model_output: 'Thought: again.\n<code>\nfail()\n</code>',
        tool_calls: calls('python_interpreter', 'fail()'),
        ...{ observations: null, error: { type: 'AgentError', message: 'no rope' } },
      },
      { output: '25 m' },
    ],
    spans: [
      '0.0 system You write code.',
      ...ASKED,
      '0.1 reasoning Measure, then answer.',
      '0.2 reasoning I measure.',
      `0.2 action ${CODE}`,
      '0.2 observation 25',
      '0.3 reasoning again.',
      '0.3 action fail()',
      '0.3 observation no rope',
    ],
  },
  {
    name: 'smolagents: calls that stand beside the text alone',
    format: 'smolagents_steps',
    records: {
      task: 'How deep is it?',
      steps: [
        {
          ...{ step_number: 1, model_output: null, tool_calls: calls('measure', INPUT) },
          ...{ observations: '25', action_output: null },
        },
      ],
    },
    spans: MEASURED,
  },
  {
    name: 'the AI SDK: older chats list invocations beside the text',
    format: 'openai_chat',
    records: {
      messages: [
        { role: 'user', content: 'How deep is it?' },
        {
          ...{ role: 'assistant', content: '' },
          toolInvocations: [
            { state: 'result', toolCallId: 'c1', toolName: 'measure', args: INPUT, result: 25 },
          ],
        },
        { role: 'assistant', content: '25 m.' },
      ],
    },
    spans: [...MEASURED, '0.2 answer 25 m.'],
  },
  {
    name: 'the AI SDK: the parts, not the text and the invocations that repeat them; a failure',
    format: 'typed_parts',
    records: {
      messages: [
        {
          role: 'user',
          content: 'How deep is it?',
          parts: [{ type: 'text', text: 'How deep is it?' }],
        },
        {
          ...{ role: 'assistant', content: 'No rope.' },
          parts: [
            {
              ...{ type: 'tool-measure', toolCallId: 'c1', state: 'output-error', input: INPUT },
              errorText: '25',
            },
            { type: 'text', text: 'No rope.' },
          ],
          toolInvocations: [
            { state: 'result', toolCallId: 'c1', toolName: 'measure', args: INPUT },
          ],
        },
      ],
    },
    spans: [...MEASURED, '0.2 answer No rope.'],
  },
  {
    name: 'LangChain: blocks that repeat the calls listed beside them',
    format: 'message_log',
    records: {
      messages: [
        { type: 'human', content: 'How deep is it?' },
        {
          type: 'ai',
          content: [
            { type: 'text', text: 'I look.' },
            { type: 'tool_use', id: 'c1', name: 'measure', input: INPUT },
          ],
          tool_calls: [{ name: 'measure', args: INPUT, id: 'c1', type: 'tool_call' }],
        },
        { type: 'tool', content: '25', tool_call_id: 'c1' },
      ],
    },
    spans: [...MEASURED, '0.1 reasoning I look.'],
  },
  {
    name: 'AutoGen: who speaks after another is at a turn of its own; code and what it gave',
    format: 'autogen_multiagent',
    records: {
      messages: [
        { source: 'user', content: 'How deep is it?', type: 'TextMessage' },
        { source: 'planner', content: 'Measure.', type: 'TextMessage' },
        { source: 'coder', content: 'So:\n```python\nm()\n```', type: 'CodeGenerationEvent' },
        { source: 'coder', result: { exit_code: 0, output: '25' }, type: 'CodeExecutionEvent' },
        { source: 'coder', content: '25', type: 'ToolCallSummaryMessage' },
      ],
    },
    spans: [
      ...ASKED,
      '0.1 answer Measure.',
      '0.2 reasoning So:',
      '0.2 action m()',
      '0.2 observation 25',
      '0.2 other 25',
    ],
  },
  {
    name: 'AutoGen: the saved state of a team',
    format: 'autogen_multiagent',
    records: {
      type: 'TeamState',
      agent_states: {
        a: {
          agent_state: {
            llm_context: {
              messages: [
                { content: 'How deep is it?', source: 'user', type: 'UserMessage' },
                {
                  content: [{ id: 'c1', name: 'measure', arguments: '{"lake":"Enol"}' }],
                  ...{ source: 'a', type: 'AssistantMessage' },
                },
                {
                  content: [{ call_id: 'c1', name: 'measure', content: '25' }],
                  type: 'FunctionExecutionResultMessage',
                },
              ],
            },
          },
        },
      },
    },
    spans: MEASURED,
  },
];

describe('what frameworks keep', () => {
  test.each(CASES)('$name', ({ records, format, spans }) => {
    expectSpans(records, format, spans);
  });
});
