import type { Random } from './random.ts';

/** What a dialect can carry at one place. */
export interface TextStyle {
  /** One line only. */
  line?: boolean;
  /** Contents that would be read as something else there. */
  avoid?: RegExp;
  /** Only characters that a text file in UTF-8 can hold. */
  plain?: boolean;
  /** No blanks around it. */
  tight?: boolean;
}

const LINES = [
  'The file is in src/main.py, line 12.',
  'She said "stop" and then {left} [early], didn\'t she?',
  'C:\\new\\table is a path; so is \\\\host\\share',
  'a < b && c > d, or a <= b',
  'naïve café, 日本語のテキスト, 𝒳 and 😀👩‍👩‍👧',
  'as I noted, Thought: is a label, Action: another, Observation: a third',
  'the record {"name": "search", "arguments": {"q": "x"}} is JSON',
  'see https://example.org/a?b=1&c=%20d#e',
  '100% of $HOME `ls -la` ~ ^ | \\n \\t \\u0041',
  '<b>bold</b> &amp; <br/> </div>',
  'key: value, other: "quoted: twice"',
  'yes',
  '0',
  'null',
  'x = [1, 2, {"a": []}]',
  'the system, the user: and the assistant: they agree',
  '\ttabs\tin\tbetween',
  '한국어 и русский עברית',
];

const BLOCKS = [
  'First line.\nSecond line.',
  'Paragraph one.\n\nParagraph two.\n\n\nParagraph three.',
  'carriage\r\nreturns\r\n\r\nand more',
  '1. one\n2. two\n   - nested\n\n* star',
  '| a | b |\n|---|---|\n| 1 | 2 |',
  'def f(x):\n    return {"a": x}\n\nprint(f("b"))',
  '{\n  "name": "not a call",\n  "list": [1, 2, "three"]\n}',
  'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: bad',
  '```python\nprint("hi")\n```',
  'As in\n```\n<tool_call>\n{"name": "quoted", "arguments": {}}\n</tool_call>\n```\nthat is.',
  'Like so:\n```xml\n<think>not a thought</think>\n```',
  '# Heading\n\n> quoted\n\n---\n\nafter the rule',
];

/** JSON strings alone can hold these. */
const ODD = [
  'a lone \ud83d surrogate',
  'another \udc00 one',
  'a \u0000 and a \u0007 bell',
  '\u001b[31mred\u001b[0m',
];

const AROUND = ['\n', ' ', '\n\n', '\t', '\r\n', '  ', '\u00a0'];

/** Awkward text of one to three fragments that the place can carry. */
export function awkwardText(random: Random, style: TextStyle = {}): string {
  const pool = style.line ? LINES : [...LINES, ...BLOCKS, ...(style.plain ? [] : ODD)];
  for (let tries = 0; tries < 200; tries += 1) {
    const parts = Array.from({ length: random.int(1, 3) }, () => random.pick(pool));
    // A fence that closes is alone on its line.
    const isBlock = parts.some((part) => part.includes('\n'));
    const text = parts.join(
      random.pick(style.line ? [' ', '; '] : isBlock ? ['\n', '\n\n'] : [' ', '\n']),
    );
    if (style.avoid?.test(text)) continue;
    // Blanks beside a fence would make it none.
    const isTight = style.tight === true || style.line === true || text.includes('```');
    return isTight ? text.trim() : around(random, text);
  }
  return 'plain';
}

function around(random: Random, text: string): string {
  if (!random.chance(0.25)) return text;
  return random.pick(AROUND) + text + random.pick(AROUND);
}

/** As the parser trims: Unicode's blanks and the four separators of ASCII. */
export function trimmed(text: string): string {
  return text.replace(/^[\s\u001c-\u001f\u0085]+/, '').replace(/[\s\u001c-\u001f\u0085]+$/, '');
}
