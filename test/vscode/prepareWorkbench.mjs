import { existsSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { SetupError, runQuietly } from '../../trainer/scripts/prepareCheckout.mjs';

/** A complete VS Code 1.100.3 with the Node extension host, as the npm registry has it. */
const PACKAGE = 'code-server@4.100.3';
const NOT_NEEDED = ['out', 'src', 'node_modules', 'ci', 'typings'];

/** Where the workbench is kept, outside of any checkout. */
export function workbenchFolder() {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'deepcoder', PACKAGE.replace('@', '-'));
}

export function isWorkbenchReady(folder = workbenchFolder()) {
  return existsSync(join(folder, 'lib/vscode/out/server-main.js'));
}

/** Whether tasks and terminals work in it. */
export function hasTerminals(folder = workbenchFolder()) {
  return existsSync(join(folder, 'lib/vscode/node_modules/node-pty/build/Release/pty.node'));
}

/**
 * Finds the workbench for the tests, installing it through npm where that is possible.
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<Record<string, string>>} environment for the tests: nothing, or
 *   DEEPCODER_NO_WORKBENCH with the reason why there is none
 */
export async function prepareWorkbench({ log }) {
  const folder = workbenchFolder();
  if (isWorkbenchReady(folder)) return {};
  if (process.platform !== 'linux') return noWorkbench('it is tried on Linux only', log);
  log('Installing a VS Code workbench through npm for the editor tests ...');
  try {
    await installWorkbench(folder);
    return {};
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return noWorkbench(error.message.trim().split('\n').at(-1) ?? '', log);
  }
}

/**
 * @param {string} reason
 * @param {(line: string) => void} log
 */
function noWorkbench(reason, log) {
  const sentence = `The editor tests are skipped (no workbench: ${reason}); "npm run test:desktop" runs the same suite in a desktop VS Code`;
  log(sentence);
  return { DEEPCODER_NO_WORKBENCH: sentence };
}

/**
 * Not `npm install`: the package's own install script downloads from elsewhere.
 * @param {string} folder
 */
async function installWorkbench(folder) {
  const parent = join(folder, '..');
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, 'installing-'));
  try {
    await runQuietly('npm', ['pack', PACKAGE, '--silent'], { cwd: work });
    const [archive] = await readdir(work);
    await runQuietly('tar', ['-xzf', archive ?? '', '--exclude=*.map'], { cwd: work });
    const unpacked = join(work, 'package');
    for (const name of NOT_NEEDED) await rm(join(unpacked, name), { recursive: true, force: true });
    const vscode = join(unpacked, 'lib/vscode');
    await runQuietly('npm', ['install', '--ignore-scripts', '--omit=dev', '--no-audit'], {
      cwd: vscode,
    });
    await buildTerminals(vscode);
    await linkRipgrep(vscode);
    await rm(folder, { recursive: true, force: true });
    await rename(unpacked, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Node's own headers where they are installed beside it: node-gyp would download them. */
function installedHeaders() {
  const folder = join(dirname(realpathSync(process.execPath)), '..');
  return existsSync(join(folder, 'include/node/common.gypi')) ? [`--nodedir=${folder}`] : [];
}

/**
 * Without node-pty no task ever ends; where it cannot be built (it needs gcc, make and Python), tests
 * of tasks skip themselves. Its last install step fails where its first has built all there is.
 * @param {string} vscode
 */
async function buildTerminals(vscode) {
  try {
    const args = ['rebuild', '--foreground-scripts', ...installedHeaders(), 'node-pty'];
    await runQuietly('npm', args, { cwd: vscode });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
  }
}

/**
 * Quick Open and `workspace.findFiles` need ripgrep, which the package downloads from elsewhere.
 * @param {string} vscode
 */
async function linkRipgrep(vscode) {
  if (findProgram('rg') === null && existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    await runQuietly('apt-get', ['install', '-y', '--no-install-recommends', 'ripgrep'], {
      cwd: vscode,
    });
  }
  const program = findProgram('rg');
  if (program === null) throw new SetupError('ripgrep is not installed');
  const bin = join(vscode, 'node_modules/@vscode/ripgrep/bin');
  await mkdir(bin, { recursive: true });
  await symlink(program, join(bin, 'rg'));
}

/** @param {string} name */
function findProgram(name) {
  const folders = (process.env['PATH'] ?? '').split(':');
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}
