import path from 'node:path';
import { lastLines } from './lastLines.ts';

/** What the process of a run printed, one JSON object a line and what it did not mean to print. */
export function outputFile(runFolder: string): string {
  return path.join(runFolder, 'output.jsonl');
}

/** The last lines of the run's log, and after them what its process printed at the end. */
export async function runLines(runFolder: string, count: number): Promise<string[]> {
  const log = await lastLines(path.join(runFolder, 'trainer.log'), count);
  const printed = spokenLines(await lastLines(outputFile(runFolder), count));
  return [...log, ...printed].slice(-count);
}

/** What a process printed, for people: its errors and what stands outside its events. */
export function spokenLines(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const event = eventOf(line);
    if (event === null) return line.trim() === '' ? [] : [line];
    if (event.error !== undefined) return event.error.message.split('\n');
    return event.event === 'say' && event.text !== undefined ? [event.text] : [];
  });
}

/** One line of what `deepcoder train --json` prints. */
export interface OutputEvent {
  event?: string;
  folder?: string;
  text?: string;
  phase?: string;
  done?: number;
  total?: number;
  error?: { code: string; message: string; exit_code: number };
}

/** The event of a line; null where it is none. */
export function eventOf(line: string): OutputEvent | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as OutputEvent;
  } catch {
    return null;
  }
}
