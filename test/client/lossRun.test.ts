import { runInfoSchema, type RunInfo } from '@deepcoder/server-protocol';
import { expect, test } from 'vitest';
import { chosenRun, studentStamp, trainedRuns } from '../../client/src/runs/lossRun.ts';

function run(name: string, more: Partial<RunInfo> = {}): RunInfo {
  return runInfoSchema.parse({
    ...{ folder: `/project/runs/${name}`, id: name, name, status: 'finished', problem: null },
    ...{ startedAt: null, updatedAt: null, endedAt: null, step: 0, totalSteps: 0, tokensSeen: 0 },
    ...{ loss: null, tokensPerSecond: null, secondsLeft: null, best: null, error: null, host: '' },
    ...{
      pid: 0,
      seed: null,
      executor: null,
      checkpoints: [],
      hasBest: false,
      hasReport: false,
      links: [],
      lastLines: [],
    },
    ...more,
  });
}

test('only runs with a checkpoint have a student to ask', () => {
  const runs = [run('a'), run('b', { hasBest: true }), run('c', { checkpoints: [5] })];
  expect(trainedRuns(runs).map(({ name }) => name)).toEqual(['b', 'c']);
});

test('the remembered run is asked, else the only one, else a person says', () => {
  const [newest, older] = [run('new'), run('old')];
  expect(chosenRun([newest, older], older.folder)).toBe(older);
  expect(chosenRun([newest], undefined)).toBe(newest);
  expect(chosenRun([newest, older], undefined)).toBe('ask');
  // The remembered one is gone, or has another tokenizer by now.
  expect(chosenRun([newest, older], '/project/runs/gone')).toBe('ask');
  expect(chosenRun([newest], '/project/runs/gone')).toBe(newest);
  expect(chosenRun([], newest.folder)).toBeNull();
});

test('losses are old when the best checkpoint is another one, or the newest where none is best', () => {
  const at = (step: number) => ({ metric: 'eval/loss', value: 1, step });
  const stamps = [
    run('a'),
    run('a', { checkpoints: [5] }),
    run('a', { checkpoints: [5, 9] }),
    run('a', { checkpoints: [5, 9], best: at(5) }),
    run('a', { checkpoints: [5, 9, 12], best: at(12) }),
  ].map(studentStamp);
  expect(stamps[0]).not.toBe(stamps[1]);
  expect(stamps[1]).not.toBe(stamps[2]);
  expect(stamps[1]).toBe(stamps[3]);
  expect(stamps[3]).not.toBe(stamps[4]);
  expect(studentStamp(run('a', { checkpoints: [5, 9, 12], best: at(5) }))).toBe(stamps[3]);
});
