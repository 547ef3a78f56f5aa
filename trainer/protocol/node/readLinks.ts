import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseTrackerFile } from '../src/index.ts';

export interface RunLink {
  /** Where it leads to: `MLflow`. */
  label: string;
  url: string;
}

/** The run in the trackers that have it. */
export async function readLinks(runFolder: string): Promise<RunLink[]> {
  const folder = path.join(runFolder, 'trackers');
  const names = await readdir(folder).catch((): string[] => []);
  const texts = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => readFile(path.join(folder, name), 'utf8').catch(() => '')),
  );
  return texts.flatMap((text) => {
    const { label, url } = parseTrackerFile(text) ?? { label: '', url: null };
    return url === null ? [] : [{ label, url }];
  });
}
