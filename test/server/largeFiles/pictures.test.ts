import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse, spanText } from '@deepcoder/trajectory';
import {
  embeddedPictures,
  picturesIn,
  picturesOf,
} from '../../../server/src/largeFiles/pictures.ts';
import { checkoutRoot } from '../../../trainer/scripts/prepareCheckout.mjs';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const ICON = path.join(checkoutRoot, 'media/icon.png');
const PNG = readFileSync(ICON).toString('base64');
const JPEG = `/9j/${'A'.repeat(60)}==`;
const ONE_SPAN = [{ start: 0, end: 1 }];

/** What a page makes of it. */
function decoded(text: string, { from, length }: { from: number; length: number }): string {
  return text.slice(from, from + length).replaceAll('\\', '');
}

test.each([
  ['a data URL', { image_url: { url: `data:image/png;base64,${PNG}` } }, 'image/png', PNG],
  ['a field of its own', { source: { media_type: 'image/png', data: PNG } }, 'image/png', PNG],
  ['a JPEG', { file: { base64: JPEG } }, 'image/jpeg', JPEG],
])('a picture in the record: %s', (_, content, type, expected) => {
  const plain = JSON.stringify(content);
  const slashed = plain.replaceAll('/', '\\/');
  for (const text of [plain, slashed, JSON.stringify({ output: plain })]) {
    const found = embeddedPictures(text, ONE_SPAN);
    expect(found).toMatchObject([{ span: 0, type }]);
    expect(decoded(text, found[0]!)).toBe(expected);
  }
});

test('each stands under the span before it, once', () => {
  const text = JSON.stringify([{ call: 1 }, { data: PNG }, { result: 2 }, { again: PNG }, JPEG]);
  const at = (part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + 1 });
  const spans = [at('1'), at('2')];
  expect(embeddedPictures(text, spans).map(({ span, type }) => [span, type])).toEqual([
    [0, 'image/png'],
    [1, 'image/jpeg'],
  ]);
});

test('an attachment stands where it is shown, not where it is kept', () => {
  const name = '734b3dc396aa9924b5f2a48de42561d2';
  const text = JSON.stringify({ a: 1, image: `attachment://${name}`, b: 2, kept: { [name]: PNG } });
  const at = (part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + 1 });
  expect(embeddedPictures(text, [at('1'), at('2')])).toMatchObject([{ span: 0 }]);
});

test('pictures that the format tells stand with the text of their message', async () => {
  const folder = temporaryFolder();
  cpSync(ICON, path.join(folder, 'shot.png'));
  const parts = (...content: object[]) => ({ role: 'user', content });
  const image = (url: string) => ({ type: 'image_url', image_url: { url }, alt: 'what it shows' });
  const text = JSON.stringify({
    messages: [
      parts(image('shot.png'), { type: 'text', text: 'One.' }),
      { role: 'assistant', content: 'Two.' },
      parts({ type: 'text', text: 'Three.' }, image(`data:image/png;base64,${PNG}`)),
      parts({ type: 'text', text: 'Four.' }, image('https://a.example/x.png'), image('gone.png')),
      { role: 'assistant', content: 'Five.' },
    ],
  });
  const parsed = parse(text);
  const decoded = parsed.spans.map((_, i) => spanText(text, parsed, i));
  const found = await picturesOf({ text, parsed, decoded }, folder);
  const alt = 'what it shows';
  expect(found.images).toMatchObject([{ span: 0, path: 'shot.png', alt }]);
  expect(found.embedded).toMatchObject([{ span: 2, type: 'image/png', alt }]);
  expect(found.unseen).toEqual([
    { span: 3, address: 'https://a.example/x.png', isRemote: true },
    { span: 3, address: 'gone.png', isRemote: false },
  ]);
});

test('what is none is left alone', () => {
  for (const text of ['data:image/png;base64,{b64_img}', 'iVBORw0KGgo', 'R0lGOD is how GIFs begin'])
    expect(embeddedPictures(JSON.stringify({ text }), ONE_SPAN)).toEqual([]);
});

test('pictures beside the file are found by name', async () => {
  const folder = temporaryFolder();
  cpSync(ICON, path.join(folder, 'shot-2.png'));
  const found = await picturesIn(['nothing', 'see shot-2.png and gone.png'], folder);
  expect(found).toMatchObject([{ span: 1, path: 'shot-2.png' }]);
  expect(found[0]!.uri).toMatch(/^file:.*shot-2\.png$/);
});
