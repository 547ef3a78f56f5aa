import { build } from 'esbuild';
import { browserBuild, clientBuild, webviewBuild } from './client/clientBuild.mjs';
import { panelBuild } from './client/panel/panelBuild.mjs';
import { serverBuild } from './server/serverBuild.mjs';

/** Native or optional packages stay outside the bundle and are found in node_modules. */
const EXTERNAL = [
  'koffi',
  'onnxruntime-node',
  'tokenizers',
  'sharp',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-node-gpu',
];

await build({ ...panelBuild, outdir: 'trainer/dist' });
await build(clientBuild);
await build(browserBuild);
await build(webviewBuild);
await build(serverBuild);

await build({
  entryPoints: {
    deepcoder: 'trainer/src/main.ts',
    dataWorker: 'trainer/src/data/encode/worker.ts',
    tokenizerProcess: 'trainer/src/data/tokenizing/process.ts',
    grammarWorker: 'trainer/src/serving/grammar/worker.ts',
  },
  outdir: 'trainer/dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  // tfjs' ES modules register the gradients, its CommonJS build does not.
  mainFields: ['module', 'main'],
  external: EXTERNAL,
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
