import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { TrainerProgram } from '../trainerService/trainerProgram.ts';
import { createLineTail } from './lineTail.ts';
import { eventOf, outputFile, spokenLines, type OutputEvent } from './runOutput.ts';

export interface LaunchOptions {
  program: TrainerProgram;
  /** Of the program: `train`, the config, ... */
  args: readonly string[];
  cwd: string;
  /** Folder of the run folders, absolute: until the run has one, its output lies there. */
  runsDir: string;
  /** Ends what was launched, as long as it has no run folder. */
  signal?: AbortSignal;
  onProgress?: (event: OutputEvent) => void;
}

export type Launched =
  | { ok: true; folder: string; warnings: string[] }
  | { ok: false; code: string; message: string; lastLines: string[] };

const LOOK_EVERY_MS = 25;
const TOLD_LINES = 20;

/**
 * Starts a trainer that outlives this process, and waits until it has a run folder or has ended. It
 * prints into a file: a pipe would break when the editor is closed, and take the trainer along.
 */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const { signal, onProgress } = options;
  const waiting = path.join(options.runsDir, '.launch', `${randomUUID()}.jsonl`);
  let child: ChildProcess;
  try {
    child = start(options, waiting);
  } catch (error) {
    return failed('launch/not-started', textOf(error), []);
  }
  const ended = endOf(child);
  const tail = createLineTail(waiting);
  const lines: string[] = [];
  const events: (OutputEvent | null)[] = [];
  for (;;) {
    if (signal?.aborted === true) child.kill();
    const end = await Promise.race([ended, setTimeout(LOOK_EVERY_MS)]);
    for (const line of await tail.read()) {
      const event = eventOf(line);
      lines.push(line);
      events.push(event);
      if (event !== null) onProgress?.(event);
    }
    const folder = events.find((event) => event?.event === 'run')?.folder;
    if (folder !== undefined) {
      child.unref();
      await keepOutput(waiting, folder);
      return { ok: true, folder, warnings: warningsIn(events) };
    }
    if (end === undefined) continue;
    await forgetOutput(waiting);
    if (signal?.aborted === true) return failed('launch/cancelled', 'cancelled', []);
    return refusal(end, lines);
  }
}

function start({ program, args, cwd, runsDir }: LaunchOptions, output: string): ChildProcess {
  mkdirSync(path.dirname(output), { recursive: true });
  const fd = openSync(output, 'ax');
  try {
    return spawn(program.command, [program.file, ...args], {
      cwd,
      env: program.env,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', fd, fd],
    });
  } catch (error) {
    throw new Error(`${program.command} does not start in ${runsDir}: ${textOf(error)}`, {
      cause: error,
    });
  } finally {
    closeSync(fd);
  }
}

/** How it ended, in words. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`it does not start: ${error.message}`));
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `it ended with ${code ?? 'nothing'}` : `${signal} ended it`),
    );
  });
}

function warningsIn(events: readonly (OutputEvent | null)[]): string[] {
  return events.flatMap((event) => {
    const text = event?.event === 'say' ? (event.text ?? '') : '';
    return text.startsWith('warning: ') ? [text.slice('warning: '.length)] : [];
  });
}

function refusal(end: string, lines: readonly string[]): Launched {
  const error = lines.map(eventOf).findLast((event) => event?.error !== undefined)?.error;
  const told = spokenLines(lines).slice(-TOLD_LINES);
  if (error !== undefined) return failed(error.code, error.message, told);
  return failed('launch/ended', `the trainer ended before it had a run folder: ${end}`, told);
}

function failed(code: string, message: string, lastLines: string[]): Launched {
  return { ok: false, code, message, lastLines };
}

/** Into the run's folder; where a system does not rename open files, it stays where it is. */
async function keepOutput(waiting: string, folder: string): Promise<void> {
  await rename(waiting, outputFile(folder)).catch(() => undefined);
  await rmdir(path.dirname(waiting)).catch(() => undefined);
}

async function forgetOutput(waiting: string): Promise<void> {
  await rm(waiting, { force: true }).catch(() => undefined);
  await rmdir(path.dirname(waiting)).catch(() => undefined);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
