// An SGLang server in a process of its own, as fast as can be: each answer comes after a fixed time and has the
// ids that were sent, with the same scores for all of them. Prints its port.
import { createServer } from 'node:http';

const delayMs = Number(process.argv[2] ?? 20);
const K = 64;
const ids = Int32Array.from({ length: K }, (_, at) => at);
const logps = Float32Array.from({ length: K }, (_, at) => -3 - at / 8);
/** @type {Map<number, string>} */
const tops = new Map();

/** @param {number} rows */
function topOf(rows) {
  const known = tops.get(rows);
  if (known !== undefined) return known;
  /** @param {Int32Array | Float32Array} row */
  const base64 = (row) =>
    Buffer.concat(Array(rows).fill(Buffer.from(row.buffer))).toString('base64');
  const made =
    `"input_top_logprobs_shape":[${rows},${K}],"input_top_logprobs_null_prefix":1,` +
    `"input_top_logprobs_b64_dtype":["float32","int32"],` +
    `"input_top_logprobs_val_flat_b64":"${base64(logps)}","input_top_logprobs_idx_flat_b64":"${base64(ids)}"`;
  tops.set(rows, made);
  return made;
}

const server = createServer((request, response) => {
  const began = performance.now();
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    /** @type {{ input_ids: number[] }} */
    const { input_ids: sent } = JSON.parse(Buffer.concat(chunks).toString());
    const labels = sent.map((id, at) => `[${at === 0 ? 'null' : -12},${id},null]`).join();
    const body =
      `{"text":"","output_ids":[],"meta_info":{"prompt_tokens":${sent.length},` +
      `"input_token_logprobs":[${labels}],${topOf(sent.length - 1)}}}`;
    response.setHeader('content-type', 'application/json');
    setTimeout(() => response.end(body), Math.max(0, delayMs - (performance.now() - began)));
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.stdout.write(`${address.port}\n`);
});
