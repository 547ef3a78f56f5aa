import { type Progress, silent } from '../run/progress.ts';
import type { Cli } from './cli.ts';
import { terminalProgress } from './terminal.ts';

/** Progress for people on stderr, so that stdout holds results only; nothing with --json. */
export function progressOf(cli: Cli, { json = false }: { json?: boolean }): Progress {
  return json ? silent : terminalProgress(cli.stderr, cli.now);
}

const EVERY_MS = 500;

/** Progress of a long command for programs: one JSON object a line, `event` says what it is. */
export function eventProgress(cli: Cli): Progress {
  const last = new Map<string, number>();
  const write = (value: object): void => {
    cli.stdout.write(`${JSON.stringify(value)}\n`);
  };
  return {
    say: (text) => write({ event: 'say', text }),
    advance: (phase, { done, total, note = '' }) => {
      const isLast = total > 0 && done >= total;
      const at = cli.now();
      if (!isLast && at - (last.get(phase) ?? -Infinity) < EVERY_MS) return;
      last.set(phase, at);
      write({ event: 'progress', phase, done, total, note });
    },
  };
}
