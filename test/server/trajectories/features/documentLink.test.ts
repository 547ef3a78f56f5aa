import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { URI } from 'vscode-uri';
import { documentLink } from '../../../../server/src/trajectories/features/documentLink.ts';
import { TrackedDocument } from '../../../../server/src/trajectories/document/trackedDocument.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';
import { NEVER } from './cursor.ts';

/** `text -> target`, files from the folder of the document or of the workspace. */
async function links(text: string, name: string): Promise<string[]> {
  const root = temporaryFolder();
  const write = (file: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), '');
  };
  ['logs/shots/1.png', 'logs/2.jpg', 'src/main.ts', 'logs/n.png'].forEach(write);
  const uri = URI.file(path.join(root, 'logs', name)).toString();
  const document = new TrackedDocument(
    uri,
    'trajectory-text',
    { version: 1, text: text.replaceAll('ROOT', root) },
    { fileName: name },
  );
  const found = await documentLink(document, [root], NEVER);
  const relative = (target: string): string =>
    target.startsWith('file:') ? path.relative(root, URI.parse(target).fsPath) : target;
  return found!.map(
    ({ range, target }) =>
      `${document.getText(range).replace(root, 'ROOT')} -> ${relative(target!)}`,
  );
}

const said = (text: string): string => `Question: q\nThought: a\nAction: b\nObservation: ${text}\n`;

test.each([
  ['a screenshot beside the file', 'see shots/1.png', ['shots/1.png -> logs/shots/1.png']],
  ['a picture by its name alone', 'saved 2.jpg.', ['2.jpg -> logs/2.jpg']],
  ['a file of the workspace', 'in src/main.ts:12', ['src/main.ts -> src/main.ts']],
  ['with a dot before it', './shots/1.png', ['./shots/1.png -> logs/shots/1.png']],
  ['an absolute one', 'ROOT/src/main.ts', ['ROOT/src/main.ts -> src/main.ts']],
  ['as a URI', 'file://ROOT/logs/2.jpg', ['file://ROOT/logs/2.jpg -> logs/2.jpg']],
  ['what is not there', 'shots/9.png and other/main.ts', []],
  ['a word with a dot is no file', 'main.ts is fine', []],
  ['a folder is none', 'in logs/shots', []],
  [
    'an address, without the stop after it',
    'at https://example.org/a?b=1.',
    ['https://example.org/a?b=1 -> https://example.org/a?b=1'],
  ],
])('%s', async (_, text, expected) => {
  expect(await links(said(text), 'a.react')).toEqual(expected);
});

test('inside JSON, behind an escape', async () => {
  const content = 'look:\nn.png shots\\1.png';
  const record = {
    messages: [
      { role: 'user', content },
      { role: 'assistant', content: 'see "shots/1.png"' },
    ],
  };
  const found = await links(`${JSON.stringify(record)}\n{}\n`, 'a.jsonl');
  expect(found).toContain('n.png -> logs/n.png');
  expect(found).toContain('shots/1.png -> logs/shots/1.png');
});

test('one that was let go of has no answer', async () => {
  const document = new TrackedDocument(
    'file:///project/a.react',
    'trajectory-text',
    { version: 1, text: said('shots/1.png ').repeat(20_000) },
    { fileName: 'a.react' },
  );
  expect(await documentLink(document, [], { ...NEVER, isCancellationRequested: true })).toBeNull();
});
