import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { fakeScoreServer } from './fakeScoreServer.ts';

/**
 * A server program with the options and log lines of vLLM or SGLang, by what `FAKE_TEACHER` says: `slow`, `dies`,
 * `hangs`, `stubborn` (does not end when asked to), `small` (runs out of memory above 2,048 tokens at once).
 */
const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    port: { type: 'string' },
    model: { type: 'string' },
    'model-path': { type: 'string' },
    'api-key': { type: 'string' },
    'max-model-len': { type: 'string' },
    'max-logprobs': { type: 'string' },
    'max-num-batched-tokens': { type: 'string' },
  },
});
const mode = process.env['FAKE_TEACHER'] ?? '';
const isSglang = values['model-path'] !== undefined;
const model = String(values['model-path'] ?? values.model ?? positionals.at(-1));
const apiKey = isSglang ? String(values['api-key']) : process.env['VLLM_API_KEY'];
if (process.env['FAKE_SAID'] !== undefined) {
  writeFileSync(process.env['FAKE_SAID'], process.argv.slice(2).join(' '));
}

console.log('INFO downloading the weights: 40%');
await setTimeout(mode === 'slow' ? 1200 : 50);
console.log('INFO Loading safetensors checkpoint shards:  70% Completed');
if (mode === 'dies') {
  console.error('RuntimeError: no such architecture');
  process.exit(1);
}
const batchTokens = Number(values['max-num-batched-tokens'] ?? 8192);
if (mode === 'small' && batchTokens > 2048) {
  console.error('torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.');
  process.exit(1);
}
if (mode === 'stubborn') {
  process.on('SIGTERM', () => console.log('INFO not yet'));
  // A worker of its own, as servers have them.
  const worker = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  console.log(`worker ${worker.pid}`);
}
await setTimeout(mode === 'slow' ? 1200 : 50);
console.log('INFO Capturing CUDA graph shapes: 100%');
if (mode !== 'hangs') {
  await fakeScoreServer({
    kind: isSglang ? 'sglang' : 'vllm',
    vocabSize: 357,
    model,
    port: Number(values.port),
    contextLength: Number(values['max-model-len'] ?? 4096),
    maxTopK: Number(values['max-logprobs'] ?? 64),
    ...(apiKey === undefined ? {} : { apiKey }),
  });
  console.log('INFO Application startup complete.');
}
setInterval(() => undefined, 1000);
