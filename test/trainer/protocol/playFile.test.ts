import { expect, test } from 'vitest';
import { formatPlayFile, parsePlayFile } from '../../../trainer/protocol/src/playFile.ts';

const row = {
  who: 'student after',
  environment: 'household',
  split: 'test',
  games: 100,
  success: 0.83,
  steps: 13.4,
  reasoningTokens: 161,
  actionAgreement: null,
  secondsPerStep: 0.009,
  tokens: 190,
  invalidActions: 0.02,
  seconds: 12,
  endings: { success: 83, turns: 17 },
  outcomes: '0607',
};
const panel = {
  ...{ environment: 'household', split: 'test', games: 100, seed: 7, maxTurns: 30, version: '1' },
  ...{ inTrainingData: 2, inTrainingDataAre: [4, 8] },
};
const play = {
  environment: 'household',
  rows: [row],
  panels: [panel],
  episodes: [{ who: 'student after', success: true, text: 'Thought: one\n' }],
};

test('what is written is read again', () => {
  expect(parsePlayFile(formatPlayFile(play))).toEqual({ value: { protocolVersion: 1, ...play } });
});

test('a file of before there were several environments is read too', () => {
  const { who, games, success, steps } = row;
  const unknown = { reasoning_tokens: null, action_agreement: null, seconds_per_step: null };
  const rows = [{ who, games, success, steps, ...unknown }];
  const text = JSON.stringify({
    protocol_version: 1,
    environment: 'household',
    rows,
    episodes: [],
  });
  expect(parsePlayFile(text)).toMatchObject({
    value: { panels: [], rows: [{ environment: null, outcomes: null, endings: null }] },
  });
});

test('on disk the names are in snake_case', () => {
  expect(formatPlayFile(play)).toContain('"reasoning_tokens": 161');
});

test.each([
  ['not JSON', '{', /is not JSON/],
  [
    'a share above 1',
    formatPlayFile({ ...play, rows: [{ ...row, success: 83 }] }),
    /rows\.0\.success/,
  ],
  ['no games', formatPlayFile({ ...play, rows: [{ ...row, games: 0 }] }), /rows\.0\.games/],
  [
    'a newer program',
    formatPlayFile(play).replace('"protocol_version": 1', '"protocol_version": 99'),
    /protocolVersion/,
  ],
])('%s is a problem with its place', (_, text, message) => {
  expect(parsePlayFile(text)).toEqual({ problem: expect.stringMatching(message) as string });
});
