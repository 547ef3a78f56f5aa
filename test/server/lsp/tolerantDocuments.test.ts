import { expect, test } from 'vitest';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { tolerantDocuments } from '../../../server/src/lsp/tolerantDocuments.ts';

const START = { line: 0, character: 0 };

test.each([
  ['no list', null],
  ['no text', [{ text: null }]],
  ['a range that is none', [{ text: 'x', range: null }]],
  [
    'a line that no text has',
    [{ text: 'x', range: { start: START, end: { line: -1, character: 0 } } }],
  ],
  [
    'one that is sound before one that is not',
    [{ text: 'x', range: { start: START, end: START } }, {}],
  ],
])('a change with %s is told and left out', (_, changes) => {
  const told: string[] = [];
  const documents = tolerantDocuments(TextDocument, (message) => told.push(message));
  const document = documents.create('file:///a.jsonl', 'jsonl', 1, '{}');
  const changed = documents.update(document, changes as TextDocumentContentChangeEvent[], 2);
  expect(changed.getText()).toBe('{}');
  expect(told).toHaveLength(1);
});
