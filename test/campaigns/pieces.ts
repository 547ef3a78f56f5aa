import type { Random } from './random.ts';
import { realFiles } from './realFiles.ts';

/** What formats are made of, and what breaks them. */
const MARKS = [
  ...[
    '',
    '',
    '',
    'x',
    '\n',
    '\r\n',
    '\r',
    '\n\n',
    ' ',
    '\t',
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\\',
    '\\n',
  ],
  ...['😀', '\u2028', '\ufeff', '<', '>', '```', '---\n', '> ', '#', '####', '$ ', '|'],
  ...[
    'Thought: x\n',
    'Action: go\n',
    'Observation: a\n',
    'Question: q\n',
    'Human: ',
    'Assistant: ',
  ],
  ...[
    '<think>',
    '</think>',
    '<function=',
    '<tool_call>',
    '</tool_call>',
    '<|im_start|>',
    '<|im_end|>',
  ],
  ...['"role"', '"content"', '"messages"', '"tool_calls"', 'null', 'true', '1e999', '[]', '{}'],
  '{"role":"user","content":"hi"}\n',
  '{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}\n',
];

const LONGEST = 200;

/** What a person or a program puts into a text: a mark, a piece of this very text, a piece of another file. */
export function pieceOf(text: string, random: Random): string {
  const kind = random.below(5);
  if (kind < 3) return random.pick(MARKS);
  const source = kind === 3 ? text : random.pick(realFiles).text;
  const start = random.below(source.length + 1);
  return source.slice(start, start + random.below(LONGEST));
}
