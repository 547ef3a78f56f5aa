import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { isHubAddress } from '@deepcoder/trainer-protocol';
import { findModel } from '@deepcoder/trainer-protocol/node';
import { ENVIRONMENT_PREFIX, SIDECAR_SUFFIX } from '@deepcoder/trajectory';
import { listDataFiles } from '@deepcoder/trajectory/node';
import { namedModels } from '../../hub/fetchModel.ts';
import type { Environment } from '../runTool.ts';
import { isThere } from '../../disk/isThere.ts';

/** What a config names on this disk. */
export interface NamedFiles {
  /** Files and folders below the working folder, from there. */
  inside: string[];
  /** Absolute paths elsewhere: what is there on another machine is that machine's. */
  elsewhere: string[];
}

/**
 * The files that a config needs. What comes with the program, is made up, or lies on the Hub is none of them.
 *
 * @throws DeepCoderError for what is not there, and for paths that lead out of the working folder
 */
export async function namedFiles(
  config: Config,
  { cwd, env, more }: { cwd: string; env: Environment; more: readonly string[] },
): Promise<NamedFiles> {
  const { train, eval: held } = config.data;
  const patterns = [...train, ...(Array.isArray(held) ? held : []), ...more];
  const named: { key: string; text: string; files: string[] }[] = [];
  for (const text of patterns) {
    if (text.startsWith(ENVIRONMENT_PREFIX) || isHubAddress(text)) continue;
    const { files } = await listDataFiles(text, cwd);
    const isPlain = path.isAbsolute(text) || (await isThere(path.resolve(cwd, text)));
    if (files.length === 0 && !isPlain) throw refused(text, 'there is no such file here');
    // A folder of more than data, as `more` may name it, goes as it is.
    const found = isPlain ? [path.resolve(cwd, text)] : files;
    named.push({ key: text, text, files: found });
  }
  for (const { key, text, need } of namedModels(config)) {
    const model = await findModel(text, { cwd, env, need });
    if (model.from === 'hub' || !model.exists) continue;
    named.push({ key, text, files: [model.path] });
  }
  const inside = new Set<string>();
  const elsewhere = new Set<string>();
  for (const { key, text, files } of named) {
    for (const file of files) {
      const from = path.relative(cwd, file);
      if (!from.startsWith('..') && !path.isAbsolute(from)) {
        inside.add(from === '' ? '.' : from);
        if (await isThere(`${file}${SIDECAR_SUFFIX}`)) inside.add(`${from}${SIDECAR_SUFFIX}`);
      } else if (path.isAbsolute(text)) elsewhere.add(file);
      else throw refused(key, OUTSIDE);
    }
  }
  return { inside: [...inside], elsewhere: [...elsewhere] };
}

const OUTSIDE =
  'lies outside of the working folder, which is what is copied; move it inside, or give the absolute path that it has on the host';

function refused(what: string, why: string): DeepCoderError {
  return new DeepCoderError('launch/files', `ssh: ${what}: ${why}`, { exitCode: 2 });
}
