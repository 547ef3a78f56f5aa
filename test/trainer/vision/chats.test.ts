import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openTokenizer } from '../../../trainer/src/data/openTokenizer.ts';
import { encodeContext } from '../../../trainer/src/data/encode/encodeContext.ts';
import { encodeDocument } from '../../../trainer/src/data/encode/encodeDocument.ts';
import type { EncodeSettings } from '../../../trainer/src/data/encode/encodeContext.ts';
import type { PictureSettings } from '../../../trainer/src/vision/pictureSettings.ts';
import { GOLDENS } from '../../reference/goldens.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

// Goldens of test/reference/vision_golden.py: what Idefics3Processor makes of these chats.
const FOLDER = path.join(GOLDENS, 'vision', 'chats');
interface Chat {
  name: string;
  split: boolean;
  messages: { content: { type: string; text?: string; path?: string }[] }[];
  ids: number[];
}
const CHATS = JSON.parse(readFileSync(path.join(FOLDER, 'chats.json'), 'utf8')) as Chat[];
const tokenizer = await openTokenizer(FOLDER);
const imageTokenId = tokenizer.idOf('<image>')!;
const WEIGHTS = { reasoning: 1, action: 1, observation: 0, other: 0, labels: 1 };

function settings(more: Partial<PictureSettings> & { split?: boolean } = {}): EncodeSettings {
  const { split = false, ...rest } = more;
  const half = [0.5, 0.5, 0.5];
  return {
    ...{ render: 'chat', samples: 'whole', reasoningHistory: 'auto', maxLength: 4096 },
    ...{ truncate: 'error', trainOn: 'all', maskToolArguments: false, maskSteps: [] },
    answerAs: 'action',
    vision: {
      processor: { longestEdge: 32, tileEdge: 16, split, filter: 'lanczos', mean: half, std: half },
      marks: {
        ...{ fake: '<fake_token_around_image>', image: '<image>', global: '<global-img>' },
        tileTokens: 4,
      },
      imageTokenId,
      maxPictures: null,
      unreadable: 'drop',
      store: temporaryFolder(),
      ...rest,
    },
  };
}

async function encoded(messages: unknown, own: EncodeSettings) {
  const context = encodeContext(tokenizer, {
    settings: own,
    weights: WEIGHTS,
    now: () => 0,
  });
  const document = {
    ...{ source: 'log.json', id: null, text: JSON.stringify({ messages }), folder: FOLDER },
    ...{
      problems: [],
      fileName: 'log.json',
      format: 'openai_chat',
      rules: null,
      annotations: null,
    },
  };
  return encodeDocument(document, context);
}

test.each(CHATS)('$name, split: $split: the ids of the processor', async (chat) => {
  const { samples, rejected } = await encoded(chat.messages, settings({ split: chat.split }));
  expect(rejected).toEqual([]);
  const [sample] = samples;
  const own = [...sample!.ids];
  // A sample ends with its last token that is learnt.
  expect(own).toEqual(chat.ids.slice(0, own.length));
  expect(await tokenizer.decode(chat.ids.slice(own.length))).toBe('\n');
  const { rows, shown } = sample!.pictures!;
  const expected = chat.messages.flatMap(({ content }) => content.filter((part) => part.path));
  expect(shown.map(({ file }) => path.basename(file))).toEqual(
    expected.map((part) => path.basename(part.path!)),
  );
  let next = 0;
  expect([...rows]).toEqual(own.map((id) => (id === imageTokenId ? next++ : -1)));
  expect(next).toBe(shown.reduce((sum, one) => sum + one.rows, 0));
  expect(sample!.kinds.some((kind, at) => kind > 0 && rows[at]! >= 0 && kind < 3)).toBe(false);
});

const several = CHATS.find(({ name, split }) => name === 'several' && !split)!;

test('only the last pictures are shown, and a note says so', async () => {
  const { samples, notes } = await encoded(several.messages, settings({ maxPictures: 1 }));
  expect(samples[0]!.pictures!.shown.map(({ file }) => path.basename(file))).toEqual([
    'picture-turned.jpg',
  ]);
  expect(notes.map(({ code }) => code)).toContain('pictures-left-out');
});

test('a student that does not see reads the texts', async () => {
  const { samples, notes } = await encoded(several.messages, { ...settings(), vision: null });
  expect(samples[0]!.pictures).toBeUndefined();
  expect([...samples[0]!.ids]).not.toContain(imageTokenId);
  expect(notes.map(({ code }) => code)).toContain('pictures-left-out');
});

test('a literal <image> stands for no picture', async () => {
  const messages = [
    {
      role: 'user',
      content: [{ type: 'text', text: 'Is <image> a tag?' }, several.messages[1]!.content[1]],
    },
    { role: 'assistant', content: 'Yes, <image> is.' },
  ];
  const { samples } = await encoded(messages, settings());
  const { ids, pictures } = samples[0]!;
  expect(ids.filter((id) => id === imageTokenId)).toHaveLength(4);
  expect(pictures!.rows.filter((row) => row >= 0)).toHaveLength(4);
  expect(await tokenizer.decode([...ids])).toContain('Is < image> a tag?');
});

test('data in the file is kept by its hash', async () => {
  const bytes = readFileSync(path.join(FOLDER, '../picture-rgb.png'));
  const url = `data:image/png;base64,${bytes.toString('base64')}`;
  const messages = [
    { role: 'user', content: [{ type: 'image_url', image_url: { url } }] },
    { role: 'assistant', content: 'Seen.' },
  ];
  const own = settings();
  const { samples } = await encoded(messages, own);
  const [stored] = samples[0]!.pictures!.shown;
  expect(path.dirname(stored!.file)).toBe(own.vision!.store);
  expect(readFileSync(stored!.file)).toEqual(bytes);
});

test.each([
  ['gone.png', 'cannot be read'],
  ['https://a.example/1.png', 'addresses are not fetched'],
])('a record with %s is left out by name', async (url, why) => {
  const messages = [
    { role: 'user', content: [{ type: 'image_url', image_url: { url } }] },
    { role: 'assistant', content: 'Seen.' },
  ];
  const { samples, rejected } = await encoded(messages, settings());
  expect(samples).toEqual([]);
  expect(rejected).toMatchObject([{ code: 'picture-unreadable' }]);
  expect(rejected[0]!.message).toContain(why);
});
