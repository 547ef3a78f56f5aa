/**
 * Makes a fresh clone able to work: dependencies, then the bundle. Plain JavaScript on Node's own
 * modules, because nothing else is there yet when it runs.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const checkoutRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What the bundle is made of, relative to the root. */
const BUNDLE_SOURCES = [
  'trainer/src',
  'trainer/protocol',
  'configs/src',
  'server',
  'client/src',
  'client/clientBuild.mjs',
  'client/panel/src',
  'esbuild.mjs',
  'package-lock.json',
];
const BUNDLE = 'trainer/dist/deepcoder.mjs';
const NODE_FLOOR = [20, 19];

/** A set-up step that did not work; the message is all a user needs. */
export class SetupError extends Error {}

/** @param {{ root?: string, bundle?: boolean, log?: (line: string) => void }} [options] */
export async function prepareCheckout({
  root = checkoutRoot,
  bundle = true,
  log = (line) => process.stderr.write(`${line}\n`),
} = {}) {
  const problem = nodeProblem(process.versions.node);
  if (problem !== null) throw new SetupError(problem);
  const missing = missingDependency(root);
  if (missing !== null) {
    await step('Installing dependencies (npm ci)', log, () => runNpm(root, npmCi));
  }
  if (bundle && bundleIsStale(root)) {
    await step('Building trainer/dist', log, () =>
      runQuietly(process.execPath, ['esbuild.mjs'], { cwd: root }),
    );
  }
}

/** Development dependencies hold the bundler, so a production environment must not leave them out. */
const npmCi = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];

/**
 * @param {string} version
 * @returns {string | null} a sentence for the user, or null when this Node will do
 */
export function nodeProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [floorMajor = 0, floorMinor = 0] = NODE_FLOOR;
  if (major > floorMajor || (major === floorMajor && minor >= floorMinor)) return null;
  return `DeepCoder needs Node ${NODE_FLOOR.join('.')} or newer, and this is Node ${version}; install a current one from https://nodejs.org`;
}

/**
 * Compares what is installed with the lock file by content: times say nothing after a checkout.
 * @param {string} root
 * @returns {string | null} the first package that is missing or has another version
 */
export function missingDependency(root) {
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  const wanted = readPackages(join(root, 'package-lock.json'));
  for (const [path, entry] of Object.entries(wanted)) {
    // What is optional may be left out on this platform.
    if (!path.includes('node_modules/') || entry.optional) continue;
    const found = installed[path];
    if (found?.version !== entry.version || found?.resolved !== entry.resolved) return path;
    if (!existsSync(join(root, path))) return path;
  }
  return null;
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, resolved?: string, optional?: boolean }>}
 */
function readPackages(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {};
}

/** @param {string} root */
export function bundleIsStale(root) {
  const bundle = join(root, BUNDLE);
  if (!existsSync(bundle)) return true;
  const builtMs = statSync(bundle).mtimeMs;
  return BUNDLE_SOURCES.some((source) => newestChangeMs(join(root, source)) > builtMs);
}

/**
 * Folders count too: their time changes when a file in them goes away.
 * @param {string} path
 * @returns {number}
 */
function newestChangeMs(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const children = readdirSync(path).filter((name) => name !== 'node_modules' && name !== 'dist');
  return Math.max(stat.mtimeMs, ...children.map((name) => newestChangeMs(join(path, name))));
}

/**
 * @param {string} title
 * @param {(line: string) => void} log
 * @param {() => Promise<void>} work
 */
async function step(title, log, work) {
  log(`${title} ...`);
  const startMs = Date.now();
  await work();
  log(`${title}: done in ${((Date.now() - startMs) / 1000).toFixed(1)} s`);
}

/**
 * @param {string} root
 * @param {string[]} args
 */
function runNpm(root, args) {
  const cli = process.env['npm_execpath'] ?? '';
  // npm.cmd cannot be spawned without a shell, the script behind it can.
  if (/npm-cli\.[cm]?js$/.test(cli))
    return runQuietly(process.execPath, [cli, ...args], { cwd: root });
  return runQuietly('npm', args, { cwd: root, shell: process.platform === 'win32' });
}

/**
 * Runs a program and shows its output only when it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd: string, shell?: boolean }} options
 * @returns {Promise<void>}
 */
export function runQuietly(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => {
      reject(new SetupError(`${program} could not be started: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else {
        const ending = signal ?? `exit code ${code ?? 'unknown'}`;
        reject(new SetupError(`${output}\n"${[program, ...args].join(' ')}" failed (${ending})`));
      }
    });
  });
}
