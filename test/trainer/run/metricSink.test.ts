import type { MetricsRecord } from '@deepcoder/vocabulary';
import { expect, test } from 'vitest';
import { openMetricSinks, type MetricSink } from '../../../trainer/src/run/metricSink.ts';

const record = (step: number): MetricsRecord => ({ step, tokensSeen: 0, time: 0, values: {} });

/** A sink that keeps what is done with it; `fails` at one of the methods. */
function keeping(name: string, fails?: keyof MetricSink): { sink: MetricSink; done: string[] } {
  const done: string[] = [];
  const doing = (method: keyof MetricSink) => async (what?: MetricsRecord | string) => {
    done.push(`${method}${typeof what === 'object' ? ` ${what.step}` : ''}`);
    if (method === fails) throw new Error(`no ${method}`);
    return Promise.resolve();
  };
  const [open, write, flush, close] = [
    doing('open'),
    doing('write'),
    doing('flush'),
    doing('close'),
  ];
  return { sink: { name, open, write, flush, close }, done };
}

test.each(['write', 'flush', 'close'] as const)(
  'a sink whose %s fails is reported once, and the others get everything',
  async (fails) => {
    const [bad, good] = [keeping('bad', fails), keeping('good')];
    const told: string[] = [];
    const sinks = await openMetricSinks([bad.sink, good.sink], (name, error) => {
      told.push(`${name}: ${(error as Error).message}`);
    });
    sinks.write(record(1));
    await sinks.flush();
    sinks.write(record(2));
    await sinks.flush();
    await sinks.close('finished');
    expect(told).toEqual([`bad: no ${fails}`]);
    expect(good.done).toEqual(['open', 'write 1', 'flush', 'write 2', 'flush', 'close']);
    if (fails !== 'close') expect(bad.done).not.toContain('write 2');
  },
);

test('a write that throws at once and one that never ends hold nothing up', async () => {
  const good = keeping('good');
  const throwing = { ...keeping('throwing').sink, write: () => JSON.parse('{') as undefined };
  const hanging = { ...keeping('hanging').sink, write: () => new Promise<void>(() => undefined) };
  const told: string[] = [];
  const sinks = await openMetricSinks([throwing, hanging, good.sink], (name) => told.push(name));
  sinks.write(record(1));
  sinks.write(record(2));
  await sinks.close('finished');
  expect(told).toEqual(['throwing']);
  expect(good.done).toEqual(['open', 'write 1', 'write 2', 'close']);
});

test('where one does not open, those that did are closed', async () => {
  const [good, bad] = [keeping('good'), keeping('bad', 'open')];
  await expect(openMetricSinks([good.sink, bad.sink], () => undefined)).rejects.toThrow('no open');
  expect(good.done).toEqual(['open', 'close']);
});
