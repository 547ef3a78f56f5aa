import type { Records } from './expectSpans.ts';

export const json = JSON.stringify;

/** What every trace below tells, each in its program's words. */
export const RAIN = [
  '0.0 system Be brief.',
  '0.0 task Rain in Bern?',
  '0.1 reasoning I look.',
  '0.1 action weather',
  '0.1 action {"at":"Bern"}',
  '0.1 observation dry',
  '0.2 answer No rain.',
];

export const system = { role: 'system', content: 'Be brief.' };
export const user = { role: 'user', content: 'Rain in Bern?' };
export const called = {
  role: 'assistant',
  content: 'I look.',
  tool_calls: [
    { id: 'w', type: 'function', function: { name: 'weather', arguments: '{"at":"Bern"}' } },
  ],
};
export const told = { role: 'tool', tool_call_id: 'w', content: 'dry' };
export const answer = { role: 'assistant', content: 'No rain.' };

const text = (content: string): object => ({ type: 'text', content });
export const genai = {
  system: [text('Be brief.')],
  user: { role: 'user', parts: [text('Rain in Bern?')] },
  called: {
    role: 'assistant',
    parts: [
      text('I look.'),
      { type: 'tool_call', id: 'w', name: 'weather', arguments: '{"at":"Bern"}' },
    ],
  },
  told: { role: 'tool', parts: [{ type: 'tool_call_response', id: 'w', response: 'dry' }] },
  answer: { role: 'assistant', parts: [text('No rain.')], finish_reason: 'stop' },
};

/** OpenTelemetry's typed values. */
function typed(value: unknown): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(typed) } };
  if (typeof value === 'string') return { stringValue: value };
  return { kvlistValue: { values: pairs(value as object) } };
}

function pairs(values: object): object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: typed(value) }));
}

function openInference(side: string, messages: object[]): Record<string, unknown> {
  return Object.fromEntries(
    messages.flatMap((message, i) =>
      Object.entries(message).flatMap(([key, value]): [string, unknown][] => {
        const path = `llm.${side}_messages.${i}.message`;
        if (key !== 'tool_calls') return [[`${path}.${key}`, value]];
        const [call] = value as typeof called.tool_calls;
        const callPath = `${path}.tool_calls.0.tool_call`;
        return [
          [`${callPath}.id`, call!.id],
          [`${callPath}.function.name`, call!.function.name],
          [`${callPath}.function.arguments`, call!.function.arguments],
        ];
      }),
    ),
  );
}

export const ids = (span: string, parent: string | null = 'root'): object => ({
  trace_id: 't',
  span_id: span,
  parent_id: parent,
  start_time: `2025-01-01T00:00:0${span}Z`,
});

const bedrock = {
  called: [
    { text: 'I look.' },
    { toolUse: { toolUseId: 'w', name: 'weather', input: '{"at":"Bern"}' } },
  ],
  told: [{ toolResult: { toolUseId: 'w', status: 'success', content: [{ text: 'dry' }] } }],
};

const gemini = {
  request: (...contents: object[]): string =>
    json({ model: 'm', config: { system_instruction: 'Be brief.' }, contents }),
  user: { role: 'user', parts: [{ text: 'Rain in Bern?' }] },
  called: {
    role: 'model',
    parts: [
      { text: 'I look.' },
      { function_call: { id: 'w', name: 'weather', args: '{"at":"Bern"}' } },
    ],
  },
  told: {
    role: 'user',
    parts: [{ function_response: { id: 'w', name: 'weather', response: 'dry' } }],
  },
  answer: { role: 'model', parts: [{ text: 'No rain.' }] },
};

export const langChain = (name: string, kwargs: object): object => ({
  lc: 1,
  type: 'constructor',
  id: ['langchain', 'schema', 'messages', name],
  kwargs,
});

/** One run as each program records it. */
export const traceCases: [name: string, records: Records][] = [
  [
    'OpenInference, flattened keys under attributes',
    [
      {
        ...ids('1'),
        attributes: {
          ...openInference('input', [system, user]),
          ...openInference('output', [called]),
        },
      },
      {
        ...ids('2'),
        attributes: {
          ...openInference('input', [system, user, called, told]),
          ...openInference('output', [answer]),
        },
      },
    ],
  ],
  [
    'OpenInference, nested',
    {
      ...ids('1'),
      attributes: {
        openinference: { span: { kind: 'LLM' } },
        llm: {
          input_messages: [
            { message: system },
            { message: user },
            {
              'message.role': 'assistant',
              'message.content': 'I look.',
              'message.tool_calls': [
                {
                  'tool_call.id': 'w',
                  'tool_call.function.name': 'weather',
                  'tool_call.function.arguments': '{"at":"Bern"}',
                },
              ],
            },
            { message: told },
          ],
          output_messages: [
            {
              message: {
                role: 'assistant',
                contents: [{ message_content: { type: 'text', text: 'No rain.' } }],
              },
            },
          ],
        },
      },
    },
  ],
  [
    'OpenInference, columns of a data frame',
    {
      lines: [
        {
          'context.span_id': '1',
          span_kind: 'LLM',
          'attributes.llm.input_messages': json([system, user, called, told]),
          'attributes.llm.output_messages': [{ message: answer }],
        },
      ],
    },
  ],
  [
    'GenAI attributes in typed lists, one exporter message a line',
    {
      lines: [[genai.user], [genai.user, genai.called, genai.told]].map((input, i) => ({
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: 't',
                    spanId: `${i}`,
                    startTimeUnixNano: `17000000000000000${i}0`,
                    attributes: pairs({
                      'gen_ai.operation.name': 'chat',
                      'gen_ai.system_instructions': genai.system,
                      'gen_ai.input.messages': input,
                      'gen_ai.output.messages': json([i === 0 ? genai.called : genai.answer]),
                    }),
                  },
                ],
              },
            ],
          },
        ],
      })),
    },
  ],
  [
    'GenAI messages in an event of the span, the agent\u2019s span around',
    [
      {
        ...ids('0', null),
        attributes: {
          'gen_ai.operation.name': 'invoke_agent',
          'gen_ai.input.messages': json([genai.user]),
          'gen_ai.output.messages': json([genai.answer]),
        },
      },
      {
        ...ids('2'),
        attributes: { 'gen_ai.operation.name': 'chat' },
        span_events: [
          {
            event_name: 'gen_ai.client.inference.operation.details',
            attributes: {
              'gen_ai.system_instructions': genai.system,
              'gen_ai.input.messages': [genai.user, genai.called, genai.told],
              'gen_ai.output.messages': [genai.answer],
            },
          },
        ],
      },
    ],
  ],
  [
    'GenAI events, each call with only its own step, the result in the tool\u2019s span',
    [
      {
        ...ids('1'),
        attributes: { 'gen_ai.operation.name': 'chat' },
        events: [
          { name: 'gen_ai.system.message', attributes: { content: 'Be brief.' } },
          { name: 'gen_ai.user.message', attributes: { content: 'Rain in Bern?' } },
          { name: 'gen_ai.choice', attributes: { index: 0, message: json(called) } },
        ],
      },
      {
        ...ids('2'),
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': 'weather',
          'gen_ai.tool.call.id': 'w',
          'gen_ai.tool.call.result': 'dry',
        },
      },
      {
        ...ids('3'),
        attributes: { 'gen_ai.operation.name': 'chat' },
        events: [{ name: 'gen_ai.choice', attributes: { index: 0, message: json(answer) } }],
      },
    ],
  ],
  [
    'Strands: Bedrock\u2019s blocks in events',
    [
      {
        ...ids('1'),
        attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'strands-agents' },
        events: [
          { name: 'gen_ai.system.message', attributes: { content: json([{ text: 'Be brief.' }]) } },
          {
            name: 'gen_ai.user.message',
            attributes: { content: json([{ text: 'Rain in Bern?' }]) },
          },
          { name: 'gen_ai.assistant.message', attributes: { content: json(bedrock.called) } },
          { name: 'gen_ai.tool.message', attributes: { content: json(bedrock.told) } },
          { name: 'gen_ai.choice', attributes: { message: json([{ text: 'No rain.' }]) } },
        ],
      },
    ],
  ],
  [
    'OpenLLMetry: indexed prompt and completion',
    {
      lines: [
        {
          context: { trace_id: '0x1', span_id: '0x2' },
          attributes: Object.fromEntries([
            ...[system, user, called, told].flatMap((message, i) =>
              Object.entries(message)
                .filter(([key]) => key !== 'tool_calls')
                .map(([key, value]): [string, unknown] => [`gen_ai.prompt.${i}.${key}`, value]),
            ),
            ['gen_ai.prompt.2.tool_calls.0.id', 'w'],
            ['gen_ai.prompt.2.tool_calls.0.name', 'weather'],
            ['gen_ai.prompt.2.tool_calls.0.arguments', '{"at":"Bern"}'],
            ['gen_ai.completion.0.role', 'assistant'],
            ['gen_ai.completion.0.content', 'No rain.'],
          ]),
        },
      ],
    },
  ],
  [
    'Vercel: steps in the inner spans, the outer one repeats the answer',
    [
      {
        spanContext: { traceId: 't', spanId: '0' },
        startTime: [1, 0],
        attributes: {
          'ai.operationId': 'ai.generateText',
          'ai.prompt': json({ system: 'Be brief.', prompt: 'Rain in Bern?' }),
          'ai.response.text': 'No rain.',
        },
      },
      {
        spanContext: { traceId: 't', spanId: '1' },
        parentSpanId: '0',
        startTime: [1, 5],
        attributes: {
          'ai.operationId': 'ai.generateText.doGenerate',
          'ai.prompt.messages': json([system, user]),
          'ai.response.text': 'I look.',
          'ai.response.toolCalls': json([
            { toolCallId: 'w', toolName: 'weather', input: '{"at":"Bern"}' },
          ]),
        },
      },
      {
        spanContext: { traceId: 't', spanId: '3' },
        parentSpanId: '0',
        startTime: [1, 20],
        attributes: {
          'ai.operationId': 'ai.generateText.doGenerate',
          'ai.prompt.messages': json([
            system,
            { role: 'user', content: [{ type: 'text', text: 'Rain in Bern?' }] },
            {
              role: 'assistant',
              content: [
                { type: 'text', text: 'I look.' },
                { type: 'tool-call', toolCallId: 'w', toolName: 'weather', input: '{"at":"Bern"}' },
              ],
            },
            {
              role: 'tool',
              content: [
                { type: 'tool-result', toolCallId: 'w', output: { type: 'text', value: 'dry' } },
              ],
            },
          ]),
          'ai.response.text': 'No rain.',
        },
      },
    ],
  ],
  [
    'Google\u2019s ADK',
    [
      {
        ...ids('1'),
        attributes: {
          'gcp.vertex.agent.llm_request': gemini.request(gemini.user),
          'gcp.vertex.agent.llm_response': json({ content: gemini.called }),
        },
      },
      {
        ...ids('2'),
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': 'weather',
          'gcp.vertex.agent.llm_request': '{}',
          'gcp.vertex.agent.tool_response': 'dry',
        },
      },
      {
        ...ids('3'),
        attributes: {
          'gcp.vertex.agent.llm_request': gemini.request(gemini.user, gemini.called, gemini.told),
          'gcp.vertex.agent.llm_response': json({ content: gemini.answer }),
        },
      },
    ],
  ],
  [
    'MLflow',
    {
      info: { trace_id: 'tr' },
      data: {
        spans: [
          {
            ...ids('1', null),
            attributes: { 'mlflow.spanType': '"AGENT"', 'mlflow.spanOutputs': '"No rain."' },
          },
          {
            ...ids('2', '1'),
            attributes: {
              'mlflow.spanType': '"CHAT_MODEL"',
              'mlflow.spanInputs': json({ messages: [system, user, called, told] }),
              'mlflow.spanOutputs': json({ choices: [{ message: answer }] }),
            },
          },
        ],
      },
    },
  ],
  [
    'Weave',
    {
      lines: [
        {
          op_name: 'weave:///a/b/op/openai.chat.completions.create:1',
          trace_id: 't',
          id: '1',
          inputs: { model: 'm', messages: [system, user, called, told] },
          output: { choices: [{ message: answer }] },
        },
      ],
    },
  ],
  [
    'the Agents SDK, with a function\u2019s span',
    {
      lines: [
        { object: 'trace', id: 't', workflow_name: 'w' },
        {
          object: 'trace.span',
          id: '1',
          trace_id: 't',
          parent_id: 'a',
          started_at: '2025-01-01T00:00:01Z',
          span_data: { type: 'generation', input: [system, user], output: [called] },
        },
        {
          object: 'trace.span',
          id: '2',
          trace_id: 't',
          parent_id: 'a',
          started_at: '2025-01-01T00:00:02Z',
          span_data: { type: 'function', name: 'weather', input: '{"at":"Bern"}', output: 'dry' },
        },
        {
          object: 'trace.span',
          id: '3',
          trace_id: 't',
          parent_id: 'a',
          started_at: '2025-01-01T00:00:03Z',
          span_data: { type: 'generation', input: [], output: [answer] },
        },
      ],
    },
  ],
  [
    'Braintrust',
    {
      lines: [
        {
          span_id: '1',
          root_span_id: '1',
          span_attributes: { type: 'task' },
          input: 'Rain in Bern?',
          output: 'No rain.',
        },
        {
          span_id: '2',
          root_span_id: '1',
          span_attributes: { type: 'llm' },
          input: [system, user, called, told],
          output: [{ index: 0, message: answer }],
        },
      ],
    },
  ],
  [
    'Helicone',
    {
      lines: [
        {
          request_id: '1',
          request_body: { messages: [system, user, called, told] },
          response_body: { choices: [{ message: answer }] },
        },
      ],
    },
  ],
];
