import type { Config } from '@deepcoder/config';
import type { PlayPanel, PlayRow } from '@deepcoder/trainer-protocol';
import type { EnvironmentSource } from '../data/types.ts';
import { openTokenizer } from '../data/openTokenizer.ts';
import { uploaded } from '../engine/uploaded.ts';
import { openPanels } from '../environments/openPanels.ts';
import { chanceOn, describePanel, type Panel, playPanel, playRow } from '../eval/playPanel.ts';
import type { PlayedPanel } from '../eval/playPanel.ts';
import type { Policy } from '../eval/policy.ts';
import { modelPolicy } from '../inference/players.ts';
import type { Progress } from '../run/progress.ts';
import { loadTeacher, openTeacherCheckpoint } from '../scoring/teacherCheckpoint.ts';
import { openRunExecutor } from '../training/openModels.ts';
import { openRunStudent } from '../training/openRunStudent.ts';
import { readData } from '../training/prepareRun.ts';

export interface EvaluateGamesRequest {
  config: Config;
  cwd: string;
  checkpoint: string;
  panels: Config['eval']['environments'];
  environments: Record<string, EnvironmentSource>;
  workers: number;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

export interface EvaluatedGames {
  rows: PlayRow[];
  panels: PlayPanel[];
  /** The student's games, panel by panel. */
  played: PlayedPanel[];
}

/** Chance, the teacher where it runs here, and a run's student play the games of some panels. */
export async function evaluateGames(request: EvaluateGamesRequest): Promise<EvaluatedGames> {
  const { config, cwd } = request;
  const opened = openPanels(request.panels, { env: config.env, cwd });
  try {
    const players = await openPlayers(request);
    const data = await learntFrom(request, players.encode);
    const result: EvaluatedGames = { rows: [], panels: [], played: [] };
    for (const panel of opened.panels) {
      const played = await playAll(request, panel, players);
      const student = played.at(-1)!;
      for (const one of played) result.rows.push(playRow(one));
      result.panels.push(await describePanel(panel, student, data));
      result.played.push(student);
    }
    return result;
  } finally {
    await opened.close();
  }
}

interface Players {
  student: Policy;
  teacher: Policy | null;
  encode: (text: string) => Promise<readonly number[]>;
}

async function openPlayers(request: EvaluateGamesRequest): Promise<Players> {
  const { config, cwd, signal } = request;
  const { threads } = config.engine;
  const executor = await openRunExecutor({ config, threads, note: () => undefined });
  const { seed } = config.run;
  const found = await openTeacherCheckpoint(config, cwd);
  const teacher =
    found &&
    modelPolicy(executor, await loadTeacher(executor, found), {
      ...{ tokenizer: await openTokenizer(found.folder), seed, signal },
    });
  const { model, lora, parameters, tokenizer } = await openRunStudent(request);
  const loaded = { model, lora, state: {}, frozen: uploaded(executor, parameters) };
  const student = modelPolicy(executor, loaded, { tokenizer, seed, signal });
  const encode = async (text: string): Promise<readonly number[]> => [
    ...tokenizer.prefixIds,
    ...(await tokenizer.encode(text)).ids,
  ];
  return { student, teacher, encode };
}

/** What the run learnt from; null where its data is not to be read any more. */
async function learntFrom(
  request: EvaluateGamesRequest,
  encode: Players['encode'],
): Promise<Parameters<typeof describePanel>[2]> {
  try {
    const student = await openRunStudent(request);
    const { train } = await readData({ ...request, student });
    return { samples: train, encode };
  } catch (error) {
    request.signal?.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    request.progress.say(`games in the training data are not counted: ${why}`);
    return null;
  }
}

async function playAll(
  { progress, signal }: EvaluateGamesRequest,
  panel: Panel,
  { student, teacher }: Players,
): Promise<PlayedPanel[]> {
  const common = { panel, progress, signal };
  const chance = await chanceOn(common);
  const played = chance === null ? [] : [chance];
  if (teacher !== null) {
    played.push(await playPanel({ ...common, policy: teacher, teacher: null, who: 'teacher' }));
  }
  played.push(await playPanel({ ...common, policy: student, teacher, who: 'student' }));
  return played;
}
