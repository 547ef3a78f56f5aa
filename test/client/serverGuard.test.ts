import { once } from 'node:events';
import { beforeAll, expect, test } from 'vitest';
import { guardServer } from '../../client/src/serverGuard.ts';
import { buildProgram, PATIENCE_MS } from '../support/deepcoderProgram.ts';
import { SERVER } from '../support/languageServer.ts';

beforeAll(buildProgram, PATIENCE_MS);

test(
  'a server that does not answer is ended, and its document kept from the next',
  async () => {
    const deaf: (string | null)[] = [];
    let isDeaf = false;
    const guard = guardServer(SERVER, {
      ping: () => (isDeaf ? new Promise(() => undefined) : null),
      onDeaf: (document) => deaf.push(document),
      leftAloneText: () => 'left alone',
      everyMs: 5,
    });
    const child = await guard.startProcess();
    const sent: string[] = [];
    const notify = (uri: string): Promise<void> =>
      guard.middleware.sendNotification!(
        'textDocument/didOpen',
        () => Promise.resolve(void sent.push(uri)),
        { textDocument: { uri } },
      );
    await notify('file:///hangs');
    // A stopped process is as deaf as one that loops.
    child.kill('SIGSTOP');
    const ended = once(child, 'exit');
    isDeaf = true;
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(deaf[0]).toBe('file:///hangs');
    isDeaf = false;
    sent.length = 0;
    await notify('file:///hangs');
    await notify('file:///other');
    expect(sent).toEqual(['file:///other']);
    expect(() => guard.check({ uri: 'file:///hangs' })).toThrow('left alone');
    guard.forget();
    await notify('file:///hangs');
    expect(sent).toEqual(['file:///other', 'file:///hangs']);
    guard.dispose();
  },
  PATIENCE_MS,
);
