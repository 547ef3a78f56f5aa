import type { Abilities, Call, Canonical, Turn } from '../canonical.ts';
import { mixed } from './mixed.ts';
import type { Dialect } from '../dialect.ts';
import type { Json, JsonObject } from '../json.ts';
import { nameAndObject, type Text } from '../wanted.ts';

const CAN: Abilities = { followUps: 'maybe', open: true, parts: true, errors: true };

const text = (value: string): JsonObject => ({ type: 'text', text: value });

const anthropicImage = (data: string): JsonObject => ({
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data },
});

const each = <T>(
  trajectory: Canonical,
  user: (texts: string[], i: number) => T[],
  turn: (one: Turn) => T[],
): T[] =>
  trajectory.rounds.flatMap((round, i) => [...user(round.user, i), ...round.turns.flatMap(turn)]);

function anthropic(trajectory: Canonical, userAsString = false): JsonObject[] {
  return each<JsonObject>(
    trajectory,
    (texts, i) => [
      {
        role: 'user',
        content: userAsString
          ? texts.join('')
          : mixed(texts.map(text), trajectory.rounds[i]!.shown, anthropicImage),
      },
    ],
    (turn) => {
      const answered = turn.calls.filter((call) => call.result);
      const results =
        answered.length > 0 ? [{ role: 'user', content: answered.map(toolResult) }] : [];
      return [{ role: 'assistant', content: blocksOf(turn) }, ...results];
    },
  );
}

function blocksOf(turn: Turn): JsonObject[] {
  return [
    ...turn.thoughts.map((thinking) => ({ type: 'thinking', thinking, signature: 'c2ln' })),
    ...turn.said.map(text),
    ...turn.calls.map((call) => ({
      type: 'tool_use',
      id: call.id,
      name: call.name,
      input: call.args,
    })),
  ];
}

function toolResult(call: Call): JsonObject {
  const { texts, isError, shown } = call.result!;
  const content: Json =
    texts.length === 1 && !shown ? texts[0]! : mixed(texts.map(text), shown, anthropicImage);
  return {
    type: 'tool_result',
    tool_use_id: call.id,
    content,
    ...(isError ? { is_error: true } : {}),
  };
}

/** Gemini wraps what a tool gives into an object. */
const response = (call: Call): Json => ({ output: call.result!.texts.join('\n') });

const inlineData = (data: string): JsonObject => ({ inlineData: { mimeType: 'image/png', data } });

function gemini(trajectory: Canonical, resultRole: string): JsonObject[] {
  return each<JsonObject>(
    trajectory,
    (texts, i) => [
      {
        role: 'user',
        parts: mixed(
          texts.map((one) => ({ text: one })),
          trajectory.rounds[i]!.shown,
          inlineData,
        ),
      },
    ],
    (turn) => {
      const answered = turn.calls.filter((call) => call.result);
      const parts = [
        ...turn.thoughts.map((one) => ({ text: one, thought: true })),
        ...turn.said.map((one) => ({ text: one })),
        ...turn.calls.map((call) => ({
          functionCall: { id: call.id, name: call.name, args: call.args },
        })),
      ];
      const results = answered.map((call) => ({
        functionResponse: {
          ...{ id: call.id, name: call.name, response: response(call) },
          ...(call.result!.shown ? { parts: [inlineData(call.result!.shown.data)] } : {}),
        },
      }));
      return [
        { role: 'model', parts },
        ...(results.length > 0 ? [{ role: resultRole, parts: results }] : []),
      ];
    },
  );
}

const inputText = (one: string): JsonObject => ({ type: 'input_text', text: one });
const inputImage = (data: string): JsonObject => ({
  type: 'input_image',
  image_url: `data:image/png;base64,${data}`,
});

export function responseItems(trajectory: Canonical): JsonObject[] {
  return each<JsonObject>(
    trajectory,
    (texts, i) => [
      {
        type: 'message',
        role: 'user',
        content: mixed(texts.map(inputText), trajectory.rounds[i]!.shown, inputImage),
      },
    ],
    (turn) => [
      ...turn.thoughts.map((one) => ({
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: one }],
      })),
      ...turn.said.map((one) => ({
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: one, annotations: [] }],
      })),
      ...turn.calls.map((call) => ({
        type: 'function_call',
        call_id: call.id,
        name: call.name,
        arguments: call.text,
      })),
      ...turn.calls
        .filter((call) => call.result)
        .map((call) => ({
          type: 'function_call_output',
          call_id: call.id,
          output: call.result!.shown
            ? mixed([inputText(call.result!.texts.join('\n'))], call.result!.shown, inputImage)
            : call.result!.texts.join('\n'),
        })),
    ],
  );
}

const joinedResult = (call: Call): Text[] => [call.result!.texts.join('\n')];

function shareGpt(trajectory: Canonical, [user, agent]: [string, string]): JsonObject[] {
  const say = (from: string, value: string): JsonObject => ({ from, value });
  return each<JsonObject>(
    trajectory,
    (texts) => [say(user, texts.join(''))],
    (turn) => {
      const calls = turn.calls.map((call) => ({ name: call.name, arguments: call.args }));
      const value = JSON.stringify(calls.length === 1 ? calls[0]! : calls);
      return [
        ...turn.said.map((one) => say(agent, one)),
        ...(calls.length > 0 ? [say('function_call', value)] : []),
        ...turn.calls.flatMap(({ result }) =>
          result ? [say('observation', result.texts.join(''))] : [],
        ),
      ];
    },
  );
}

const inTags = (turn: Turn): string =>
  [
    ...turn.thoughts.map((one) => `<think>\n${one}\n</think>`),
    ...turn.said,
    ...turn.calls.map(
      (call) =>
        `<tool_call>\n${JSON.stringify({ name: call.name, arguments: call.args })}\n</tool_call>`,
    ),
  ].join('\n');

function hermes(trajectory: Canonical): JsonObject[] {
  return each<JsonObject>(
    trajectory,
    (texts) => [{ from: 'human', value: texts.join('') }],
    (turn) => {
      const answered = turn.calls.filter((call) => call.result);
      const value = answered
        .map((call) => `<tool_response>\n${call.result!.texts.join('')}\n</tool_response>`)
        .join('\n');
      return [
        { from: 'gpt', value: inTags(turn) },
        ...(answered.length > 0 ? [{ from: 'tool', value }] : []),
      ];
    },
  );
}

const PICTURES: Abilities = { ...CAN, errors: false, system: 'never', pictures: true };

const SHARED: Abilities = { followUps: 'answered', open: true, thought: 'never', errors: false };
const NO_TAGS = { avoid: /<\/?(?:tool_|think)|```/ };

export const BLOCKS: readonly Dialect[] = [
  ...[false, true].map((asString): Dialect => ({
    kind: 'record',
    name: `anthropic: user as ${asString ? 'string' : 'blocks'}`,
    // Without thinking, calls and results there is nothing of Anthropic's own.
    format: null,
    can: { ...CAN, thought: 'always', parts: !asString },
    spans: { action: nameAndObject },
    list: 'messages',
    write: (one) => ({
      ...(one.system === null ? {} : { system: one.system }),
      messages: anthropic(one, asString),
    }),
  })),
  {
    kind: 'record',
    name: 'anthropic: bare list',
    format: 'anthropic_blocks',
    can: { ...CAN, system: 'never', thought: 'always' },
    spans: { action: nameAndObject },
    write: (one) => anthropic(one),
  },
  {
    kind: 'session',
    name: 'anthropic: one message a line',
    format: 'anthropic_blocks',
    can: { ...CAN, system: 'never', thought: 'always' },
    spans: { action: nameAndObject },
    write: (one) => anthropic(one),
  },
  ...(['user', 'function'] as const).map((role): Dialect => ({
    kind: 'record',
    name: `gemini: results of role ${role}`,
    format: 'gemini_contents',
    can: { ...CAN, errors: false },
    spans: { action: nameAndObject, result: (call) => [{ literal: response(call) }] },
    list: 'contents',
    write: (one) => ({
      ...(one.system === null ? {} : { systemInstruction: { parts: [{ text: one.system }] } }),
      contents: gemini(one, role),
    }),
  })),
  {
    kind: 'record',
    name: 'gemini: bare contents',
    format: 'gemini_contents',
    can: { ...CAN, errors: false, system: 'never' },
    spans: { action: nameAndObject, result: (call) => [{ literal: response(call) }] },
    write: (one) => gemini(one, 'user'),
  },
  {
    kind: 'record',
    name: 'responses: input',
    format: 'openai_responses',
    can: { ...CAN, errors: false },
    spans: { result: joinedResult },
    list: 'input',
    write: (one) => ({
      model: 'm-1',
      ...(one.system === null ? {} : { instructions: one.system }),
      input: responseItems(one),
    }),
  },
  {
    kind: 'record',
    name: 'responses: bare items',
    format: 'openai_responses',
    can: { ...CAN, errors: false, system: 'never' },
    spans: { result: joinedResult },
    write: (one) => responseItems(one),
  },
  {
    kind: 'session',
    name: 'responses: one item a line',
    format: 'openai_responses',
    can: { ...CAN, errors: false, system: 'never' },
    spans: { result: joinedResult },
    write: (one) => responseItems(one),
  },
  {
    kind: 'record',
    name: 'anthropic: pictures',
    format: 'anthropic_blocks',
    can: { ...PICTURES, thought: 'always' },
    spans: { action: nameAndObject },
    list: 'messages',
    write: (one) => ({ messages: anthropic(one) }),
  },
  {
    kind: 'session',
    name: 'anthropic: pictures, one message a line',
    format: 'anthropic_blocks',
    can: { ...PICTURES, thought: 'always' },
    spans: { action: nameAndObject },
    write: (one) => anthropic(one),
  },
  {
    kind: 'record',
    name: 'gemini: pictures',
    format: 'gemini_contents',
    can: { ...PICTURES, pictures: 'behind' },
    spans: { action: nameAndObject, result: (call) => [{ literal: response(call) }] },
    list: 'contents',
    write: (one) => ({ contents: gemini(one, 'user') }),
  },
  {
    kind: 'session',
    name: 'responses: pictures, one item a line',
    format: 'openai_responses',
    can: PICTURES,
    spans: { result: joinedResult },
    write: (one) => responseItems(one),
  },
  ...(
    [
      ['human', 'gpt'],
      ['user', 'assistant'],
    ] as [string, string][]
  ).map((names): Dialect => ({
    kind: 'record',
    name: `sharegpt: ${names.join(' and ')}`,
    format: 'sharegpt',
    can: SHARED,
    spans: { action: nameAndObject },
    messages: { ids: false },
    list: 'conversations',
    write: (one) => ({
      ...(one.system === null ? {} : { system: one.system }),
      conversations: shareGpt(one, names),
    }),
  })),
  {
    kind: 'record',
    name: 'sharegpt: system as a message',
    format: 'sharegpt',
    can: { ...SHARED, system: 'always' },
    spans: { action: nameAndObject },
    messages: { ids: false },
    list: 'conversations',
    write: (one) => ({
      conversations: [{ from: 'system', value: one.system! }, ...shareGpt(one, ['human', 'gpt'])],
    }),
  },
  {
    kind: 'record',
    name: 'sharegpt: in tags',
    format: 'sharegpt',
    can: {
      ...SHARED,
      thought: 'maybe',
      system: 'never',
      outside: NO_TAGS,
      args: { text: NO_TAGS },
    },
    spans: { action: nameAndObject },
    messages: { ids: false },
    list: 'conversations',
    write: (one) => ({ conversations: hermes(one) }),
  },
];
