import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { diskError } from '../disk/diskError.ts';
import type { PlayedPanel } from '../eval/playPanel.ts';
import { episodeFiles } from '../recipes/play.ts';

export interface SaveOptions {
  cwd: string;
  folder: string;
  as: 'react' | 'atif';
  wonOnly: boolean;
}

/** Writes episodes as trajectory files; gives their paths by the episodes' places. */
export async function saveEpisodes(
  played: PlayedPanel,
  options: SaveOptions,
): Promise<ReadonlyMap<number, string>> {
  const { cwd, folder } = options;
  const files = episodeFiles(played, options);
  try {
    await mkdir(path.resolve(cwd, folder), { recursive: true });
    for (const { name, text } of files) await writeFile(path.resolve(cwd, folder, name), text);
  } catch (error) {
    throw diskError(`episodes ${folder}`, error);
  }
  return new Map(files.map(({ index, name }) => [index, path.join(folder, name)]));
}
