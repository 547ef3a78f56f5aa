import { parse } from '@deepcoder/trajectory';
import { expect, test } from 'vitest';
import { expectSpans } from './expectSpans.ts';
import {
  RAIN,
  answer,
  called,
  genai,
  ids,
  json,
  langChain,
  system,
  told,
  traceCases,
  user,
} from './traceCases.ts';

/** The whole run in one attribute. */
const wholeRuns: typeof traceCases = [
  [
    'pydantic-ai: the whole run in one attribute',
    {
      ...ids('1'),
      attributes: {
        'gen_ai.agent.name': 'a',
        'pydantic_ai.all_messages': json([
          { role: 'system', parts: genai.system },
          genai.user,
          genai.called,
          { role: 'user', parts: [{ type: 'tool_call_response', id: 'w', result: 'dry' }] },
          genai.answer,
        ]),
      },
    },
  ],
  [
    'Logfire: events as a list in an attribute',
    {
      ...ids('1'),
      attributes: {
        'gen_ai.system': 'openai',
        all_messages_events: json([
          { 'event.name': 'gen_ai.system.message', ...system },
          { 'event.name': 'gen_ai.user.message', ...user },
          { 'event.name': 'gen_ai.assistant.message', ...called },
          { 'event.name': 'gen_ai.tool.message', role: 'tool', id: 'w', content: 'dry' },
          { 'event.name': 'gen_ai.assistant.message', ...answer },
        ]),
      },
    },
  ],
];

test.each([...traceCases, ...wholeRuns])('%s', (_, records) => {
  expectSpans(records, 'otel_openinference', RAIN);
});

test('LangSmith: child runs, serialised classes, the result in the tool\u2019s run', () => {
  const run = {
    id: 'r',
    run_type: 'chain',
    inputs: { input: 'Rain in Bern?' },
    outputs: { output: 'No rain.' },
    child_runs: [
      {
        id: '1',
        parent_run_id: 'r',
        run_type: 'llm',
        start_time: '2025-01-01T00:00:01',
        inputs: {
          messages: [
            [
              langChain('SystemMessage', system),
              langChain('HumanMessage', { content: user.content }),
            ],
          ],
        },
        outputs: {
          generations: [
            [
              {
                message: langChain('AIMessage', {
                  content: 'I look.',
                  tool_calls: [{ id: 'w', name: 'weather', args: '{"at":"Bern"}' }],
                }),
              },
            ],
          ],
        },
      },
      {
        id: '2',
        parent_run_id: 'r',
        run_type: 'tool',
        name: 'weather',
        start_time: '2025-01-01T00:00:02',
        outputs: { output: 'dry' },
      },
    ],
  };
  expectSpans(run, 'langsmith_runs', RAIN.slice(0, 6));
});

/** A Langfuse trace of these observations. */
function langfuse(...observations: object[]): object {
  return {
    trace: { id: 't' },
    observations: observations.map((one, i) => ({
      id: `${i}`,
      traceId: 't',
      parentObservationId: null,
      type: 'GENERATION',
      startTime: `2025-01-01T00:00:0${i}Z`,
      ...one,
    })),
  };
}

test.each([
  [
    'a role that is the name of an open call is its result',
    langfuse({
      input: [system, user, called, { role: 'weather', content: 'dry' }],
      output: answer,
    }),
    RAIN,
  ],
  [
    'a span around hands on what was said, with the system prompt that calls leave out',
    langfuse(
      { input: [user], output: called },
      { input: [told], output: answer },
      { type: 'AGENT', input: [system, user], output: { messages: [called, told, answer] } },
    ),
    RAIN,
  ],
  [
    'a span around tells what was asked, which the calls do not',
    langfuse(
      { input: null, output: called },
      { input: [told], output: answer },
      { type: 'AGENT', input: null, output: { messages: [system, user, called, told, answer] } },
    ),
    RAIN,
  ],
  [
    'a client inside a library records the call again, as text',
    langfuse(
      { id: 'a', input: [system, user, called, told], output: answer },
      { parentObservationId: 'a', input: 'user: Rain in Bern?', output: 'No rain.' },
    ),
    RAIN,
  ],
  [
    'thinking that the next call leaves out is kept',
    langfuse(
      { input: [user], output: { ...answer, reasoning_content: 'Easy.' } },
      {
        input: [user, answer, { role: 'user', content: 'Thanks.' }],
        output: { role: 'assistant', content: 'Bye.' },
      },
    ),
    [
      '0.0 task Rain in Bern?',
      '0.1 reasoning Easy.',
      '0.1 answer No rain.',
      '0.1 task Thanks.',
      '0.2 answer Bye.',
    ],
  ],
  [
    'a history that lost its beginning goes on',
    langfuse(
      { input: [system, user], output: called },
      { input: [system, called, told], output: answer },
    ),
    RAIN,
  ],
  [
    'two agents that were asked the same are two',
    langfuse(
      { input: [system, user], output: answer },
      {
        input: [{ role: 'system', content: 'Be kind.' }, user],
        output: { role: 'assistant', content: 'Dry!' },
      },
    ),
    [
      '0.0 system Be brief.',
      '0.0 task Rain in Bern?',
      '0.1 answer No rain.',
      '1.0 system Be kind.',
      '1.0 task Rain in Bern?',
      '1.1 answer Dry!',
    ],
  ],
  [
    'tools alone, inside an agent',
    langfuse(
      { id: 'a', type: 'AGENT', input: 'Rain?', output: 'No.' },
      {
        parentObservationId: 'a',
        type: 'TOOL',
        name: 'weather',
        input: { at: 'Bern' },
        output: 'dry',
      },
    ),
    [
      '0.0 task Rain?',
      '0.1 action weather',
      '0.1 action {"at":"Bern"}',
      '0.1 observation dry',
      '0.2 answer No.',
    ],
  ],
  ['a span without the agent is nothing', langfuse({ input: [user], output: null }), []],
])('Langfuse: %s', (_, records, spans) => {
  expectSpans(records, 'otel_openinference', spans);
});

test('tool definitions of the agent\u2019s span go with its trajectory', () => {
  const tools = [{ type: 'function', name: 'weather', parameters: { type: 'object' } }];
  const records = [
    {
      ...ids('0', null),
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.tool.definitions': json(tools),
      },
    },
    {
      ...ids('1'),
      attributes: {
        'gen_ai.input.messages': json([genai.user]),
        'gen_ai.output.messages': json([genai.answer]),
      },
    },
  ];
  expect(JSON.parse(parse(json(records)).trajectories[0]!.tools!)).toEqual(tools);
});

test('twenty thousand unlike calls of one trace end soon', () => {
  const lines = Array.from({ length: 20_000 }, (_, i) =>
    json({
      trace_id: 't',
      span_id: `${i}`,
      attributes: { 'gen_ai.operation.name': 'chat' },
      input: [{ role: 'user', content: `q${i}` }],
      output: { role: 'assistant', content: `a${i}` },
    }),
  );
  expect(parse(lines.join('\n')).trajectories).toHaveLength(20_000);
}, 60_000);
