/**
 * `npm run package [-- target ...]`: makes VSIX files, each with the native code of its platform alone.
 * Targets are VS Code's names (`linux-x64`); default: this machine's. `all` makes every one.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { prepareCheckout } from '../../trainer/scripts/prepareCheckout.mjs';
import { thirdPartyLicences } from './thirdPartyLicences.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OUT = join(ROOT, 'dist/vsix');
const MAX_BYTES = 80e6;

/** Per target: the platform's name in onnxruntime-node, and its binaries in tokenizers. */
const TARGETS = /** @type {const} */ ({
  'linux-x64': { onnx: 'linux/x64', tokenizers: ['linux-x64-gnu'] },
  'linux-arm64': { onnx: 'linux/arm64', tokenizers: ['linux-arm64-gnu'] },
  'win32-x64': { onnx: 'win32/x64', tokenizers: ['win32-x64-msvc'] },
  'win32-arm64': { onnx: 'win32/arm64', tokenizers: ['win32-arm64-msvc'] },
  'darwin-arm64': { onnx: 'darwin/arm64', tokenizers: ['darwin-arm64'] },
});

/** @typedef {keyof typeof TARGETS} Target */

/** Everything that goes along, relative to the root; what is not named here stays out. */
const FILES = [
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'package.nls.json',
  'syntaxes',
  'media/icon.png',
  'media/activity.svg',
  'media/report.png',
  'media/screenshots',
  'media/walkthrough',
  'media/sample',
  'l10n',
  'client/dist/extension.cjs',
  'client/dist/browser.cjs',
  'client/dist/webview',
  'server/dist/server.mjs',
  'server/dist/main.mjs',
  'trainer/dist/deepcoder.mjs',
  'trainer/dist/dataWorker.mjs',
  'trainer/dist/panel.js',
  'trainer/dist/panel.css',
  'trainer/assets',
];

/** Fields of package.json that say something of the extension, not of the repository. */
const LEFT_OUT = ['private', 'workspaces', 'scripts', 'dependencies', 'devDependencies'];

await prepareCheckout();
for (const target of wantedTargets(process.argv.slice(2))) {
  const file = await packageFor(target);
  const bytes = statSync(file).size;
  console.log(`${file}: ${(bytes / 1e6).toFixed(1)} MB`);
  if (bytes > MAX_BYTES) throw new Error(`${file} has more than ${MAX_BYTES / 1e6} MB`);
}

/**
 * @param {string[]} names
 * @returns {Target[]}
 */
function wantedTargets(names) {
  const known = /** @type {Target[]} */ (Object.keys(TARGETS));
  if (names.includes('all')) return known;
  const wanted = names.length > 0 ? names : [`${process.platform}-${process.arch}`];
  return wanted.map((name) => {
    const target = known.find((one) => one === name);
    if (target === undefined)
      throw new Error(`there is no native code for ${name}; the targets are ${known.join(', ')}`);
    return target;
  });
}

/** @param {Target} target */
async function packageFor(target) {
  const folder = join(OUT, target);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) if (existsSync(join(ROOT, file))) copy(file, folder);
  writeManifest(folder);
  copyNative(target, folder);
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), thirdPartyLicences(ROOT));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const packagePath = join(OUT, `deepcoder-${target}-${version}.vsix`);
  await createVSIX({
    cwd: folder,
    packagePath,
    target,
    dependencies: false,
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
  });
  return packagePath;
}

/** @param {string} folder */
function writeManifest(folder) {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const field of LEFT_OUT) delete manifest[field];
  manifest.engines = { vscode: manifest.engines.vscode };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
}

/**
 * The two native packages lie where the trainer's bundle finds them, with what they need of Node's
 * packages; only the platform's own binaries come along.
 * @param {Target} target
 * @param {string} folder
 */
function copyNative(target, folder) {
  const { onnx, tokenizers } = TARGETS[target];
  const modules = join(folder, 'trainer/node_modules');
  const from = (/** @type {string} */ path) => join(ROOT, 'node_modules', path);
  for (const path of [
    'onnxruntime-node/package.json',
    'onnxruntime-node/dist',
    `onnxruntime-node/bin/napi-v6/${onnx}`,
    'onnxruntime-common/package.json',
    'onnxruntime-common/dist/cjs',
  ])
    cpSync(from(path), join(modules, path), { recursive: true, filter: isNoSourceMap });
  const names = [
    'package.json',
    'index.js',
    'LICENSE',
    ...tokenizers.map((name) => `tokenizers.${name}.node`),
  ];
  for (const name of names) cpSync(from(`tokenizers/${name}`), join(modules, 'tokenizers', name));
}

/** @param {string} path */
function isNoSourceMap(path) {
  return !/\.(map|d\.ts)$/.test(path);
}

/**
 * @param {string} file
 * @param {string} folder
 */
function copy(file, folder) {
  const target = join(folder, file);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(join(ROOT, file), target, { recursive: true, filter: isNoSourceMap });
}
