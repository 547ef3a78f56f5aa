import path from 'node:path';
import { openAppendFile } from '../disk/appendFile.ts';

export interface Log {
  /** One line with the time before it; further lines of the text are indented. */
  write: (text: string) => void;
  close: () => void;
}

/** `trainer.log` of a run, appended to; a run that goes on continues the same file. */
export function openLog(folder: string, clock: () => Date): Log {
  const file = openAppendFile(path.join(folder, 'trainer.log'));
  return {
    write: (text) => {
      file.append(`${clock().toISOString()} ${text.replaceAll('\n', '\n  ')}\n`);
    },
    close: file.close,
  };
}
