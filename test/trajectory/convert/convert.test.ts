import { convert, CONVERT_TARGETS, parse, type Parsed } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { fixture, fixtureFiles } from '../fixtureFiles.ts';

/** The texts with their kinds, message by message; JSON arguments without their spacing. */
function contents(parsed: Parsed): string[][] {
  return parsed.trajectories.map(({ messages }) =>
    messages.flatMap((message) => {
      const pieces = message.pieces.map(
        (piece) => `${parsed.spans[piece.span]!.kind} ${piece.text}`,
      );
      if (message.role !== 'assistant') return pieces;
      const calls = message.calls.map(
        (call) =>
          `call ${call.name?.text ?? ''} ${compact(call.json ?? call.arguments?.text ?? '')}`,
      );
      return [...pieces, ...calls];
    }),
  );
}

function compact(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

describe.each(CONVERT_TARGETS)('to %s', (target) => {
  test.each(fixtureFiles)('$format/$name comes back, or what is lost is told', ({ name, text }) => {
    const parsed = parse(text, { fileName: name });
    const { text: converted, problems } = convert(parsed, target, '');
    for (const problem of problems) expect(problem.end).toBeGreaterThan(problem.start);
    if (problems.length > 0 || parsed.trajectories.length === 0) return;
    const back = parse(converted);
    expect(contents(back)).toEqual(contents(parsed));
  });
});

test('household text to chat', () => {
  const text = 'Task: wash\nThought: Go.\nAction: wash cup\nObservation: clean\n';
  expect(convert(parse(text), 'chat', text).text).toMatchInlineSnapshot(`
    "{"messages":[{"role":"user","content":"wash"},{"role":"assistant","reasoning_content":"Go.","content":"<action>wash cup</action>"},{"role":"tool","content":"clean"}]}
    "
  `);
});

test('chat to ReAct text tells what has no place', () => {
  const { text, problems } = convert(
    parse(fixture('openai_chat', 'log.json')),
    'react',
    fixture('openai_chat', 'log.json'),
  );
  expect(text).toContain('Task: What is "2 + 2"?\nThought: I need the sum.\n');
  expect(problems.map((problem) => problem.code)).toContain('not-held');
});

test.each(['chat', 'sharegpt', 'atif'] as const)(
  'thinking after acting is told, to %s',
  (target) => {
    const turn = {
      role: 'assistant',
      content: [
        { type: 'text', text: '<action>go</action>' },
        { type: 'thinking', thinking: 'Gone.' },
      ],
    };
    const { problems } = convert(
      parse(JSON.stringify({ messages: [turn, turn] })),
      target,
      JSON.stringify({ messages: [turn, turn] }),
    );
    expect(problems.map(({ code }) => code)).toContain('order-changed');
  },
);

test.each(['chat', 'sharegpt', 'adp'] as const)('joined turns are reported, to %s', (target) => {
  const call = { type: 'tool_use', id: 'a', name: 'f', input: {} };
  const messages = [
    { role: 'assistant', id: 'first', content: [{ type: 'text', text: 'Done.' }] },
    { role: 'assistant', id: 'second', content: [call] },
  ];
  const { problems } = convert(
    parse(JSON.stringify({ messages })),
    target,
    JSON.stringify({ messages }),
  );
  expect(problems.map(({ code }) => code)).toEqual(['turns-joined']);
});

describe('messages that the file excludes from the loss', () => {
  const messages = [
    { role: 'user', content: 'Q' },
    { role: 'assistant', content: 'Bad.', weight: 0 },
    { role: 'user', content: 'Again.' },
    { role: 'assistant', content: 'A' },
  ];
  const parsed = parse(JSON.stringify({ messages }));
  const maskedTexts = ({ spans, masked }: Parsed): number[] =>
    [...masked].map((span) => spans[span]!.step);

  test.each(['chat', 'sharegpt'] as const)('stay so in %s', (target) => {
    const { text, problems } = convert(parsed, target, '');
    expect(problems).toEqual([]);
    expect(maskedTexts(parse(text))).toEqual(maskedTexts(parsed));
  });

  test.each(['react', 'adp', 'atif'] as const)('are reported to %s', (target) => {
    const codes = convert(parsed, target, '').problems.map(({ code }) => code);
    expect(codes).toContain('mask-dropped');
  });
});
