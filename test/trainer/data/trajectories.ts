import fc from 'fast-check';

/** Text with what goes wrong: wide characters, line ends, quotes, braces, tags, escapes. */
const words = fc.constantFrom(
  ...[
    'go',
    'to',
    'desk 1',
    '😀',
    '漢字',
    'e\u0301',
    '\n',
    '\r\n',
    '"',
    '{',
    '}',
    '\\',
    '\\n',
    '<b>',
    '&',
    '1.0',
    "it's",
    '\t',
  ],
);

const content = fc
  .array(words, { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(' ').trim())
  .filter((text) => text !== '');

const args = fc.oneof(
  fc.constant('{}'),
  fc
    .dictionary(
      fc.constantFrom('path', 'query', 'n', '漢'),
      fc.oneof(content, fc.integer(), fc.boolean()),
    )
    .map((value) => JSON.stringify(value)),
);

interface Turn {
  reasoning: string | null;
  answer: string | null;
  calls: { name: string; args: string }[];
  follow: string | null;
}

const turn: fc.Arbitrary<Turn> = fc.record({
  reasoning: fc.option(content),
  answer: fc.option(content),
  calls: fc.array(fc.record({ name: fc.constantFrom('search', 'edit', 'f'), args }), {
    maxLength: 2,
  }),
  follow: fc.option(content),
});

/** Conversations in OpenAI's form, with reasoning, parallel calls, results and follow-up questions. */
export const conversation: fc.Arbitrary<Record<string, unknown>[]> = fc
  .tuple(content, fc.array(turn, { minLength: 1, maxLength: 4 }))
  .map(([task, turns]) => [
    { role: 'user', content: task },
    ...turns.flatMap(({ reasoning, answer, calls, follow }, t) => {
      const ids = calls.map((_, i) => `c${t}-${i}`);
      return [
        {
          role: 'assistant',
          content: calls.length === 0 ? (answer ?? reasoning ?? 'Yes.') : answer,
          ...(reasoning === null ? {} : { reasoning_content: reasoning }),
          ...(calls.length === 0
            ? {}
            : {
                tool_calls: calls.map(({ name, args }, i) => ({
                  ...{ id: ids[i], type: 'function' },
                  function: { name, arguments: args },
                })),
              }),
        },
        ...ids.map((id) => ({ role: 'tool', tool_call_id: id, content: `result of ${id}` })),
        ...(follow === null ? [] : [{ role: 'user', content: follow }]),
      ];
    }),
  ]);
