import { expect, test } from 'vitest';
import {
  convert,
  parse,
  pictureAddress,
  type ConvertTarget,
  type Parsed,
} from '@deepcoder/trajectory';

const DATA = `data:image/png;base64,iVBORw0KGgo${'A'.repeat(60)}`;

const image = (url: string): object => ({ type: 'image_url', image_url: { url } });
const LOG = JSON.stringify({
  messages: [
    { role: 'user', content: [image('1.png'), { type: 'text', text: 'What?' }, image(DATA)] },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'look', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'a', content: [image('https://a.example/2.png')] },
    { role: 'assistant', content: 'Nothing.' },
  ],
});

function shown(text: string, parsed: Parsed): string[] {
  return parsed.pictures.map(
    ({ kind, step, picture }) => `${step} ${kind} ${pictureAddress(text, picture)}`,
  );
}

test.each<ConvertTarget>(['chat', 'sharegpt', 'atif'])(
  '%s keeps pictures in their places',
  (to) => {
    const { text, problems } = convert(parse(LOG), to, LOG);
    const read = parse(text);
    expect(problems.filter(({ message }) => message.includes('icture'))).toEqual([]);
    expect(shown(text, read)).toEqual(shown(LOG, parse(LOG)));
    const first = read.trajectories[0]!.messages.find(({ role }) => role === 'user')!;
    expect(first.pictures!.map(({ before }) => before)).toEqual([0, 1]);
  },
);

test.each<ConvertTarget>(['react', 'adp'])('%s says that it leaves them out', (to) => {
  const { text, problems } = convert(parse(LOG), to, LOG);
  expect(text).not.toContain('.png');
  expect(problems.map(({ message }) => message)).toContain(
    'There is no place for pictures here; they are left out.',
  );
});

test('ShareGPT warns of a tag that is only text', () => {
  const log = LOG.replace('Nothing.', 'An <image> tag.');
  const codes = convert(parse(log), 'sharegpt', log).problems.map(({ code }) => code);
  expect(codes).toContain('ambiguous-text');
});
