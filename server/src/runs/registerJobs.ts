import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { jobInfoSchema, jobsList, jobsTargets, type JobInfo } from '@deepcoder/server-protocol';
import { z } from 'zod';
import type { ServerContext } from '../lsp/context.ts';
import { onCustomRequest } from '../lsp/onCustomRequest.ts';
import { findTrainerProgram } from '../trainerService/trainerProgram.ts';

const toldSchema = z.array(jobInfoSchema.omit({ cwd: true }));
const NO_TARGETS = { file: '', targets: [], problems: [] };
/** A cluster that does not answer is asked again later. */
const PATIENCE_MS = 60_000;

/** What runs on clusters: the trainer's program knows them, and is asked. */
export function registerJobs(context: ServerContext): void {
  const { connection } = context;
  /** What a command of the program prints; null in a workspace that is not trusted. */
  const ask = async (args: readonly string[], cwd: string): Promise<unknown> => {
    const program = findTrainerProgram(context.settings.current.trainer, context.env);
    if (!context.isTrusted() || program === null) return null;
    const { command, file, env } = program;
    const options = { cwd, env, timeout: PATIENCE_MS, maxBuffer: 1 << 24 };
    const { stdout } = await promisify(execFile)(command, [file, ...args], options);
    return JSON.parse(stdout) as unknown;
  };
  const jobsIn = async (cwd: string): Promise<JobInfo[]> => {
    if (!existsSync(path.join(cwd, '.deepcoder', 'jobs'))) return [];
    const told = toldSchema.parse((await ask(['jobs', '--json'], cwd)) ?? []);
    return told.map((job) => ({ cwd, ...job })).reverse();
  };
  onCustomRequest(connection, jobsList, async () => {
    const found = await Promise.all(
      context.workspaceFolders().map((cwd) =>
        jobsIn(cwd).catch((error: unknown) => {
          connection.console.warn(`jobs of ${cwd}: ${String(error)}`);
          return [];
        }),
      ),
    );
    return { jobs: found.flat() };
  });
  onCustomRequest(connection, jobsTargets, async () => {
    const [cwd = process.cwd()] = context.workspaceFolders();
    const told = await ask(['jobs', 'targets', '--json'], cwd);
    return jobsTargets.result.parse(told ?? NO_TARGETS);
  });
}
