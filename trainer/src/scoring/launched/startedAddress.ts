import { type Config, DeepCoderError } from '@deepcoder/config';
import type { ServerAddress } from '../served/openScoreServer.ts';
import { findTeacher, readKey, teacherName } from './teacherFolder.ts';

/** Where the server answers that `deepcoder teacher start` has started for a config. */
export async function startedAddress(config: Config, cwd: string): Promise<ServerAddress> {
  const found = await findTeacher(cwd, teacherName(config));
  if (found?.isAlive === true) {
    return { url: found.record.url, apiKey: await readKey(found.folder) };
  }
  const state = found === null ? 'was not started' : 'has ended (deepcoder teacher logs says why)';
  throw new DeepCoderError(
    'teacher-stopped',
    `teacher ${config.teacher.model ?? ''}: its server ${state}; start it with deepcoder teacher start and this config`,
    { exitCode: 3 },
  );
}
