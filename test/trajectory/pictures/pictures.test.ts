import { describe, expect, test } from 'vitest';
import { missingPictures, parse, pictureAddress, type Parsed } from '@deepcoder/trajectory';

const DATA = `iVBORw0KGgo${'A'.repeat(60)}`;
const URL = `data:image/png;base64,${DATA}`;
const ask = { role: 'user', content: 'Book a table.' };
const act = {
  role: 'assistant',
  content: '',
  tool_calls: [{ id: 'a', function: { name: 'click', arguments: '{}' } }],
};

/** Each message with its pieces and pictures in order; data as `data`. */
function outline(text: string, parsed: Parsed = parse(text)): string[] {
  return parsed.trajectories.flatMap(({ messages }) =>
    messages.map((message) => {
      const shown = (before: number): string[] =>
        (message.pictures ?? [])
          .filter((one) => one.before === before)
          .map(({ picture }) => `[${address(text, parsed, picture)}]`);
      const pieces = message.pieces.flatMap((piece, i) => [...shown(i), piece.text]);
      return [`${message.role}:`, ...pieces, ...shown(message.pieces.length)].join(' ');
    }),
  );
}

function address(text: string, { pictures }: Parsed, index: number): string {
  const { kind, step, picture } = pictures[index]!;
  return `${pictureAddress(text, picture).replace(URL, 'data')} ${kind} ${step}`;
}

const chat = (...messages: object[]): string => JSON.stringify({ messages });
const lines = (...records: object[]): string =>
  records.map((one) => `${JSON.stringify(one)}\n`).join('');
const userParts = (...content: object[]): object => ({ role: 'user', content });
const says = (text: string): object => ({ type: 'text', text });
const answers = { role: 'assistant', content: 'Done.' };

const CASES: [name: string, text: string, wanted: string[]][] = [
  [
    'OpenAI: an address before the text',
    chat(
      userParts(
        { type: 'image_url', image_url: { url: 'https://a.example/1.png' } },
        says('What?'),
      ),
      answers,
    ),
    ['user: [https://a.example/1.png task 0] What?', 'assistant: Done.'],
  ],
  [
    'OpenAI: data behind the text, as a string',
    chat(userParts(says('What?'), { type: 'image_url', image_url: URL }), answers),
    ['user: What? [data task 0]', 'assistant: Done.'],
  ],
  [
    'a screen in a message of its own, after a turn',
    chat(ask, answers, userParts({ type: 'image_url', image_url: { url: URL } }), answers),
    ['user: Book a table.', 'assistant: Done.', 'user: [data observation 1]', 'assistant: Done.'],
  ],
  [
    'a result with a picture alone',
    chat(
      ask,
      act,
      {
        role: 'tool',
        tool_call_id: 'a',
        content: [{ type: 'image_url', image_url: { url: URL } }],
      },
      answers,
    ),
    ['user: Book a table.', 'assistant:', 'tool: [data observation 1]', 'assistant: Done.'],
  ],
  [
    'MCP: a result with data beside text',
    chat(
      ask,
      act,
      {
        role: 'tool',
        tool_call_id: 'a',
        content: [says('ok'), { type: 'image', data: DATA, mimeType: 'image/png' }],
      },
      answers,
    ),
    ['user: Book a table.', 'assistant:', 'tool: ok [data observation 1]', 'assistant: Done.'],
  ],
  [
    'Anthropic: in a result, and by address',
    chat(
      userParts(says('Look.'), {
        type: 'image',
        source: { type: 'url', url: 'https://a.example/2.png' },
      }),
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'tool_use', id: 't', name: 'shot', input: {} },
        ],
      },
      userParts({
        type: 'tool_result',
        tool_use_id: 't',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: DATA } },
        ],
      }),
    ),
    ['user: Look. [https://a.example/2.png task 0]', 'assistant: hm', 'tool: [data observation 1]'],
  ],
  [
    "Claude Code's copy counts once",
    lines(
      { parentUuid: null, uuid: 'a', sessionId: 's', type: 'user', message: ask },
      {
        parentUuid: 'a',
        uuid: 'b',
        sessionId: 's',
        type: 'assistant',
        message: {
          id: 'm',
          role: 'assistant',
          content: [{ type: 'tool_use', id: 't', name: 'Read', input: {} }],
        },
      },
      {
        parentUuid: 'b',
        uuid: 'c',
        sessionId: 's',
        type: 'user',
        message: userParts({
          type: 'tool_result',
          tool_use_id: 't',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: DATA } },
          ],
        }),
        toolUseResult: { type: 'image', file: { base64: DATA, type: 'image/png' } },
      },
    ),
    ['user: Book a table.', 'assistant:', 'tool: [data observation 1]'],
  ],
  [
    "Responses: a computer's screen",
    JSON.stringify({
      input: [
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'Go.' },
            { type: 'input_image', image_url: URL },
          ],
        },
        { type: 'computer_call', call_id: 'c', action: { type: 'screenshot' } },
        {
          type: 'computer_call_output',
          call_id: 'c',
          output: { type: 'computer_screenshot', image_url: URL },
        },
      ],
    }),
    ['user: Go. [data task 0]', 'assistant:', 'tool: [data observation 1]'],
  ],
  [
    'Gemini: data and a file, in snake case too',
    JSON.stringify({
      contents: [
        {
          role: 'user',
          parts: [{ inline_data: { mime_type: 'image/png', data: DATA } }, { text: 'What?' }],
        },
        { role: 'model', parts: [{ functionCall: { name: 'look', args: {} } }] },
        {
          role: 'user',
          parts: [
            { functionResponse: { name: 'look', response: { ok: 1 } } },
            { fileData: { mimeType: 'image/png', fileUri: 'gs://b/3.png' } },
          ],
        },
      ],
    }),
    ['user: [data task 0] What?', 'assistant:', 'tool: {"ok":1} [gs://b/3.png observation 1]'],
  ],
  [
    'AgentNet: the screen before its action',
    JSON.stringify({
      task_id: 't',
      instruction: 'Do it.',
      traj: [
        { image: 'a.png', value: { code: 'click()', thought: 'I see.' } },
        { image: 'b.png', value: { code: 'end()' } },
      ],
    }),
    [
      'user: Do it.',
      'tool: [a.png observation 1]',
      'assistant: I see. click()',
      'tool: [b.png observation 2]',
      'assistant: end()',
    ],
  ],
  [
    'OSWorld: the screen after its action, two actions of one answer',
    lines(
      { step_num: 1, action: 'a()', response: 'Both.', screenshot_file: '1.png' },
      { step_num: 1, action: 'b()', response: 'Both.', screenshot_file: '2.png' },
      { step_num: 2, action: 'c()', response: 'Next.', screenshot_file: '3.png' },
    ),
    [
      'assistant: Both. a() b()',
      'tool: [1.png observation 1]',
      'tool: [2.png observation 1]',
      'assistant: Next. c()',
      'tool: [3.png observation 2]',
    ],
  ],
  [
    'UI-TARS and ShowUI: the screen of a step before it',
    JSON.stringify({
      task: 'Do it.',
      steps: [
        { img_url: 'a.png', thought: 'I see.', action: 'click(start=(1, 2))' },
        { img_url: 'b.png', thought: 'Done.', action: 'finished()' },
      ],
    }),
    [
      'user: Do it.',
      'tool: [a.png observation 1]',
      'assistant: I see. click(start=(1, 2))',
      'tool: [b.png observation 2]',
      'assistant: Done. finished()',
    ],
  ],
  [
    'WebVoyager: the name of a variable',
    chat(
      ask,
      answers,
      userParts(says('Observation: a screen'), {
        type: 'image_url',
        image_url: { url: 'data:image/png;base64,{b64_img}' },
      }),
      answers,
    ),
    [
      'user: Book a table.',
      'assistant: Done.',
      'tool: a screen [screenshot2.png observation 1]',
      'assistant: Done.',
    ],
  ],
  [
    'LLaMA-Factory: tags in texts, pictures in a list',
    JSON.stringify({
      conversations: [
        { from: 'human', value: '<image>Which is <image> red?' },
        { from: 'gpt', value: 'The first.' },
      ],
      images: ['1.jpg', '2.jpg'],
    }),
    ['user: [1.jpg task 0] Which is [2.jpg task 0] red?', 'assistant: The first.'],
  ],
  [
    'ms-swift: no tags, so before the first question',
    JSON.stringify({ messages: [ask, answers], images: ['1.jpg'] }),
    ['user: [1.jpg task 0] Book a table.', 'assistant: Done.'],
  ],
  [
    'TRL: parts that only say where, bytes as Parquet gives them',
    JSON.stringify({
      messages: [userParts({ type: 'image' }, says('What?')), answers],
      images: [{ bytes: DATA, path: null }],
    }),
    ['user: [data task 0] What?', 'assistant: Done.'],
  ],
  [
    'a tag without a list stays text',
    chat({ role: 'user', content: 'Write <image> here.' }, answers),
    ['user: Write <image> here.', 'assistant: Done.'],
  ],
];

test.each(CASES)('%s', (_, text, wanted) => {
  expect(outline(text)).toEqual(wanted);
});

test('an attachment is found in its sample', () => {
  const sample = {
    id: 1,
    epoch: 1,
    target: '',
    messages: [userParts(says('What?'), { type: 'image', image: 'attachment://abc' }), answers],
    attachments: { abc: URL },
  };
  const text = JSON.stringify({ eval: { task: 't' }, samples: [sample] });
  expect(outline(text)).toEqual(['user: What? [data task 0]', 'assistant: Done.']);
  expect(parse(text).pictures[0]!.picture.source).toMatchObject({ attachment: 'abc' });
});

describe('problems', () => {
  const listed = (value: string, images: string[]): string =>
    JSON.stringify({ messages: [{ role: 'user', content: value }, answers], images });
  const shown = (url: string): string =>
    chat(userParts({ type: 'image_url', image_url: { url } }), answers);

  test.each([
    ['fewer pictures than tags', listed('<image> <image>', ['1.png']), 'picture-count'],
    ['more pictures than tags', listed('<image>', ['1.png', '2.png']), 'picture-count'],
    ['a type that cannot be read', shown('data:image/svg+xml;base64,PHN2Zy8+'), 'picture-type'],
    ['a file of such a type', shown('drawing.tiff'), 'picture-type'],
    ['no base64', shown('data:image/png;base64,[cut]'), 'picture-broken'],
    ['too large', shown(`data:image/png;base64,${'A'.repeat(27_000_000)}`), 'picture-too-large'],
  ])('%s', (_, text, code) => {
    expect(parse(text).problems.map((one) => one.code)).toEqual([code]);
  });

  test('tags beyond the list stay text', () => {
    expect(outline(listed('<image> a <image> b', ['1.png']))[0]).toBe(
      'user: [1.png task 0] a <image> b',
    );
  });

  test('files that are not there', async () => {
    const parsed = parse(listed('<image><image><image>', ['a.png', 'b.png', 'a.png']));
    const missing = await missingPictures(parsed, (path) => Promise.resolve(path === 'b.png'));
    expect(missing.map(({ code, start }) => [code, start])).toEqual([
      ['picture-missing', parsed.pictures[0]!.start],
      ['picture-missing', parsed.pictures[2]!.start],
    ]);
  });
});
