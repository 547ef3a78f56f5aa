import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** How the trainer program is started. */
export interface TrainerProgram {
  /** A Node. */
  command: string;
  /** The program's file. */
  file: string;
  env: Record<string, string | undefined>;
}

export interface ProgramSettings {
  /** Empty: the editor's own Node. */
  nodePath: string;
  /** Empty: the program that comes with this server. */
  programPath: string;
}

const PROGRAM = path.join('trainer', 'dist', 'deepcoder.mjs');

/** The program to start; null where there is none, as in a checkout that was not built. */
export function findTrainerProgram(
  { nodePath, programPath }: ProgramSettings,
  env: Readonly<Record<string, string | undefined>>,
): TrainerProgram | null {
  const file = programPath === '' ? besideServer() : programPath;
  if (file === null || !existsSync(file)) return null;
  return {
    command: nodePath === '' ? process.execPath : nodePath,
    file,
    // Inside an editor the own executable is Electron, which is a Node only when told so.
    env: nodePath === '' ? { ...env, ELECTRON_RUN_AS_NODE: '1' } : { ...env },
  };
}

/** The folder that holds `trainer/dist/deepcoder.mjs`. */
export function programRoot(file: string): string {
  return path.resolve(path.dirname(file), '..', '..');
}

/** Upwards from the bundle or the source, whichever is running. */
function besideServer(): string | null {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const file = path.join(folder, PROGRAM);
    if (existsSync(file)) return file;
    const parent = path.dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
}
