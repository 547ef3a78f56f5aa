import { type Ending, ENDINGS } from '@deepcoder/trainer-protocol';
import { parse } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import type { GameKey } from '../../../trainer/src/eval/environment.ts';
import { expertEpisode } from '../../../trainer/src/eval/household/expertEpisode.ts';
import { play, type PlayOptions } from '../../../trainer/src/eval/play.ts';
import type { Played } from '../../../trainer/src/eval/playedEpisode.ts';
import type { Policy } from '../../../trainer/src/eval/policy.ts';
import { reactText, reactTurn } from '../../../trainer/src/eval/reactText.ts';
import { summarizePlay } from '../../../trainer/src/eval/summarizePlay.ts';
import { openEnvironment } from '../../../trainer/src/environments/openEnvironment.ts';
import { scriptedPolicy, tokens } from './scriptedPolicy.ts';

const KEYS = Array.from({ length: 12 }, (_, index): GameKey => ({ split: 'test', seed: 1, index }));
const EXPERT = KEYS.map((key) => expertEpisode(key));
const TEXTS = EXPERT.map((episode) => reactText(episode));

const NO_ENDINGS = Object.fromEntries(ENDINGS.map((ending) => [ending, 0]));

function writtenTokens({ turns }: (typeof EXPERT)[number]): number {
  return turns.reduce((sum, turn) => sum + tokens(reactTurn(turn)).length, 0);
}

/** Says what the expert said at this point of this game. */
function asExpert(text: string): string {
  const script = TEXTS.find((one) => one.startsWith(text));
  if (script === undefined) throw new Error(`the expert never came to\n${text}`);
  return script.slice(text.length);
}

function playAs(policy: Policy, more: Partial<PlayOptions> = {}): Promise<Played> {
  let clock = 0;
  const now = (): number => (clock += 5);
  const environment = openEnvironment('household', { env: {}, cwd: '.' });
  return play({ environment, keys: KEYS, policy, now, ...more });
}

test('what the expert says wins every game, and the episodes are the expert’s', async () => {
  const played = await playAs(scriptedPolicy(asExpert));
  expect(played.episodes.map(reactText)).toEqual(TEXTS);
  const summary = summarizePlay(played);
  const turns = EXPERT.flatMap((episode) => episode.turns);
  const thoughtTokens = turns.map(({ thought }) => tokens(`Thought: ${thought}\n`).length);
  expect(summary).toMatchObject({
    games: 12,
    success: 1,
    steps: turns.length / 12,
    reasoningTokens: thoughtTokens.reduce((sum, count) => sum + count, 0) / 12,
    actionAgreement: null,
    reasoningMatch: null,
    tokens: EXPERT.map(writtenTokens).reduce((sum, count) => sum + count, 0) / 12,
    invalidActions: 0,
    endings: { ...NO_ENDINGS, success: 12 },
  });
  expect(Object.values(summary.successByKind).reduce((sum, { games }) => sum + games, 0)).toBe(12);
});

test('played episodes are trajectories that parse again', async () => {
  const { episodes } = await playAs(scriptedPolicy(asExpert));
  for (const episode of episodes) {
    const { spans, problems, format } = parse(reactText(episode));
    expect({ problems, format }).toEqual({ problems: [], format: 'react_text' });
    expect(spans.filter((span) => span.kind === 'action')).toHaveLength(episode.turns.length);
  }
});

describe('endings', () => {
  const looks = 'Action: look\n';
  const inTurn =
    (...actions: string[]) =>
    (text: string): string =>
      `Action: ${actions[(text.split('Action:').length - 1) % actions.length]!}\n`;
  const toAndFro = inTurn('look', 'inventory');
  const roundAndRound = inTurn('look', 'inventory', 'fly');
  const cases: [string, Policy, number, Ending, number][] = [
    ['no action', scriptedPolicy(() => 'the the the\n'), 9, 'unreadable', 1],
    ['an endless line', scriptedPolicy(() => 'Action: go'.repeat(99)), 9, 'unreadable', 1],
    ['one thing over and over', scriptedPolicy(() => looks), 7, 'repeated', 3],
    ['to and fro', scriptedPolicy(toAndFro), 7, 'repeated', 5],
    ['round and round', scriptedPolicy(roundAndRound), 7, 'turns', 7],
    ['nonsense', scriptedPolicy(() => 'Action: fly away\n'), 2, 'turns', 2],
    ['nonsense over and over', scriptedPolicy(() => 'Action: fly away\n'), 7, 'invalid', 3],
    ['no room to begin', scriptedPolicy(() => looks, { context: 5 }), 9, 'context', 0],
    ['room for the task only', scriptedPolicy(() => looks, { context: 60 }), 9, 'context', 1],
  ];
  test.each(cases)('%s', async (...[, policy, maxTurns, ending, turns]) => {
    const { episodes } = await playAs(policy, { maxTurns, keys: KEYS.slice(0, 1) });
    expect(episodes[0]).toMatchObject({ ending, success: false });
    expect(episodes[0]!.turns).toHaveLength(turns);
  });

  test('some games go on while others have ended', async () => {
    const policy = scriptedPolicy((text) =>
      text.startsWith(TEXTS[3]!.slice(0, 90)) ? 'nothing to say\n' : asExpert(text),
    );
    const { episodes } = await playAs(policy);
    expect(episodes.map((episode) => episode.ending)).toEqual(
      KEYS.map(({ index }) => (index === 3 ? 'unreadable' : 'success')),
    );
  });
});

describe('against a teacher', () => {
  test('the same words agree in full', async () => {
    const played = await playAs(scriptedPolicy(asExpert), { teacher: scriptedPolicy(asExpert) });
    expect(summarizePlay(played)).toMatchObject({
      success: 1,
      actionAgreement: 1,
      reasoningMatch: 1,
    });
  });

  test('the teacher is asked after the student’s history, and hears only the student', async () => {
    const heard: string[] = [];
    const teacher = scriptedPolicy((text) => {
      heard.push(text);
      return text.endsWith('\n') ? 'Action: inventory\n' : '';
    });
    const played = await playAs(scriptedPolicy(asExpert), { teacher, keys: KEYS.slice(0, 1) });
    expect(summarizePlay(played)).toMatchObject({ success: 1, actionAgreement: 0 });
    expect(heard).toHaveLength(EXPERT[0]!.turns.length);
    for (const text of heard) expect(TEXTS[0]!.startsWith(text)).toBe(true);
  });

  test('a turn that the student cannot say is no turn to compare', async () => {
    const played = await playAs(
      scriptedPolicy(() => 'hm\n'),
      { teacher: scriptedPolicy(asExpert) },
    );
    expect(summarizePlay(played)).toMatchObject({ actionAgreement: null, reasoningMatch: null });
  });
});

test('the teacher’s time is not the student’s', async () => {
  const alone = await playAs(scriptedPolicy(asExpert));
  const watched = await playAs(scriptedPolicy(asExpert), { teacher: scriptedPolicy(asExpert) });
  expect(alone.seconds).toBeGreaterThan(0);
  expect(watched.seconds).toBe(alone.seconds);
});

test('games that wait for a row are played as if they had one of their own', async () => {
  const alike = await playAs(scriptedPolicy(asExpert), { teacher: scriptedPolicy(asExpert) });
  const queued = await playAs(scriptedPolicy(asExpert), {
    teacher: scriptedPolicy(asExpert),
    rows: 2,
  });
  expect(queued.episodes).toEqual(alike.episodes);
  expect(queued.episodes.map(({ key }) => key)).toEqual(KEYS);
});

test('an abort ends the play', async () => {
  const signal = AbortSignal.abort(new Error('stop now'));
  await expect(playAs(scriptedPolicy(asExpert), { signal })).rejects.toThrow('stop now');
});
