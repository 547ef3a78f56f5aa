import type { LanguageServer } from '../support/languageServer.ts';

interface About {
  uri: string;
  /** A request that could be made of the document. */
  method: string;
}

/** A message that no client should send; any answer will do, as long as there is one. */
type Malformed = (server: LanguageServer, about: About) => Promise<void>;

const request =
  (params: (about: About) => unknown): Malformed =>
  async ({ connection }, about) => {
    await connection.sendRequest(about.method, params(about)).catch(() => undefined);
  };

const notification =
  (method: string, params: unknown): Malformed =>
  async ({ connection }) => {
    await connection.sendNotification(method, params as object);
  };

const ELSEWHERE = 'file:///malformed.jsonl';
const HUGE = { line: 2 ** 40, character: -1 };

const opened = (item: unknown): Malformed =>
  notification('textDocument/didOpen', { textDocument: item });

const changed = (contentChanges: unknown): Malformed =>
  notification('textDocument/didChange', {
    textDocument: { uri: ELSEWHERE, version: 2 },
    contentChanges,
  });

export const MALFORMED: readonly Malformed[] = [
  request(() => ({})),
  request(() => ({ textDocument: null })),
  request(() => ({ textDocument: { uri: 5 } })),
  request(() => ({ textDocument: { uri: '%%%' }, uri: '%%%' })),
  request(({ uri }) => ({ textDocument: { uri }, uri, position: HUGE, range: null, positions: 1 })),
  request(({ uri }) => ({
    ...{ textDocument: { uri }, uri, position: { line: 'x' } },
    range: { start: HUGE, end: { line: NaN, character: 1 } },
  })),
  request(({ uri }) => ({ textDocument: { uri }, uri, offset: -5, by: 'nothing', context: null })),
  request(() => ({ textDocument: { uri: 'file:///never/opened' }, uri: 'file:///never/opened' })),
  opened(undefined),
  opened({}),
  opened({ uri: ELSEWHERE, languageId: 'jsonl', version: 1, text: 5 }),
  opened({ uri: ELSEWHERE, languageId: null, version: 'x', text: '{}' }),
  changed(null),
  changed([{ text: null }]),
  changed([{ range: { start: HUGE, end: { line: 0, character: 0 } }, text: 'x' }]),
  notification('textDocument/didClose', { textDocument: { uri: ELSEWHERE } }),
  notification('textDocument/didClose', {}),
  notification('workspace/didChangeConfiguration', { settings: 5 }),
  notification('workspace/didChangeWatchedFiles', { changes: [{ uri: 7, type: 'x' }] }),
  notification('$/cancelRequest', { id: {} }),
  notification('deepcoder/nothingOfTheKind', { x: 1 }),
  async ({ connection }) => {
    await connection.sendRequest('deepcoder/noSuchRequest', {}).catch(() => undefined);
  },
];
