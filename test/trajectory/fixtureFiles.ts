import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FixtureFile {
  format: string;
  name: string;
  path: string;
  text: string;
}

const FOLDER = join(import.meta.dirname, '../fixtures/trajectory');

/** The fixtures of every format, without their outlines. */
export const fixtureFiles: readonly FixtureFile[] = readdirSync(FOLDER, { recursive: true })
  .map(String)
  .filter((path) => path.includes('.') && !path.endsWith('.outline'))
  .sort()
  .map((path) => {
    const [format, name] = path.split(/[\\/]/) as [string, string];
    const full = join(FOLDER, path);
    return { format, name, path: full, text: readFileSync(full, 'utf8') };
  });

export function fixture(format: string, name: string): string {
  const found = fixtureFiles.find((file) => file.format === format && file.name === name);
  if (!found) throw new Error(`no fixture ${format}/${name}`);
  return found.text;
}
