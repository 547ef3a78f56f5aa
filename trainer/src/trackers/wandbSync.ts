import { spawn } from 'node:child_process';
import { RefusedError } from './delivery.ts';
import type { Env } from './mlflowClient.ts';

/** Uploads the folder of a run and gives the run's address, where the program says it. */
export type WandbSync = (folder: string) => Promise<string | null>;

const PATIENCE_MS = 300_000;

/** The official `wandb sync`, which finds the key itself: in `WANDB_API_KEY` or in the user's netrc. */
export function wandbSync(env: Env): WandbSync {
  return (folder) =>
    new Promise((resolve, reject) => {
      const child = spawn('wandb', ['sync', '--yes', folder], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: PATIENCE_MS,
      });
      let told = '';
      const tell = (text: Buffer): void => {
        told = (told + text.toString()).slice(-10_000);
      };
      child.stdout.on('data', tell);
      child.stderr.on('data', tell);
      child.on('error', (error: NodeJS.ErrnoException) => {
        const why =
          error.code === 'ENOENT'
            ? 'the program wandb is not there (pip install wandb)'
            : error.message;
        reject(new RefusedError(`${why}; the run is kept in ${folder}`));
      });
      child.on('close', (code) => {
        if (code === 0) resolve(/https?:\/\/\S+\/runs\/[\w-]+/.exec(told)?.[0] ?? null);
        else
          reject(
            new RefusedError(`wandb sync ended with ${String(code)}; the run is kept in ${folder}`),
          );
      });
    });
}
