import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Bridge, bridgeFolder, bridgePython, BRIDGES } from './bridges.ts';
import { lastLines } from '../disk/logEnd.ts';
import { runProgram } from './runProgram.ts';
import { setupError } from './setupError.ts';

export interface SetUpEnvironment {
  python: string;
  requirement: string;
  /** What else has to be done. */
  note: string | null;
}

/**
 * Makes a bridge playable: a Python environment of its own in the user's cache, with the one package that it
 * needs. What is there already is kept.
 */
export async function setupEnvironment(
  name: Bridge,
  { log, cache }: { log: (line: string) => void; cache?: string },
): Promise<SetUpEnvironment> {
  const { requirement, needsJava, note } = BRIDGES[name];
  if (needsJava) await requireJava(name);
  const folder = bridgeFolder(name, cache);
  const python = bridgePython(name, cache);
  const result = { python, requirement, note };
  if (existsSync(python)) {
    log(`${name} is set up already: ${folder}`);
    return result;
  }
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  // Scripts of a Python environment name its folder, so it is made in place and moved away if it fails.
  try {
    log(`1/2 a Python environment in ${folder}`);
    await must(await findPython(), ['-m', 'venv', folder], 'make a Python environment');
    log(`2/2 ${requirement}, from the Python registry`);
    await must(python, [...PIP_INSTALL, requirement], `install ${requirement}`);
  } catch (error) {
    discard(folder);
    throw error;
  }
  return result;
}

const PIP_INSTALL = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];

/** Another process may be reading it, so it goes under another name first. */
function discard(folder: string): void {
  if (!existsSync(folder)) return;
  const away = `${folder}.${process.pid}`;
  renameSync(folder, away);
  rmSync(away, { recursive: true, force: true });
}

async function must(program: string, args: readonly string[], what: string): Promise<void> {
  const { code, output } = await runProgram(program, args);
  if (code === 0) return;
  throw setupError('environment-setup', `${program} could not ${what}:\n${lastLines(output)}`);
}

async function findPython(): Promise<string> {
  for (const python of ['python3', 'python']) {
    if ((await runProgram(python, ['-c', 'import venv, ensurepip'])).code === 0) return python;
  }
  throw setupError(
    'no-python',
    'no Python 3 with venv (tried python3, python); install it (Debian: apt install python3-venv)',
  );
}

async function requireJava(name: string): Promise<void> {
  if ((await runProgram('java', ['-version'])).code === 0) return;
  throw setupError(
    'no-java',
    `${name} runs on Java, and there is no java; install it (Debian: apt install default-jre-headless)`,
  );
}
