import type { PlayFile, PlayPanel, PlayRow } from '@deepcoder/trainer-protocol';
import type { DeviceTensors, Executor } from '../engine/program.ts';
import { openPanels, panelSettings } from '../environments/openPanels.ts';
import {
  chanceOn,
  describePanel,
  type Panel,
  playPanel,
  type PlayedPanel,
  playRow,
} from '../eval/playPanel.ts';
import { pairRows, pairText, playMetrics, sampleEpisodes } from '../eval/playReport.ts';
import type { Policy } from '../eval/policy.ts';
import { writePlayRecord } from '../run/playRecord.ts';
import type { LoopState } from './loopState.ts';
import type { Student } from '../student/openStudent.ts';
import { type LoadedModel, modelPolicy } from '../inference/players.ts';
import type { LoopParts } from './loopParts.ts';

/** Who plays once a run is over: chance, the teacher, the student as it was before the first step, and as it is now. */
export type PlayAfter = (state: LoopState) => Promise<readonly PlayRow[]>;

export interface PlayingOptions {
  executor: Executor;
  /** Where the programs of environments start. */
  cwd: string;
  /** The student as it was before the first step, made anew. */
  untrained: () => Promise<Pick<Student, 'parameters'>>;
  /** Breaks games off: what is being played rejects. */
  signal: AbortSignal;
}

/** Null where the config names no environment. */
export function openPlaying(parts: LoopParts, options: PlayingOptions): PlayAfter | null {
  const { config, stepper, run, now } = parts;
  const { executor, cwd, untrained, signal } = options;
  const settings = panelSettings(config.eval);
  if (settings.length === 0) return null;
  const { env } = config;
  return async ({ step, tokensSeen }) => {
    const opened = openPanels(settings, { env, cwd });
    const { panels } = opened;
    const first = firstWeights(executor, stepper.trained, await untrained());
    const rows: PlayRow[] = [];
    const described: PlayPanel[] = [];
    const episodes: PlayFile['episodes'] = [];
    try {
      for (const panel of panels) {
        const played = await playAll(parts, { executor, panel, first, signal });
        const after = played.at(-1)!;
        for (const one of played) rows.push(playRow(one));
        described.push(await describePanel(panel, after, learntFrom(parts)));
        for (const one of sampleEpisodes(after)) episodes.push(one);
        if (panel === panels[0]) {
          run.metrics({ step, tokensSeen, time: now() / 1000, values: playMetrics(after) });
        }
      }
    } finally {
      for (const tensor of Object.values(first)) tensor.dispose();
      await opened.close();
    }
    tell(parts, rows, described);
    const environment = [...new Set(panels.map((panel) => panel.environment.name))].join(', ');
    await writePlayRecord(run.folder, { environment, rows, panels: described, episodes });
    return rows;
  };
}

/** All players of one panel, the trained student last. */
async function playAll(
  parts: LoopParts,
  options: {
    executor: Executor;
    panel: Panel;
    first: DeviceTensors;
    signal: AbortSignal;
  },
): Promise<PlayedPanel[]> {
  const { config, student, stepper, teacher, progress } = parts;
  const { executor, panel, first, signal } = options;
  const { model, lora, tokenizer } = student;
  const policyOf = (loaded: LoadedModel): Policy =>
    modelPolicy(executor, loaded, { tokenizer, seed: config.run.seed, signal });
  const player = teacher?.player ?? null;
  const adviser = player && policyOf(player);
  const common = { panel, progress, signal };
  const chance = await chanceOn(common);
  const played = chance === null ? [] : [chance];
  if (adviser !== null) {
    played.push(await playPanel({ ...common, policy: adviser, teacher: null, who: 'teacher' }));
  }
  const { frozen, trained } = stepper;
  for (const [who, state] of [
    ['student before', first],
    ['student after', trained],
  ] as const) {
    const policy = policyOf({ model, lora, state, frozen });
    played.push(await playPanel({ ...common, policy, teacher: adviser, who }));
  }
  return played;
}

function learntFrom({ samples, student: { tokenizer } }: LoopParts) {
  const encode = async (text: string): Promise<readonly number[]> => [
    ...tokenizer.prefixIds,
    ...(await tokenizer.encode(text)).ids,
  ];
  return { samples, encode };
}

function tell(
  { run, progress }: LoopParts,
  rows: readonly PlayRow[],
  panels: readonly PlayPanel[],
): void {
  const lines = [
    ...panels.flatMap(({ environment, split, games, inTrainingData }) =>
      (inTrainingData ?? 0) === 0
        ? []
        : [
            `${environment} ${split}: ${inTrainingData} of the ${games} games begin as a training record does`,
          ],
    ),
    ...pairRows(rows).map((one) => {
      const place = panels.length > 1 ? `${one.environment} ${one.split}: ` : '';
      return `${place}${pairText(one)}`;
    }),
  ];
  for (const line of lines) {
    run.log(line);
    progress.say(line);
  }
}

function firstWeights(
  executor: Executor,
  trained: DeviceTensors,
  { parameters }: Pick<Student, 'parameters'>,
): DeviceTensors {
  const names = Object.keys(trained);
  return Object.fromEntries(names.map((name) => [name, executor.tensor(parameters[name]!)]));
}
