import {
  applyEdits,
  editFile,
  parse,
  parsedOf,
  textOf,
  trackFile,
  type Parsed,
  type TrackedFile,
} from '@deepcoder/trajectory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixtureFiles } from '../fixtureFiles.ts';

const SNIPPETS = [
  '',
  '\n',
  '\r',
  '\r\n',
  '{',
  '}',
  '"',
  'Thought: x\n',
  'Question: q\n',
  '---\n',
  '> look\n',
  '<think>',
  '<|im_start|>system\n',
  '<|im_start|>user\nhi<|im_end|>\n',
  '😀',
  '{"role":"user","content":"hi"}\n',
];

/** With the messages in place, for comparison. */
function plain(parsed: Parsed): Parsed {
  return { ...parsed, trajectories: parsed.trajectories };
}

function blocksOf({ chunks }: TrackedFile): readonly object[] {
  return chunks.flatMap(({ blocks }) => blocks);
}

describe('editing a tracked file', () => {
  test.each(fixtureFiles)('$format/$name: as parsing the new text', ({ name, text }) => {
    const twice = text.endsWith('\n') && !text.startsWith('[') ? text + text : text;
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.constantFrom(0, 0, 0, 1, 5, 80),
      newText: fc.constantFrom(...SNIPPETS),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        let now = twice;
        let file = trackFile(now, { fileName: name });
        for (const { at, length, newText } of edits) {
          const start = Math.floor(at * now.length);
          const change = { start, end: Math.min(now.length, start + length), newText };
          now = applyEdits(now, [change]);
          file = editFile(file, [change]);
          expect(textOf(file)).toBe(now);
          expect(plain(parsedOf(file))).toEqual(plain(parse(now, { fileName: name })));
        }
      }),
      { seed: 5, numRuns: 12 },
    );
  });

  test('of a dump of ChatML records the edited one and its neighbours are read again', () => {
    const record =
      '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n';
    const file = trackFile(record.repeat(9));
    const kept = new Set(blocksOf(file));
    expect(kept.size).toBe(9);
    const start = 2 * record.length + record.indexOf('Hello');
    const edited = editFile(file, [{ start, end: start, newText: '<think>x</think>' }]);
    expect(blocksOf(edited).filter((block) => !kept.has(block))).toHaveLength(3);
    expect(plain(parsedOf(edited))).toEqual(plain(parse(textOf(edited))));
  });

  describe('a file of one JSON value', () => {
    const long = fixtureFiles.flatMap((file) => {
      const value = longer(file.text);
      if (value === null) return [];
      return [0, 2].map((indent) => ({
        ...file,
        indent,
        text: JSON.stringify(value, null, indent),
      }));
    });
    const byItem = long.filter(
      ({ name, text }) => trackFile(text, { fileName: name }).cut === 'items',
    );

    test('is cut at its items in the formats that have a list of messages, steps, events or records', () => {
      expect([...new Set(byItem.map(({ format }) => format))]).toMatchInlineSnapshot(`
        [
          "adp",
          "agent_instruct",
          "agentnet_cua",
          "alfworld_text",
          "amp_thread",
          "anthropic_blocks",
          "autogen_multiagent",
          "browser_use",
          "continue_session",
          "copilot_chat",
          "gemini_contents",
          "goose_session",
          "message_log",
          "mini_swe_agent",
          "openai_chat",
          "opencode",
          "openhands_events",
          "sharegpt",
          "smolagents_steps",
          "tau2_ticks",
          "trae_agent",
          "zed_thread",
        ]
      `);
    });

    test.each(byItem)(
      '$format/$name, indent $indent: as parsing the new text',
      ({ name, text }) => {
        const options = { fileName: name };
        const edit = fc.record({
          at: fc.double({ min: 0, max: 1, noNaN: true }),
          length: fc.constantFrom(0, 0, 0, 1, 5, 80),
          newText: fc.constantFrom(...SNIPPETS, 'x', ' ', '<think>', '\\n', '\\', ','),
        });
        fc.assert(
          fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
            let now = text;
            let file = trackFile(now, options);
            for (const { at, length, newText } of edits) {
              const start = Math.floor(at * now.length);
              const change = { start, end: Math.min(now.length, start + length), newText };
              now = applyEdits(now, [change]);
              file = editFile(file, [change]);
              expect(plain(parsedOf(file))).toEqual(plain(parse(now, options)));
            }
          }),
          { seed: 6, numRuns: 10 },
        );
      },
    );

    test.each(byItem)(
      '$format/$name, indent $indent: an edit reads the item alone',
      ({ name, text }) => {
        const options = { fileName: name };
        const file = trackFile(text, options);
        const blocks = file.chunks.flatMap((chunk) => chunk.blocks);
        const kept = new Set(blocks);
        const nth = blocks.length >> 1;
        const start = blocks.slice(0, nth).reduce((sum, block) => sum + block.text.length, 0);
        const end = start + blocks[nth]!.text.indexOf('{') + 1;
        const edited = editFile(file, [{ start: end, end, newText: '"added": 1,' }]);
        const fresh = edited.chunks
          .flatMap((chunk) => chunk.blocks)
          .filter((one) => !kept.has(one));
        expect(fresh.length).toBe(1);
        expect(plain(parsedOf(edited))).toEqual(plain(parse(textOf(edited), options)));
      },
    );
  });

  test('what detection samples counts wherever it stands', () => {
    const long = `{"role":"user","content":"${'x'.repeat(100_000)}"}\n\n\n`;
    const text = long.repeat(4);
    const at = text.lastIndexOf('"x');
    const edit = { start: at, end: text.length, newText: '[{"type":"thinking"}]}\n' };
    const edited = editFile(trackFile(text), [edit]);
    expect(edited.verdict.format).toBe('anthropic_blocks');
    expect(edited.verdict).toMatchObject({ reason: parse(applyEdits(text, [edit])).reason });
  });

  test('a line that tips the survey of lines counts, far behind the samples', () => {
    const record = '{"role":"assistant","content":"<think>a</think>b"}\n';
    // Records are just twice as many as what is none: one more of that, and the file is a text.
    const text = `cut\n${'cut\n'.repeat(19)}${record.repeat(40)}`;
    const start = text.length - record.length + 1;
    const edited = editFile(trackFile(text), [{ start, end: start, newText: '|' }]);
    expect(plain(parsedOf(edited))).toEqual(plain(parse(textOf(edited))));
    expect(parse(textOf(edited)).format).not.toBe(parse(text).format);
  });

  const claude = (more: object): string =>
    [
      { type: 'user', message: { role: 'user', content: 'q' }, uuid: 'u', parentUuid: null },
      {
        type: 'assistant',
        message: { role: 'assistant', content: 'a' },
        uuid: 'v',
        parentUuid: 'u',
      },
    ]
      .map((event) => `${JSON.stringify({ ...event, ...more })}\n`)
      .join('');
  test.each([
    ['a nameless side chain', 'u', claude({ isSidechain: true, sessionId: 's' })],
    ['a session without a name', 'u', claude({})],
    [
      'a session without its header',
      'm',
      '{"type":"message","id":"m","message":{"role":"assistant","content":"a"}}\n{"type":"session","id":"s"}\n',
    ],
  ])('%s has the id that the whole has', (_, id, text) => {
    const options = { format: text.includes('uuid') ? 'claude_code' : 'pi_session' };
    expect(parsedOf(trackFile(text, options)).trajectories[0]!.id).toBe(id);
    expect(parse(text, options).trajectories[0]!.id).toBe(id);
  });

  test('several edits at once are of the text before them', () => {
    const text = 'Question: a\nThought: b\nAction: c\nQuestion: d\nThought: e\n';
    const edits = [
      { start: 10, end: 11, newText: 'long' },
      { start: text.length - 2, end: text.length - 1, newText: 'E' },
    ];
    const file = editFile(trackFile(text), edits);
    expect(textOf(file)).toBe('Question: long\nThought: b\nAction: c\nQuestion: d\nThought: E\n');
  });

  test('reads only blocks around the edit', () => {
    const text = 'Question: a\nThought: b\nAction: c\nObservation: d\n'.repeat(2000);
    const file = trackFile(text);
    const edited = editFile(file, [
      { start: text.length >> 1, end: text.length >> 1, newText: 'x' },
    ]);
    const before = new Set(file.chunks.flatMap((chunk) => chunk.blocks));
    const after = edited.chunks.flatMap((chunk) => chunk.blocks);
    expect(after.filter((block) => !before.has(block)).length).toBeLessThanOrEqual(4);
  });
});

/** The value with its list over and over, so that most of it lies behind what detection looks at. */
function longer(text: string): unknown {
  const value = firstValue(text);
  if (Array.isArray(value)) return repeated(value);
  if (typeof value !== 'object' || value === null) return null;
  const lists = Object.entries(value).filter(
    ([, member]) => Array.isArray(member) && typeof member[0] === 'object',
  ) as [string, unknown[]][];
  return lists.length === 0
    ? null
    : { ...value, ...Object.fromEntries(lists.map(([key, list]) => [key, repeated(list)])) };
}

function repeated(list: unknown[]): unknown[] {
  return Array.from({ length: 60 }, () => list)
    .flat()
    .slice(0, Math.max(60, list.length));
}

/** The file's value, or that of its first line. */
function firstValue(text: string): unknown {
  for (const candidate of [text, text.split('\n', 1)[0]!]) {
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      // Not that one.
    }
  }
  return null;
}
