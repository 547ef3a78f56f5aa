import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { koffiBinary } from './koffiBinary.mjs';

/** Per target: the platform's name in onnxruntime-node, and its binaries in tokenizers; null: there is no Node. */
export const TARGETS = /** @type {const} */ ({
  'linux-x64': { onnx: 'linux/x64', tokenizers: ['linux-x64-gnu'] },
  'linux-arm64': { onnx: 'linux/arm64', tokenizers: ['linux-arm64-gnu'] },
  'win32-x64': { onnx: 'win32/x64', tokenizers: ['win32-x64-msvc'] },
  'win32-arm64': { onnx: 'win32/arm64', tokenizers: ['win32-arm64-msvc'] },
  'darwin-arm64': { onnx: 'darwin/arm64', tokenizers: ['darwin-arm64'] },
  web: null,
});

/** @typedef {keyof typeof TARGETS} Target */

/**
 * Maps and declarations; the dylib that is there a second time under its full version: nothing links to it; and ONNX
 * Runtime's own binding to Node: its library is reached through koffi.
 */
const NOT_NEEDED =
  /\.(map|d\.ts)$|libonnxruntime\.\d+\.\d+\.\d+\.dylib$|onnxruntime_binding\.node$/;

/** What goes along everywhere, relative to the root; what is not named here stays out. */
const FILES = [
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'package.nls.json',
  'syntaxes',
  'media/icon.png',
  'media/activity.svg',
  'media/screenshots/metrics-dark.png',
  'media/walkthrough',
  'l10n',
  'client/dist/browser.js',
];

/** What runs in Node, and what that shows. */
const NODE_FILES = [
  'media/sample',
  'client/dist/extension.cjs',
  'client/dist/webview',
  'server/dist/server.mjs',
  'server/dist/main.mjs',
  'trainer/dist/deepcoder.mjs',
  'trainer/dist/dataWorker.mjs',
  'trainer/dist/grammarWorker.mjs',
  'trainer/dist/tokenizerProcess.mjs',
  'trainer/dist/panel.js',
  'trainer/dist/panel.css',
  'trainer/assets',
  'trainer/bridges',
];

/**
 * The files of a target's package: where each lies now, by where it goes. The native packages go to
 * where the trainer's bundle finds them, with what they need of Node's packages; only the platform's own
 * binaries come along.
 * @param {Target} target
 * @param {string} root the checkout
 * @returns {Map<string, string>}
 */
export function packageContents(target, root) {
  const files = FILES.flatMap((file) => below(join(root, file), file));
  const platform = TARGETS[target];
  if (platform === null) return new Map(files);
  const { onnx, tokenizers } = platform;
  const native = [
    'onnxruntime-node/package.json',
    `onnxruntime-node/bin/napi-v6/${onnx}`,
    ...[
      'package.json',
      'index.js',
      'LICENSE.txt',
      'src/koffi/index.js',
      'src/koffi/src/static.js',
    ].map((n) => `koffi/${n}`),
    ...['package.json', 'index.js', 'LICENSE'].map((name) => `tokenizers/${name}`),
    ...tokenizers.map((name) => `tokenizers/tokenizers.${name}.node`),
  ];
  return new Map([
    ...files,
    ...NODE_FILES.flatMap((file) => below(join(root, file), file)),
    ...native.flatMap((path) =>
      below(join(root, 'node_modules', path), `trainer/node_modules/${path}`),
    ),
    ...below(koffiBinary(target, root), `trainer/node_modules/@koromix/koffi-${target}`),
  ]);
}

/**
 * A file, or every file below a folder, without what is not needed.
 * @param {string} from
 * @param {string} to
 * @returns {[to: string, from: string][]}
 */
function below(from, to) {
  if (!existsSync(from)) throw new Error(`${from} is missing; build first`);
  const found = statSync(from).isDirectory()
    ? readdirSync(from).flatMap((name) => below(join(from, name), `${to}/${name}`))
    : [/** @type {[string, string]} */ ([to, from])];
  return found.filter(([path]) => !NOT_NEEDED.test(path));
}
