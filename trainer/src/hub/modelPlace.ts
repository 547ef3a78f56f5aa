import { DeepCoderError } from '@deepcoder/config';
import { hubNameText, MODEL_NOT_FETCHED } from '@deepcoder/trainer-protocol';
import { findModel, type Need } from '@deepcoder/trainer-protocol/node';

/**
 * The folder or file of a model that a config names, on this machine: a path that exists, else what the Hub's
 * cache has by that name. A path that does not exist is returned too, for whoever opens it to refuse.
 */
export async function modelPlace(
  text: string,
  { cwd, need = 'model' }: { cwd: string; need?: Need },
): Promise<string> {
  const found = await findModel(text, { cwd, env: process.env, need });
  if (found.from === 'disk') return found.path;
  if (found.path !== null) return found.path;
  const name = hubNameText(found.name);
  throw new DeepCoderError(
    MODEL_NOT_FETCHED,
    `${name} is no folder in ${cwd}, and the Hub's cache (${found.cache}) has not all of it; fetch it: deepcoder fetch ${name}`,
    { exitCode: 3 },
  );
}
