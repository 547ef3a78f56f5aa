import { indexOpenRequest, type IndexState } from '@deepcoder/server-protocol';
import { expect, test } from 'vitest';
import type { ServerConnection } from '../../client/src/serverConnection.ts';
import { IndexedFile } from '../../client/src/views/indexedFile.ts';

const URI = 'file:///a.jsonl';

function stateOf(handle: number, bytes: number, uri = URI): IndexState {
  const known = { format: 'f', title: 't', reason: 'r', size: 100, records: 1 };
  const byKind = {} as IndexState['byKind'];
  return { ...known, handle, uri, bytes, complete: bytes === 100, byKind };
}

/** A server that has read nothing when it answers. */
function fakeServer() {
  const asked: string[] = [];
  let told: (state: IndexState) => void = () => undefined;
  let handle = 0;
  const server = {
    request: ({ method }: { method: string }) => {
      asked.push(method);
      return Promise.resolve(method === indexOpenRequest.method ? stateOf(++handle, 0) : null);
    },
    onNotification: (_: unknown, handler: (state: IndexState) => void) => {
      told = handler;
      return { dispose: () => (told = () => undefined) };
    },
  } as unknown as ServerConnection;
  return { server, asked, tell: (state: IndexState) => told(state) };
}

test('what is told before the page is there is not lost', async () => {
  const { server, tell } = fakeServer();
  const told: number[] = [];
  const file = new IndexedFile(server, URI, ({ bytes }) => told.push(bytes));
  tell(stateOf(1, 50));
  tell(stateOf(1, 100));
  tell(stateOf(2, 7, 'file:///b.jsonl'));
  expect(await file.open()).toMatchObject({ handle: 1, bytes: 100, complete: true });
  expect(told).toEqual([]);
});

test('what is told later goes on, of this index alone', async () => {
  const { server, tell, asked } = fakeServer();
  const told: number[] = [];
  const file = new IndexedFile(server, URI, ({ bytes }) => told.push(bytes));
  expect(await file.open()).toMatchObject({ handle: 1, bytes: 0 });
  tell(stateOf(1, 30));
  tell(stateOf(9, 40));
  expect(told).toEqual([30]);
  expect(await file.open()).toMatchObject({ handle: 2, bytes: 0 });
  file.dispose();
  tell(stateOf(2, 60));
  expect(told).toEqual([30]);
  expect(asked.filter((method) => method !== indexOpenRequest.method)).toHaveLength(2);
});
