import type { Progress } from '../run/progress.ts';

export interface Output {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const BAR = 24;
/** Without a terminal, how long a phase is quiet between two lines. */
const LINE_EVERY_MS = 5000;

/**
 * Progress for people: one line that is rewritten on a terminal, a line now and then in a log file.
 * Lines that are said stay above it.
 */
export function terminalProgress(output: Output, now: () => number): Progress {
  return output.isTTY === true ? barProgress(output, now) : lineProgress(output, now);
}

function barProgress(output: Output, now: () => number): Progress {
  let shown = '';
  let drawnAt = -Infinity;
  const clear = (): void => {
    if (shown !== '') output.write(`\r${' '.repeat(shown.length)}\r`);
    shown = '';
  };
  return {
    say: (text) => {
      clear();
      output.write(`${text}\n`);
    },
    advance: (phase, state) => {
      const isLast = state.total > 0 && state.done >= state.total;
      if (!isLast && now() - drawnAt < 100) return;
      drawnAt = now();
      clear();
      shown = barText(phase, state).slice(0, (output.columns ?? 80) - 1);
      output.write(shown);
      if (isLast) {
        output.write('\n');
        shown = '';
      }
    },
  };
}

function barText(
  phase: string,
  { done, total, note = '' }: Parameters<Progress['advance']>[1],
): string {
  if (total === 0) return `${phase} ${done} ${note}`;
  const filled = Math.round((BAR * done) / total);
  return `${phase} [${'='.repeat(filled)}${' '.repeat(BAR - filled)}] ${done}/${total} ${note}`;
}

function lineProgress(output: Output, now: () => number): Progress {
  const last = new Map<string, number>();
  return {
    say: (text) => output.write(`${text}\n`),
    advance: (phase, { done, total, note = '' }) => {
      const isLast = total > 0 && done >= total;
      const at = now();
      if (!isLast && at - (last.get(phase) ?? -Infinity) < LINE_EVERY_MS) return;
      last.set(phase, at);
      const of = total === 0 ? '' : `/${total}`;
      output.write(`${phase} ${done}${of} ${note}`.trimEnd() + '\n');
    },
  };
}
