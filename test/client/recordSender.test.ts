import type { ToPanel } from '@deepcoder/panel';
import { expect, test } from 'vitest';
import type { EncodedRecords } from '@deepcoder/vocabulary';
import { recordSender } from '../../client/src/views/recordSender.ts';

const record = (step: number): EncodedRecords => ({
  names: [],
  records: [{ names: 0, numbers: String(step) }],
});

function stepsOf(messages: readonly ToPanel[]): number[][] {
  return messages.map((message) =>
    message.type === 'records'
      ? message.runs.flatMap(({ news }) => news.records.map(({ numbers }) => Number(numbers)))
      : [],
  );
}

test('one message at a time: what comes meanwhile goes along with the next', () => {
  const sent: ToPanel[] = [];
  const sender = recordSender((message) => void sent.push(message));
  sender.add('a', record(1));
  expect(sent).toEqual([]);
  sender.start();
  sender.add('a', record(2));
  sender.add('b', record(7));
  sender.add('a', record(3));
  expect(stepsOf(sent)).toEqual([[1]]);
  sender.acknowledge(1);
  expect(stepsOf(sent)).toEqual([[1], [2, 7, 3]]);
  sender.acknowledge(1);
  sender.add('a', record(4));
  expect(sent).toHaveLength(2);
  sender.acknowledge(2);
  expect(stepsOf(sent).at(-1)).toEqual([4]);
});

test('after a reset nothing old is sent', () => {
  const sent: ToPanel[] = [];
  const sender = recordSender((message) => void sent.push(message));
  sender.start();
  sender.add('a', record(1));
  sender.add('a', record(2));
  sender.reset();
  sender.acknowledge(1);
  sender.start();
  expect(stepsOf(sent)).toEqual([[1]]);
});
