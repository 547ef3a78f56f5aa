import type { Abilities, Canonical } from '../canonical.ts';
import type { Dialect, RecordDialect } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { chatMessages, openaiCalls } from './chatMessages.ts';

/** What a tool gave is recorded with the next request. */
const CAN: Abilities = {
  ...{ followUps: 'maybe', thought: 'maybe', answer: 'always', tools: true },
  agent: { avoid: /^\s*$/ },
};

interface Exchange {
  request: JsonObject;
  response: JsonObject;
}

/** Each of the agent's messages as an answer to all that came before. */
function exchanges(trajectory: Canonical): Exchange[] {
  const messages = chatMessages(trajectory, {
    calls: openaiCalls('text'),
    thinking: 'reasoning_content',
  });
  const tools = trajectory.tools.length > 0 ? { tools: trajectory.tools } : {};
  return messages.flatMap((message, i) =>
    message['role'] === 'assistant'
      ? [
          {
            request: { model: 'm-1', messages: messages.slice(0, i), ...tools },
            response: { id: `r${String(i)}`, choices: [{ index: 0, message }] },
          },
        ]
      : [],
  );
}

const json = JSON.stringify;

const SHAPES: [name: string, write: (trajectory: Canonical) => JsonObject][] = [
  ['recorded: the last exchange', (one) => ({ ...exchanges(one).at(-1)! })],
  [
    'recorded: bodies of the last exchange',
    (one) => {
      const { request, response } = exchanges(one).at(-1)!;
      return {
        request: { url: 'https://api.example.org/v1/chat', body: request },
        response: { status: 200, body: response },
      };
    },
  ],
  [
    'recorded: HAR',
    (one) => ({
      log: {
        version: '1.2',
        entries: exchanges(one).map(({ request, response }) => ({
          request: { method: 'POST', url: 'https://x', postData: { text: json(request) } },
          response: {
            status: 200,
            content: { mimeType: 'application/json', text: json(response) },
          },
        })),
      },
    }),
  ],
  [
    'recorded: VCR',
    (one) => ({
      version: 1,
      interactions: exchanges(one).map(({ request, response }) => ({
        request: { method: 'POST', uri: 'https://x', body: json(request) },
        response: { status: { code: 200 }, body: { string: json(response) } },
      })),
    }),
  ],
];

export const RECORDED: readonly Dialect[] = SHAPES.map(([name, write]): RecordDialect => ({
  ...{ kind: 'record', name, format: 'recorded_calls', can: CAN },
  spans: { thoughts: ({ thoughts }) => (thoughts.length > 0 ? [thoughts.join('\n\n')] : []) },
  write,
}));
