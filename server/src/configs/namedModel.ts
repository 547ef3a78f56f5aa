import { own } from '@deepcoder/vocabulary';
import { hubNameText } from '@deepcoder/trainer-protocol';
import { type Env, findModel, type Need } from '@deepcoder/trainer-protocol/node';
import type { Analysis } from './analyse.ts';

/** Keys that take a folder, a GGUF file or a name on the Hub, with what is needed of the model. */
const NEEDS: Readonly<Record<string, Need>> = {
  'student.model': 'model',
  'teacher.model': 'model',
  tokenizer: 'tokenizer',
};

/** What is needed of the model that stands at this place of a config; null where none does. */
export function needAt(path: readonly string[]): Need | null {
  return own(NEEDS, path.join('.')) ?? null;
}

/** A line for the hover: where the model is that is in force there. */
export async function modelLine(
  { loaded }: Analysis,
  path: readonly string[],
  place: { cwd: string; env: Env },
): Promise<string> {
  const need = needAt(path);
  const yaml = loaded?.yaml;
  if (need === null || yaml == null) return '';
  if (path[0] === 'teacher' && yaml.teacher.type !== 'checkpoint') return '';
  const text =
    path[0] === 'tokenizer' ? yaml.tokenizer : yaml[path[0] as 'student' | 'teacher'].model;
  return text === null ? '' : placeText(text, { ...place, need });
}

async function placeText(
  text: string,
  place: { cwd: string; env: Env; need: Need },
): Promise<string> {
  const found = await findModel(text, place);
  if (found.from === 'disk') {
    return found.exists ? `On the disk: \`${found.path}\`` : `Not there: \`${found.path}\``;
  }
  if (found.path !== null) return `From the Hub's cache: \`${found.path}\``;
  return `On the Hub, not on this machine yet: a run fetches it into \`${found.cache}\`, as does \`deepcoder fetch ${hubNameText(found.name)}\``;
}
