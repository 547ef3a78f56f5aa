import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { throttled } from '../../client/src/views/throttled.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('calls at once, then at most once in its time, and never misses the last', () => {
  const act = vi.fn();
  const call = throttled(act, 100);
  call();
  call();
  call();
  expect(act).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(100);
  expect(act).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1000);
  expect(act).toHaveBeenCalledTimes(2);
});

test('calls nothing once it is disposed: not what is due, and not what comes', () => {
  const act = vi.fn();
  const call = throttled(act, 100);
  call();
  call();
  call.dispose();
  vi.advanceTimersByTime(1000);
  call();
  expect(act).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('calls nothing more where the call itself disposes it', () => {
  const act = vi.fn(() => call.dispose());
  const call = throttled(act, 100);
  call();
  call();
  vi.advanceTimersByTime(1000);
  expect(act).toHaveBeenCalledTimes(1);
});
