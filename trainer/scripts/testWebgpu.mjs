/**
 * `npm run test:webgpu [-- FILTER ...]`: the tests of ONNX Runtime's WebGPU provider. Where Debian's Chromium is
 * installed they run on the software device that it brings, unless DEEPCODER_WEBGPU=system; further arguments are
 * vitest's.
 */
import { softwareDevice } from './softwareDevice.mjs';
import { prepareCheckout } from './prepareCheckout.mjs';
import { runSuite } from './runSuite.mjs';
import { helpFirst } from './helpFirst.mjs';

helpFirst(import.meta.filename);

await prepareCheckout({ bundle: false });
const device = process.env['DEEPCODER_WEBGPU'] === 'system' ? {} : softwareDevice();
Object.assign(process.env, device);
process.exitCode = await runSuite('webgpu', process.argv.slice(2));
