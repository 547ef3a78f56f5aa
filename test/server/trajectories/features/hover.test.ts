import { describe, expect, test } from 'vitest';
import type { MarkupContent } from 'vscode-languageserver';
import { hover } from '../../../../server/src/trajectories/features/hover.ts';
import { inlayHint } from '../../../../server/src/trajectories/features/inlayHint.ts';
import { plainColours } from '../../../../server/src/trajectories/features/plainColours.ts';
import { NEVER, open } from './cursor.ts';

const UNKNOWN = () => ({ tokens: null, weight: null, why: null, unknown: null });

function hoverText(marked: string, name: string, facts = UNKNOWN as never): string {
  const { document, position } = open(marked, { name });
  const found = hover(document, position, facts);
  return found ? (found.contents as MarkupContent).value : '';
}

const CHAT =
  '{"id":"r","messages":[{"role":"user","content":"a\\n`b`"},{"role":"assistant","content":null,"tool_calls":[{"id":"1","function":{"name":"ls","arguments":"{\\"a\\":[1]}"}}]},{"role":"tool","tool_call_id":"1","content":"ok"}]}\n{}\n';

describe('hover', () => {
  test('kind, step, why, size, decoded text with the raw behind it', () => {
    expect(hoverText(CHAT.replace('{\\"a', '{‸\\"a'), 'a.jsonl')).toMatchInlineSnapshot(`
      "**action** · step 1 · trajectory 1 (\`r\`)

      arguments of a call in \`openai_chat\` (\`messages[]\` with roles)  
      9 characters

      Result: [ok](file:///project/a.jsonl#L1,216)

      \`\`\`json
      {
        "a": [
          1
        ]
      }
      \`\`\`

      ---

      Raw:

      \`\`\`
      {\\"a\\":[1]}
      \`\`\`"
    `);
  });

  test('a result tells its call', () => {
    expect(hoverText(CHAT.replace('"ok"', '"o‸k"'), 'a.jsonl')).toContain('Call: [ls](');
  });

  test('backticks in the text do not end its block', () => {
    expect(hoverText(CHAT.replace('"a\\n', '"‸a\\n'), 'a.jsonl')).toContain('```\na\n`b`\n```');
  });

  test('tokens and weight where they are known', () => {
    const facts = (() => ({ tokens: 1234, weight: 0, why: 'masked: tool_error' })) as never;
    expect(hoverText('Thought: h‸i\nAction: go\n', 'a.react', facts)).toContain(
      '2 characters · 1,234 tokens · masked: tool_error',
    );
  });

  test.each(['‸Thought: a\nAction: b\n', '‸{"a": 1}'])('nothing at %j', (marked) => {
    expect(hoverText(marked, 'a.txt')).toBe('');
  });

  test('of a long session the step is counted from its beginning', () => {
    const line = (i: number): string =>
      `{"type":"assistant","uuid":"u${i}","parentUuid":null,"sessionId":"s","message":{"id":"m${i}","role":"assistant","content":[{"type":"text","text":"turn ${i} ${'x'.repeat(6000)}"}]}}\n`;
    const text = Array.from({ length: 400 }, (_, i) => line(i + 1)).join('');
    expect(hoverText(text.replace('turn 300', 'tu‸rn 300'), 'a.jsonl')).toContain('step 300 ·');
  });
});

describe('pictures', () => {
  const DATA = `iVBORw0KGgo${'A'.repeat(60)}`;
  const log = (url: string): string =>
    `${JSON.stringify({
      messages: [
        { role: 'user', content: [{ type: 'image_url', image_url: { url }, alt: 'a [map]' }] },
        { role: 'assistant', content: 'Done.' },
      ],
    })}\n`;

  test.each([
    [
      'data',
      `data:image/png;base64,${DATA}`,
      `![a  map ](data:image/png;base64,${DATA}|width=480)`,
    ],
    ['a file', 'shots/1.png', '![a  map ](file:///project/shots/1.png|width=480)'],
    ['an address', 'https://a.example/1.png', 'it is not fetched'],
    ['large data', `data:image/png;base64,${DATA}${'A'.repeat(100_000)}`, 'too large for a hover'],
  ])('%s', (_, url, wanted) => {
    const text = log(url).replace(`"url":"${url.slice(0, 4)}`, `"url":"${url.slice(0, 4)}‸`);
    expect(hoverText(text, 'a.jsonl')).toContain(wanted);
    expect(hoverText(text, 'a.jsonl')).toContain('**task** · before the first step');
  });

  test('are told in hints', async () => {
    const { document } = open(log('shots/1.png'), { name: 'a.jsonl' });
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 999 } };
    const options = { range, tokens: true, weight: false, facts: UNKNOWN as never };
    const found = await inlayHint(document, options, NEVER);
    expect(found!.map(({ label }) => label)).toContain('▣ PNG shots/1.png');
  });
});

test('colours become words', () => {
  const escape = String.fromCharCode(27);
  expect(plainColours(`${escape}[1;31mred${escape}[0m ${escape}[94mb`)).toBe(
    '⟨bold red⟩red⟨/⟩ ⟨bright blue⟩b',
  );
});

describe('inlay hints', () => {
  const hints = async (options: { tokens: boolean; weight: boolean }, facts = UNKNOWN as never) => {
    const { document } = open('Thought: hi\nAction: go\n');
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 99 } };
    const found = await inlayHint(document, { range, ...options, facts }, NEVER);
    return found!.map(({ label }) => label);
  };

  test.each([
    [{ tokens: true, weight: false }, ['2 ch']],
    [{ tokens: false, weight: true }, []],
    [{ tokens: false, weight: false }, []],
  ])('%j', async (options, labels) => {
    expect(await hints(options)).toEqual(labels);
  });

  test('with a tokenizer and a config', async () => {
    const facts = (() => ({ tokens: 3, weight: 0.5 })) as never;
    expect(await hints({ tokens: true, weight: true }, facts)).toEqual(['3 tok ×0.5']);
  });
});
