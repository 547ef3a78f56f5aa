import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchServer } from '../../client/src/serverWatch.ts';
import { ServerWork } from '../../client/src/serverWork.ts';

describe('a watched server', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const NEVER = new Promise<unknown>(() => undefined);

  function watched(ping: () => Promise<unknown> | null) {
    const onDeaf = vi.fn();
    const watch = watchServer({ ping, onDeaf });
    return { onDeaf, watch };
  }

  test('that answers, in whatever way, is left in peace', async () => {
    const { onDeaf, watch } = watched(() => Promise.reject(new Error('no such method')));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onDeaf).not.toHaveBeenCalled();
    watch.dispose();
  });

  test('that is not there is not asked', async () => {
    const { onDeaf, watch } = watched(() => null);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onDeaf).not.toHaveBeenCalled();
    watch.dispose();
  });

  test('that does not answer for ten seconds is told of, and watched again', async () => {
    const { onDeaf, watch } = watched(() => NEVER);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(onDeaf).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(onDeaf).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(onDeaf).toHaveBeenCalledTimes(2);
    watch.dispose();
  });
});

describe('what a server is busy with', () => {
  const about = (uri: string) => ({ textDocument: { uri } });

  test('is the oldest request about a document', async () => {
    const work = new ServerWork();
    let answer = (): void => undefined;
    const first = work.during(
      about('file:///a'),
      new Promise<void>((resolve) => (answer = resolve)),
    );
    void work.during({ uri: 'file:///b' }, new Promise(() => undefined));
    void work.during({}, new Promise(() => undefined));
    expect(work.document).toBe('file:///a');
    answer();
    await first;
    expect(work.document).toBe('file:///b');
  });

  test('is else the document that it was told of last, until it is another server', () => {
    const work = new ServerWork();
    expect(work.document).toBeNull();
    work.told(about('file:///a'));
    work.told({ settings: null });
    expect(work.document).toBe('file:///a');
    work.clear();
    expect(work.document).toBeNull();
  });
});
