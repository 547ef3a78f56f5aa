import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { diskError } from './diskError.ts';

export interface AppendFile {
  /** Hands all bytes to the system: they outlive this process as soon as it returns. */
  append: (bytes: string | Uint8Array) => void;
  /** Brings them to the disk. */
  sync: () => void;
  close: () => void;
}

/** A file that is only ever appended to. `flags`: 'ax' where it must not be there yet. */
export function openAppendFile(file: string, flags: 'a' | 'ax' = 'a'): AppendFile {
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw diskError(file, error);
    }
  };
  const fd = guarded(() => openSync(file, flags));
  return {
    append: (bytes) => {
      const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
      let done = 0;
      while (done < buffer.length) done += guarded(() => writeSync(fd, buffer, done));
    },
    sync: () => {
      guarded(() => {
        fsyncSync(fd);
      });
    },
    close: () => {
      closeSync(fd);
    },
  };
}
