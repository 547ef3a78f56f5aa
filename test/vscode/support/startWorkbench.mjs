import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workbenchFolder } from '../prepareWorkbench.mjs';

/** Nothing that opens, asks or animates by itself. */
const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.editorLargeFileConfirmation': 1000,
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.reduceMotion': 'on',
  'window.commandCenter': false,
  'chat.commandCenter.enabled': false,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'editor.accessibilitySupport': 'off',
  'terminal.integrated.gpuAcceleration': 'off',
  'files.autoSave': 'off',
};

/**
 * Starts a VS Code server on a free port; its page is the workbench, its extension host is Node's.
 * @param {object} options
 * @param {string} options.userDataDir made when it is not there
 * @param {string} [options.extensionsDir]
 * @param {boolean} [options.trusted] false: the workspace is in restricted mode
 * @param {boolean} [options.dialogs] modal ones are shown; a workbench for suites refuses them
 * @param {Record<string, unknown>} [options.settings] of the user
 * @param {Record<string, string>} [options.env]
 */
export async function startWorkbench({
  userDataDir,
  extensionsDir = join(userDataDir, 'ext'),
  trusted = true,
  dialogs = false,
  settings = {},
  env = {},
}) {
  const port = await freePort();
  mkdirSync(extensionsDir, { recursive: true });
  // Without it a fresh profile loses the extension under development.
  writeIfMissing(join(extensionsDir, 'extensions.json'), '[]');
  writeSettings(userDataDir, settings);
  const args = [
    join(workbenchFolder(), 'lib/vscode/out/server-main.js'),
    ...['--host', '127.0.0.1', '--port', String(port)],
    '--without-connection-token',
    '--accept-server-license-terms',
    ...(dialogs ? [] : ['--enable-smoke-test-driver']),
    '--disable-telemetry',
    ...(trusted ? ['--disable-workspace-trust'] : []),
    ...['--user-data-dir', userDataDir, '--extensions-dir', extensionsDir],
  ];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...coverageEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that extension hosts and terminals end with it.
    detached: true,
  });
  const { pid } = child;
  // A group of its own also outlives this process, unless it is told.
  if (pid !== undefined) process.once('exit', () => signalGroup(pid, 'SIGKILL'));
  await started(child);
  return {
    port,
    pid,
    /** @param {PageOptions} page */
    url: (page) => pageUrl(port, page),
    close: () => closeGroup(child),
  };
}

/** What has Node count what runs, in the server and all that it starts. */
function coverageEnv() {
  const folder = process.env['DEEPCODER_COVERAGE'];
  if (folder === undefined) return {};
  const hook = fileURLToPath(new URL('endOnSignal.cjs', import.meta.url));
  return { NODE_V8_COVERAGE: folder, NODE_OPTIONS: `--require ${hook}` };
}

/**
 * @typedef {object} PageOptions
 * @property {string | null} folder the workspace, or a `.code-workspace` file; null: an empty window
 * @property {string} [extension] the folder of the extension under development
 * @property {string} [tests] the suite's main file
 * @property {string} [openFile]
 */

/**
 * @param {number} port
 * @param {PageOptions} options
 */
function pageUrl(port, { folder, extension, tests, openFile }) {
  const origin = `127.0.0.1:${port}`;
  const remote = (/** @type {string} */ path) => `vscode-remote://${origin}${path}`;
  const payload = [
    ...(extension === undefined ? [] : [['extensionDevelopmentPath', remote(extension)]]),
    ...(tests === undefined ? [] : [['extensionTestsPath', remote(tests)]]),
    ...(openFile === undefined ? [] : [['openFile', remote(openFile)]]),
    ['skipWelcome', 'true'],
  ];
  const key = folder?.endsWith('.code-workspace') ? 'workspace' : 'folder';
  const place = folder === null ? 'ew=true' : `${key}=${encodeURI(folder)}`;
  return `http://${origin}/?${place}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/**
 * The user's settings; what is there already stays where it is not named.
 * @param {string} userDataDir
 * @param {Record<string, unknown>} settings
 */
export function writeSettings(userDataDir, settings) {
  const folder = join(userDataDir, 'User');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'settings.json'),
    JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2),
  );
}

/**
 * @param {string} file
 * @param {string} text
 */
function writeIfMissing(file, text) {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/**
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
 * @returns {Promise<void>}
 */
function started(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
      if (output.includes('Extension host agent started')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', reject);
    child.on('close', (code) => {
      reject(new Error(`the workbench's server ended (${String(code)}):\n${output}`));
    });
  });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<void>}
 */
function closeGroup(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.pid === undefined) return resolve();
    child.on('close', () => resolve());
    signalGroup(child.pid, 'SIGTERM');
    const { pid } = child;
    setTimeout(() => signalGroup(pid, 'SIGKILL'), 3000).unref();
  });
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}
