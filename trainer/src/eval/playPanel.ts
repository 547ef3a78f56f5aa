import { DeepCoderError } from '@deepcoder/config';
import { ENDINGS, type PlayPanel, type PlayRow } from '@deepcoder/trainer-protocol';
import type { Progress } from '../run/progress.ts';
import { NO_ACTIONS, randomChooser } from './choosers.ts';
import type { Environment, GameKey } from './environment.ts';
import { gamesInData } from './gamesInData.ts';
import { play } from './play.ts';
import { type Chooser, playByChoice } from './playByChoice.ts';
import type { Played, PlayedEpisode } from './playedEpisode.ts';
import type { Policy } from './policy.ts';
import { reactHead } from './reactText.ts';
import { type PlaySummary, summarizePlay } from './summarizePlay.ts';

/** Games that are always the same: those of one environment, split and seed. */
export interface Panel {
  environment: Environment;
  split: string;
  games: number;
  seed: number;
  maxTurns: number;
}

export interface PlayPanelOptions {
  panel: Panel;
  /** Name of the player, for progress and tables. */
  who: string;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

export interface PlayedPanel {
  who: string;
  panel: Panel;
  summary: PlaySummary;
  episodes: PlayedEpisode[];
  /** Wall time of all games, the environment's too. */
  seconds: number;
}

/** A model plays the games of a panel. */
export async function playPanel(
  options: PlayPanelOptions & {
    policy: Policy;
    /** Asked what it would do at each turn. */
    teacher: Policy | null;
    temperature?: number;
  },
): Promise<PlayedPanel> {
  const { panel, policy, teacher, who, progress, temperature = 0, signal } = options;
  const { environment, maxTurns, games } = panel;
  return finished(options, () =>
    play({
      ...{ environment, policy, temperature, maxTurns },
      keys: panelKeys(panel),
      now: () => performance.now(),
      onTurn: ({ ended, turns }) =>
        progress.advance(`play ${environment.name} (${who})`, {
          ...{ done: ended, total: games, note: `${turns} turns` },
        }),
      ...(teacher === null ? {} : { teacher }),
      ...(signal === undefined ? {} : { signal }),
    }),
  );
}

/** Games at once of players that are no model here. */
const AT_ONCE = 16;

/** Somebody without a text of tokens plays the games of a panel. */
export async function choosePanel(
  options: PlayPanelOptions & { chooser: Chooser; concurrency?: number; mayRepeat?: boolean },
): Promise<PlayedPanel> {
  const { panel, chooser, who, progress, signal, mayRepeat = false } = options;
  const { environment, maxTurns, games } = panel;
  return finished(options, () =>
    playByChoice({
      ...{ environment, chooser, maxTurns, mayRepeat, signal },
      keys: panelKeys(panel),
      concurrency: options.concurrency ?? AT_ONCE,
      onEnd: (ended) =>
        progress.advance(`play ${environment.name} (${who})`, { done: ended, total: games }),
    }),
  );
}

/**
 * Chance on the games of a panel, the measure of every score; it is not ended for repeating itself. Null where
 * the environment does not say which actions it would take.
 */
export async function chanceOn(
  options: Omit<PlayPanelOptions, 'who'>,
): Promise<PlayedPanel | null> {
  const chooser = randomChooser(options.panel.environment.name);
  try {
    return await choosePanel({ ...options, who: 'random', chooser, mayRepeat: true });
  } catch (error) {
    if (error instanceof DeepCoderError && error.code === NO_ACTIONS) return null;
    throw error;
  }
}

async function finished(
  { panel, who }: PlayPanelOptions,
  work: () => Promise<Played>,
): Promise<PlayedPanel> {
  const from = performance.now();
  const played = await work();
  const summary = summarizePlay(played);
  if (summary.games === 0) {
    const why = played.episodes[0]?.error ?? 'no game was played';
    const message = `environment ${panel.environment.name}: it failed in every game: ${why}`;
    throw new DeepCoderError('environment-failed', message, { exitCode: 3 });
  }
  const { episodes } = played;
  return { who, panel, summary, episodes, seconds: (performance.now() - from) / 1000 };
}

function panelKeys({ split, seed, games }: Panel): GameKey[] {
  return Array.from({ length: games }, (_, index) => ({ split, seed, index }));
}

/** One line of a table of players. */
export function playRow({ who, panel, summary, episodes, seconds }: PlayedPanel): PlayRow {
  const { games, success, steps, reasoningTokens, actionAgreement, secondsPerStep } = summary;
  const { tokens, invalidActions, endings } = summary;
  const isModel = tokens !== null;
  return {
    ...{ who, environment: panel.environment.name, split: panel.split },
    ...{ games, success, steps, actionAgreement, tokens, invalidActions, endings, seconds },
    reasoningTokens: isModel ? reasoningTokens : null,
    secondsPerStep: isModel ? secondsPerStep : null,
    outcomes: episodes.map(({ ending }) => ENDINGS.indexOf(ending)).join(''),
  };
}

/** What is known of a panel; `samples` are those that were learnt from, where they are at hand. */
export async function describePanel(
  panel: Panel,
  { episodes }: Pick<PlayedPanel, 'episodes'>,
  data: {
    samples: Iterable<{ ids: Int32Array }>;
    encode: (text: string) => Promise<readonly number[]>;
  } | null,
): Promise<PlayPanel> {
  const { environment, split, games, seed, maxTurns } = panel;
  const { version } = await environment.facts();
  const known = { environment: environment.name, split, games, seed, maxTurns, version };
  if (data === null) return { ...known, inTrainingData: null, inTrainingDataAre: [] };
  const heads = await Promise.all(
    episodes.map(({ task, observation }) => data.encode(reactHead(task, observation))),
  );
  const learnt = gamesInData(heads, data.samples).flatMap((is, index) => (is ? [index] : []));
  return { ...known, inTrainingData: learnt.length, inTrainingDataAre: learnt.slice(0, NAMED) };
}

/** Games in the training data that are named. */
const NAMED = 20;
