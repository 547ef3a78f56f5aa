import { type Config, DeepCoderError } from '@deepcoder/config';
import { convert, parse } from '@deepcoder/trajectory';
import { openTokenizer } from '../data/openTokenizer.ts';
import type { Executor } from '../engine/program.ts';
import { openPanels } from '../environments/openPanels.ts';
import { chatChooser, expertChooser, GENERAL_RULES, randomChooser } from '../eval/choosers.ts';
import { HOUSEHOLD_RULES } from '../eval/household/rules.ts';
import { choosePanel, type Panel, playPanel, type PlayedPanel } from '../eval/playPanel.ts';
import type { Policy } from '../eval/policy.ts';
import { reactText } from '../eval/reactText.ts';
import { chatService } from '../http/chatService.ts';
import { httpService } from '../http/httpService.ts';
import { openRunExecutor } from '../training/openModels.ts';
import { openRunStudent } from '../training/openRunStudent.ts';
import { loadTeacher, openTeacherCheckpoint } from '../scoring/teacherCheckpoint.ts';
import type { Student } from '../student/openStudent.ts';
import { modelPolicy } from '../inference/players.ts';
import type { Progress } from '../run/progress.ts';
import { uploaded } from '../engine/uploaded.ts';

/** Who plays: a run's models, what the environment knows, chance, or a model behind an address. */
export type Who =
  | { type: 'student'; checkpoint: string }
  | { type: 'teacher' }
  | { type: 'expert' }
  | { type: 'random' }
  | { type: 'service'; url: string; model: string; apiKey: string | null };

export interface PlayRequest {
  config: Config;
  cwd: string;
  who: Who;
  games: Config['eval']['environments'][number];
  /** Seed of what is drawn where the temperature is above 0. */
  seed: number;
  temperature: number;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

/** Lets somebody play games of one environment; a student beside its teacher, where that runs here. */
export async function playGames(request: PlayRequest): Promise<PlayedPanel> {
  const { config, cwd, games, who } = request;
  const opened = openPanels([games], { env: config.env, cwd });
  const panel = opened.panels[0]!;
  try {
    if (who.type === 'student') return await playStudent(request, panel, who.checkpoint);
    if (who.type === 'teacher') return await playTeacher(request, panel);
    return await playChooser(request, panel, who);
  } finally {
    await opened.close();
  }
}

async function playStudent(
  request: PlayRequest,
  panel: Panel,
  checkpoint: string,
): Promise<PlayedPanel> {
  const executor = await openExecutor(request.config);
  const teacher = await teacherPolicy(executor, request);
  const student = await openRunStudent({ ...request, checkpoint });
  const policy = studentPolicy(executor, student, request);
  return playPanel({ ...request, panel, policy, teacher, who: 'student' });
}

async function playTeacher(request: PlayRequest, panel: Panel): Promise<PlayedPanel> {
  const { config } = request;
  const policy = await teacherPolicy(await openExecutor(config), request);
  if (policy !== null) {
    return playPanel({ ...request, panel, policy, teacher: null, who: 'teacher' });
  }
  const message = `play: the run has no teacher that plays here (teacher.type: ${config.teacher.type}); play its student, or give --who the address of a model`;
  throw new DeepCoderError('teacher-none', message, { exitCode: 2 });
}

/** Requests at once that a service is asked. */
const SERVICE_CONCURRENCY = 8;
const MAX_TOKENS = 1024;

function playChooser(
  request: PlayRequest,
  panel: Panel,
  who: Exclude<Who, { type: 'student' | 'teacher' }>,
): Promise<PlayedPanel> {
  const { progress, signal, temperature, config } = request;
  const { name } = panel.environment;
  const common = { panel, progress, signal };
  if (who.type === 'expert') {
    return choosePanel({ ...common, who: 'expert', chooser: expertChooser(name), mayRepeat: true });
  }
  if (who.type === 'random') {
    return choosePanel({ ...common, who: 'random', chooser: randomChooser(name), mayRepeat: true });
  }
  const { url, model, apiKey } = who;
  const timeoutMs = config.teacher.timeout * 1000;
  const { retries } = config.teacher;
  const service = httpService({ role: 'player', url, apiKey, timeoutMs, retries });
  const rules = name === 'household' ? HOUSEHOLD_RULES : GENERAL_RULES;
  const asked = { rules, temperature, maxTokens: MAX_TOKENS, signal };
  const chooser = chatChooser(chatService(service, model), asked);
  return choosePanel({ ...common, who: model, chooser, concurrency: SERVICE_CONCURRENCY });
}

/** Each episode as a trajectory file, with a name that sorts in the order of the games. */
export function episodeFiles(
  { who, panel, episodes }: PlayedPanel,
  { as, wonOnly }: { as: 'react' | 'atif'; wonOnly: boolean },
): { index: number; name: string; text: string }[] {
  const width = String(episodes.length).length;
  const player = `${panel.environment.name}-${who}`.replace(/[^\w.-]+/g, '_');
  return episodes.flatMap((episode, index) => {
    // Of a game in which the environment failed nothing is known.
    if (episode.ending === 'error' || (wonOnly && !episode.success)) return [];
    const number = String(index + 1).padStart(width, '0');
    const name = `${player}-${number}-${episode.success ? 'won' : 'lost'}`;
    const text = reactText(episode);
    return as === 'react'
      ? { index, name: `${name}.txt`, text }
      : { index, name: `${name}.json`, text: convert(parse(text), 'atif', text).text };
  });
}

async function openExecutor(config: Config): Promise<Executor> {
  const { threads } = config.engine;
  return openRunExecutor({ config, threads, note: () => undefined });
}

function studentPolicy(
  executor: Executor,
  student: Student,
  { seed, signal }: Pick<PlayRequest, 'seed' | 'signal'>,
): Policy {
  const { model, lora, parameters, tokenizer } = student;
  const frozen = uploaded(executor, parameters);
  return modelPolicy(executor, { model, lora, state: {}, frozen }, { tokenizer, seed, signal });
}

async function teacherPolicy(
  executor: Executor,
  { config, cwd, seed, signal }: PlayRequest,
): Promise<Policy | null> {
  const teacher = await openTeacherCheckpoint(config, cwd);
  if (teacher === null) return null;
  const tokenizer = await openTokenizer(teacher.folder);
  return modelPolicy(executor, await loadTeacher(executor, teacher), { tokenizer, seed, signal });
}
