import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { parseRunFile, type RunFile, type RunStatus } from '../src/index.ts';
import { processStart } from './processStart.ts';

/** What is known about a run folder. */
export interface RunSummary {
  folder: string;
  status: RunStatus;
  run: RunFile;
}

/** A folder that looks like a run but whose `run.json` cannot be read. */
export interface RunTrouble {
  folder: string;
  problem: string;
}

/** Tells when a process began, null where there is none. */
export type StartOf = (pid: number) => string | null;

/** Reads `run.json` and looks whether the process that it names is still the same one. */
export async function readRun(
  folder: string,
  startOf: StartOf = processStart,
): Promise<RunSummary | RunTrouble> {
  let text: string;
  try {
    text = await readFile(path.join(folder, 'run.json'), 'utf8');
  } catch (error) {
    return {
      folder,
      problem: `run.json: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  const parsed = parseRunFile(text);
  if ('problem' in parsed) return { folder, problem: `run.json: ${parsed.problem}` };
  return { folder, status: runStatus(parsed.value, startOf), run: parsed.value };
}

/** The runs below a folder, oldest first; no such folder holds none. */
export async function listRuns(dir: string): Promise<(RunSummary | RunTrouble)[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => {
        const folder = path.join(dir, name);
        const inside = await readdir(folder).catch((): string[] => []);
        return inside.includes('run.json') ? [await readRun(folder)] : [];
      }),
  );
  return found.flat().sort((a, b) => began(a).localeCompare(began(b)));
}

/** True while the run's process is there, whatever it is doing. */
export function isLive(status: RunStatus): boolean {
  return status === 'starting' || status === 'running' || status === 'paused';
}

/** What `run.json` says is true only as long as the process that said it is alive. */
function runStatus(run: RunFile, startOf: StartOf): RunStatus {
  if (!isLive(run.state)) return run.state;
  if (run.host !== hostname()) return 'remote';
  const start = startOf(run.pid);
  if (start === null) return 'crashed';
  const known = run.processStart !== null && run.processStart !== 'unknown' && start !== 'unknown';
  return known && start !== run.processStart ? 'crashed' : run.state;
}

function began(entry: RunSummary | RunTrouble): string {
  return 'run' in entry ? entry.run.startedAt : '';
}
