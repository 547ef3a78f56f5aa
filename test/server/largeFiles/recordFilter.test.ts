import { NO_FACTS } from '@deepcoder/vocabulary';
import { describe, expect, test } from 'vitest';
import { recordFilter } from '../../../server/src/largeFiles/recordFilter.ts';

const facts = {
  ...NO_FACTS,
  ...{ task: 'Order two chairs', model: 'maker/small-1', status: 'success' },
  ...{ score: 0.5, tokens: 12_000, durationMs: 90_000 },
};
const row = { name: 'shop-1', spans: 8, facts };
const silent = { name: null, spans: 1, facts: NO_FACTS };

describe('a filter of records', () => {
  test.each([
    ['', true],
    ['chairs', true],
    ['CHAIRS shop', true],
    ['tables', false],
    ['"two chairs"', true],
    ['"two  chairs"', false],
    ['"two chairs', true],
    ['-chairs', false],
    ['-tables', true],
    ['status:success', true],
    ['status=error', false],
    ['-status:error', true],
    ['model:small task:order id:shop', true],
    ['model:"maker/small-1"', true],
    ['score>=0.5', true],
    ['score>0.5', false],
    ['score=0.5', true],
    ['score:.5', true],
    ['-score<1', false],
    ['tokens<13k', true],
    ['tokens>0.1m', false],
    ['duration>1m duration<2m', true],
    ['duration=90', true],
    ['duration<=90000ms', true],
    ['duration>1h', false],
    ['spans>7', true],
    ['http://a', false],
  ])('%s', (filter, expected) => {
    const read = recordFilter(filter);
    expect('test' in read && read.test(row)).toBe(expected);
  });

  test.each(['score>0', 'tokens<1', 'duration>1s', 'status:a', 'order'])(
    '%s leaves out what says nothing of it',
    (filter) => {
      const read = recordFilter(filter);
      expect('test' in read && read.test(silent)).toBe(false);
    },
  );

  test.each([
    ['score>much', '“score>much”: much is no number'],
    ['score>', '“score>”: nothing is no number'],
    ['score>1.2.3', '“score>1.2.3”: 1.2.3 is no number'],
    ['duration<2d', '“duration<2d”: 2d is no duration, such as 30s or 2m'],
    ['status>3', '“status>3”: write status:3'],
    ['size>3', '“size>3”: records have score, tokens, duration, spans, id, task, model, status'],
    [
      'constructor>3',
      '“constructor>3”: records have score, tokens, duration, spans, id, task, model, status',
    ],
  ])('%s is not understood', (filter, problem) => {
    expect(recordFilter(filter)).toEqual({ problem });
  });
});
