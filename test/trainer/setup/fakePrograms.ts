import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

export interface Sandbox {
  folder: string;
  /** Writes a file below the folder and gives its path. */
  write: (path: string, text?: string) => string;
  /** Puts a shell script on the PATH, on which there is nothing else. */
  program: (name: string, script: string) => void;
}

/** A folder for each test whose `bin` is all there is on the PATH. */
export function sandbox(): Sandbox {
  const box: Sandbox = {
    folder: '',
    write(path, text = '') {
      const file = join(box.folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    program(name, script) {
      chmodSync(box.write(join('bin', name), `#!/bin/sh\n${script}\n`), 0o755);
    },
  };
  beforeEach(() => {
    box.folder = mkdtempSync(join(tmpdir(), 'deepcoder-setup-'));
    vi.stubEnv('PATH', join(box.folder, 'bin'));
    vi.stubEnv('CXX', undefined);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(box.folder, { recursive: true, force: true });
  });
  return box;
}
