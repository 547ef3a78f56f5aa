import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';

export interface Log {
  /** One line with the time before it; further lines of the text are indented. */
  write: (text: string) => void;
  close: () => void;
}

/** `trainer.log` of a run, appended to; a run that goes on continues the same file. */
export function openLog(folder: string, clock: () => Date): Log {
  const fd = openSync(path.join(folder, 'trainer.log'), 'a');
  return {
    write: (text) => {
      const lines = text.replaceAll('\n', '\n  ');
      writeSync(fd, `${clock().toISOString()} ${lines}\n`);
    },
    close: () => closeSync(fd),
  };
}
