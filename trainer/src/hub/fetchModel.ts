import type { Config } from '@deepcoder/config';
import { type HubName, hubNameText } from '@deepcoder/trainer-protocol';
import { type Env, findModel, MAIN, type Need } from '@deepcoder/trainer-protocol/node';
import { bytesText } from '../run/bytesText.ts';
import type { Progress } from '../run/progress.ts';
import { type FetchPlan, fetchPlan, planFetch } from './fetchRepo.ts';
import { nameOf, type RepoAt } from './hubClient.ts';
import type { HubSettings } from './hubSettings.ts';
import { wantedFile, wantedFiles } from './wantedFiles.ts';

export interface FetchOptions {
  hub: HubSettings;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

/** A model as a config names it. */
export interface NamedModel {
  /** The key, for messages. */
  key: string;
  text: string;
  need: Need;
}

/**
 * Fetches a model that is named and not on this machine; what is in the cache is taken without asking the Hub.
 *
 * @returns the name pinned to the commit that was taken; the text itself where it is a path
 */
export async function fetchModel(
  { key, text, need }: NamedModel,
  { cwd, env, hub, progress, signal }: FetchOptions & { cwd: string; env: Env },
): Promise<string> {
  const found = await findModel(text, { cwd, env, need });
  if (found.from === 'disk') return text;
  const { name, commit, path } = found;
  if (path !== null && commit !== null) {
    progress.say(`${key}: ${text} from the Hub's cache, ${path}`);
    return hubNameText({ ...name, revision: commit });
  }
  const plan = await planModel(name, { need, hub, signal });
  progress.say(`${key}: ${planText(plan)}`);
  await fetchPlan(hub, plan, { progress, signal });
  return hubNameText({ ...name, revision: plan.commit });
}

/** What would be downloaded for a model of the Hub. */
export function planModel(
  name: HubName,
  { need, hub, signal }: { need: Need } & Omit<FetchOptions, 'progress'>,
): Promise<FetchPlan> {
  const at: RepoAt = { kind: 'model', repo: name.repo, revision: name.revision ?? MAIN };
  const { file } = name;
  return planFetch(hub, at, {
    choose: (files) =>
      file === null ? wantedFiles(nameOf(at), files, need) : [wantedFile(nameOf(at), files, file)],
    signal,
  });
}

/** One line that says what a plan downloads and where to. */
export function planText({ at, commit, missing, bytes, folder }: FetchPlan): string {
  const files = `${missing.length} file${missing.length === 1 ? '' : 's'}`;
  return `${nameOf(at)} (${commit.slice(0, 7)}): ${files}, ${bytesText(bytes)}, from the Hub into ${folder}`;
}

/** The models that a config names, with what is needed of each. */
export function namedModels({ student, teacher, tokenizer }: Config): NamedModel[] {
  const named = (key: string, text: string | null, need: Need): NamedModel[] =>
    text === null ? [] : [{ key, text, need }];
  return [
    ...named('student.model', student.model, 'model'),
    ...named('teacher.model', teacher.type === 'checkpoint' ? teacher.model : null, 'model'),
    ...named('teacher.tokenizer', teacher.tokenizer, 'tokenizer'),
    ...named('tokenizer', tokenizer, 'tokenizer'),
  ];
}
