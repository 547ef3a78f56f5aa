import type { Abilities, Call, Canonical } from '../canonical.ts';
import type { Dialect, RecordDialect } from '../dialect.ts';
import type { Json, JsonObject } from '../json.ts';
import { shownIn } from '../comparePictures.ts';
import { nameAndObject, type SpanRules } from '../wanted.ts';
import {
  callsAsString,
  chatMessages,
  flatCalls,
  functionCall,
  functionMessages,
  openaiCalls,
  toolResponses,
  userResults,
  type Spelling,
} from './chatMessages.ts';
import { SYNTAXES } from './writtenCalls.ts';

const CHAT: Abilities = {
  followUps: 'maybe',
  thought: 'never',
  open: true,
  emptyResults: true,
  agent: { avoid: /^\s*$/ },
  tools: true,
};

/** Thinking in tags leaves no room for blanks that would merge with those between paragraphs. */
const joined = (texts: string[]): string[] => (texts.length > 0 ? [texts.join('\n\n')] : []);

const oneSpan: SpanRules = {
  thoughts: ({ thoughts }) => joined(thoughts),
};

const withTools = (trajectory: Canonical, value: JsonObject): JsonObject =>
  trajectory.tools.length > 0 ? { ...value, tools: trajectory.tools } : value;

function row(
  name: string,
  spelling: Spelling,
  { can = {}, spans = {}, ...more }: Partial<RecordDialect> = {},
): RecordDialect {
  return {
    kind: 'record',
    name: `chat: ${name}`,
    format: 'openai_chat',
    can: { ...CHAT, ...can },
    spans,
    list: 'messages',
    write: (trajectory) => withTools(trajectory, { messages: chatMessages(trajectory, spelling) }),
    ...more,
  };
}

const textPart = (text: string): JsonObject => ({ type: 'text', text });
const imageUrl = (data: string): JsonObject => ({
  type: 'image_url',
  image_url: { url: `data:image/png;base64,${data}` },
});
const sees = { can: { parts: true, pictures: true } };
const thinks = { can: { thought: 'maybe' as const }, spans: oneSpan };
const single = { calls: 1 };
const TEXT = openaiCalls('text');
const texts = (call: Call): string => call.result!.texts.join('');

const listed: RecordDialect[] = [
  row('tool_calls', { calls: TEXT }),
  row(
    'arguments as objects',
    { calls: openaiCalls('object') },
    { spans: { action: nameAndObject } },
  ),
  row('flat calls', { calls: flatCalls('text') }),
  row('flat calls, objects', { calls: flatCalls('object') }, { spans: { action: nameAndObject } }),
  row('calls as a string', { calls: callsAsString }, { spans: { action: nameAndObject } }),
  row(
    'function_call',
    { calls: functionCall, results: functionMessages },
    { can: single, messages: { ids: false } },
  ),
  row('parts', { calls: TEXT, parts: textPart }, { can: { parts: true } }),
  row('pictures', { calls: TEXT, parts: textPart, picture: { part: imageUrl } }, sees),
  row(
    'pictures in a list',
    { calls: TEXT, picture: { tag: '<image>' } },
    {
      can: { pictures: true, tools: false },
      write: (trajectory) => ({
        messages: chatMessages(trajectory, { calls: TEXT, picture: { tag: '<image>' } }),
        images: shownIn(trajectory).map(({ data }) => `data:image/png;base64,${data}`),
      }),
    },
  ),
  row('text and calls apart', { calls: TEXT, split: true }),
  row('developer, role names in other spellings', {
    calls: TEXT,
    roles: { system: 'developer', user: 'human', assistant: 'ai', tool: 'tool' },
  }),
  row(
    'bare list',
    { calls: TEXT },
    {
      write: (trajectory) => chatMessages(trajectory, { calls: TEXT }),
      can: { tools: false },
    },
  ),
  row(
    'conversations',
    { calls: TEXT },
    {
      list: 'conversations',
      write: (trajectory) =>
        withTools(trajectory, { conversations: chatMessages(trajectory, { calls: TEXT }) }),
    },
  ),
  row(
    'traj',
    { calls: TEXT },
    {
      list: 'traj',
      write: (trajectory) => ({
        task_id: trajectory.id,
        reward: 1,
        traj: chatMessages(trajectory, { calls: TEXT }),
      }),
      can: { tools: false },
    },
  ),
  row('prompt and completion', { calls: TEXT }, { list: 'prompt', write: promptAndCompletion }),
  row(
    'logged request',
    { calls: TEXT },
    {
      can: { answer: 'always', open: false },
      write: requestAndResponse,
      list: 'messages',
    },
  ),
];

const thinking: RecordDialect[] = (
  ['reasoning_content', 'reasoning', 'thinking', 'tag', 'details', 'both details'] as const
).map((place) =>
  row(
    `thinking in ${place}`,
    { calls: TEXT, thinking: place },
    place === 'details' ? { can: thinks.can } : thinks,
  ),
);

const thinkingParts: RecordDialect[] = (['part', 'thinking part'] as const).map((place) =>
  row(
    `thinking in a ${place}`,
    { calls: TEXT, thinking: place, parts: textPart },
    {
      can: { thought: 'maybe', parts: true },
      ...(place === 'thinking part' ? { format: null } : {}),
    },
  ),
);

const environmentSpeaks: Abilities = {
  ...single,
  answer: 'always',
  followUps: 'answered',
  task: { avoid: /^\s*(?:<tool_response>|OBSERVATION|EXECUTION)/ },
};

const spoken: RecordDialect[] = [
  row(
    'user says tool_response',
    { calls: TEXT, results: toolResponses },
    {
      can: { ...environmentSpeaks, calls: 3, outside: { avoid: /<\/?tool_response>/ } },
      messages: { ids: false },
    },
  ),
  row(
    'user says OBSERVATION',
    { calls: TEXT, results: userResults((call) => `OBSERVATION:\n${texts(call)}`) },
    {
      can: environmentSpeaks,
      messages: { ids: false },
    },
  ),
  row(
    'user says EXECUTION RESULT',
    {
      calls: TEXT,
      results: userResults((call) => `EXECUTION RESULT of [${call.name}]:\n${texts(call)}`),
    },
    {
      can: environmentSpeaks,
      spans: { result: (call) => [`EXECUTION RESULT of [${call.name}]:\n${texts(call)}`] },
      messages: { ids: false },
    },
  ),
];

/** A call's own arguments cannot hold what ends it. */
const MARKS = /<\/?(?:tool_call|think)|```/;

const written: RecordDialect[] = SYNTAXES.map(({ name, write, action, ...syntax }) => ({
  ...row(
    `calls written as ${name}`,
    { written: write, calls: null },
    {
      can: {
        args: {
          strings: syntax.strings === true,
          text: { avoid: syntax.strings ? /<\/|```|\r/ : MARKS },
        },
        calls: syntax.single ? 1 : 3,
      },
      spans: { action },
      messages: { ids: false },
    },
  ),
}));

const withCopies: RecordDialect[] = SYNTAXES.map(({ name, write, ...syntax }) =>
  row(
    `tool_calls beside ${name}`,
    { written: write, calls: TEXT },
    {
      can: {
        args: { strings: syntax.strings === true, text: { avoid: MARKS } },
        calls: syntax.single ? 1 : 3,
      },
    },
  ),
);

function promptAndCompletion(trajectory: Canonical): Json {
  const messages = chatMessages(trajectory, { calls: TEXT });
  const first = messages.findIndex((one) => one['role'] === 'assistant');
  return withTools(trajectory, {
    prompt: messages.slice(0, first),
    completion: messages.slice(first),
  });
}

function requestAndResponse(trajectory: Canonical): Json {
  const messages = chatMessages(trajectory, { calls: TEXT });
  const last = messages.pop()!;
  return withTools(trajectory, {
    model: 'm-1',
    messages,
    response: {
      id: 'r1',
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: 'stop', message: last }],
    },
  });
}

const perLine: Dialect = {
  kind: 'session',
  name: 'chat: one message a line',
  format: 'openai_chat',
  can: { ...CHAT, tools: false },
  write: (trajectory) => chatMessages(trajectory, { calls: TEXT }),
};

/** LLaMA-Factory's parts: `{type, value}`, a call as JSON in a string. */
const factoryPart = (text: string): JsonObject => ({ type: 'text', value: text });

const factory: RecordDialect = row(
  'LLaMA-Factory parts',
  {},
  {
    can: { thought: 'maybe', parts: true, tools: false },
    spans: { action: nameAndObject },
    messages: { ids: false },
    write(trajectory) {
      const messages = chatMessages(trajectory, {
        parts: factoryPart,
        calls: null,
        results: factoryResults,
      });
      const turns = trajectory.rounds.flatMap((round) => round.turns);
      let at = 0;
      for (const one of messages) {
        if (one['role'] !== 'assistant') continue;
        const turn = turns[at]!;
        at += 1;
        one['content'] = [
          ...turn.thoughts.map((value) => ({ type: 'reasoning', value })),
          ...turn.said.map(factoryPart),
          ...turn.calls.map((call) => ({
            type: 'tool_call',
            value: JSON.stringify({ name: call.name, arguments: call.args }),
          })),
        ];
      }
      return { messages };
    },
  },
);

function factoryResults(calls: Call[]): JsonObject[] {
  return calls.map((call) => ({ role: 'tool', content: call.result!.texts.map(factoryPart) }));
}

export const OPENAI_CHAT: readonly Dialect[] = [
  ...listed,
  ...thinking,
  ...thinkingParts,
  ...spoken,
  ...written,
  ...withCopies,
  perLine,
  factory,
];
