/** Every collective against what it must give, on each rank; prints a line of JSON per rank. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Collective } from '../../../trainer/src/engine/collective/collective.ts';
import { openMpi } from '../../../trainer/src/engine/collective/mpiCollective.ts';
import { openMpiLibrary } from '../../../trainer/src/engine/collective/mpiLibrary.ts';

const expected = process.env['EXPECTED'];
const library = await openMpiLibrary(process.env['DEEPCODER_MPI_LIBRARY']!);
const faults: string[] = [];
let ranks: Collective;
try {
  ranks = openMpi(library, expected === undefined ? null : Number(expected));
} catch (error) {
  process.stdout.write(`${JSON.stringify({ refused: (error as Error).message })}\n`);
  library.exitNow(2);
  throw error;
}
const { rank, size } = ranks;

function same(what: string, got: ArrayLike<number>, wanted: ArrayLike<number>): void {
  if (got.length !== wanted.length) faults.push(`${what}: ${got.length} numbers`);
  for (let i = 0; i < wanted.length; i++) {
    if (Object.is(got[i], wanted[i])) continue;
    faults.push(`${what}: [${i}] is ${got[i]}, not ${wanted[i]}`);
    return;
  }
}

/** Numbers whose sum depends on the order in which they are added; cheap, since millions are made. */
function gradient(of: number, length: number): Float32Array {
  const numbers = new Float32Array(length);
  for (let i = 0, bits = of + 1; i < length; i++) {
    bits = (Math.imul(bits, 1664525) + 1013904223) | 0;
    numbers[i] = bits * 2 ** ((bits >>> 5) & 15);
  }
  return numbers;
}

function orderedSum(length: number): Float32Array {
  const sum = gradient(0, length);
  for (let other = 1; other < size; other++) {
    const more = gradient(other, length);
    for (let i = 0; i < length; i++) sum[i] = Math.fround(sum[i]! + more[i]!);
  }
  return sum;
}

// Sizes below the number of ranks, odd ones, above what a thread is worth, and above one chunk.
for (const length of [0, 1, 3, 1000, 100_001, (1 << 24) + 5]) {
  const data = gradient(rank, length);
  await ranks.allReduce(data);
  same(`allReduce of ${length}`, data, orderedSum(length));
}

const counts = Array.from({ length: size }, (_, i) => 5 + 3 * i);
const offset = counts.slice(0, rank).reduce((sum, count) => sum + count, 0);
const total = counts.reduce((sum, count) => sum + count, 0);
const scattered = gradient(rank, total);
await ranks.reduceScatter(scattered, counts);
const own = scattered.subarray(offset, offset + counts[rank]!);
same('reduceScatter', own, orderedSum(total).subarray(offset, offset + counts[rank]!));

const gathered = new Float64Array(total);
gathered.fill(rank + 0.1, offset, offset + counts[rank]!);
await ranks.allGather(gathered, counts);
same(
  'allGather',
  gathered,
  counts.flatMap((count, i) => Array<number>(count).fill(i + 0.1)),
);

const told = new Int32Array(1000).fill(rank === size - 1 ? 7 : 0);
await ranks.broadcast(told, size - 1);
same('broadcast', told, new Int32Array(1000).fill(7));

// A ring that would hang if sends waited for their receivers one after the other in the wrong order.
const passed = Float32Array.of(rank, 1);
if (rank > 0) await ranks.receive(passed, rank - 1);
if (rank > 0) passed[1]! += passed[0]! * 0;
if (rank < size - 1) await ranks.send(Float32Array.of(rank, passed[1]! + 1), rank + 1);
same('send and receive', passed, Float32Array.of(Math.max(0, rank - 1), rank === 0 ? 1 : rank + 1));

// While the others are blocked, the event loop turns, files are read, and posts arrive.
const began = performance.now();
let turns = 0;
const timer = setInterval(() => turns++, 5);
let heard = 0;
let readMs = 0;
if (rank === 0) {
  while (performance.now() - began < 500) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const { from, words } of ranks.posted()) {
      same('post', words, Int32Array.of(from, 42, 0, 0));
      heard++;
    }
  }
  await ranks.barrier();
} else {
  const blocked = ranks.barrier();
  await stat('/');
  readMs = performance.now() - began;
  for (let i = 0; i < 5; i++) {
    ranks.post(0, Int32Array.of(rank, 42));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await blocked;
}
clearInterval(timer);
if (turns < 20) faults.push(`the event loop turned ${turns} times in half a second`);
if (readMs > 200) faults.push(`a file waited ${readMs} ms for a blocked call`);
if (rank === 0 && heard < size - 1) faults.push(`${heard} posts came`);

const bits = gradient(rank, 300_000);
await ranks.allReduce(bits);
const hash = createHash('sha256').update(bits).digest('hex');
// Before the last call: MPICH's launcher loses what is printed after it.
process.stdout.write(`${JSON.stringify({ rank, size, abi: library.abi, hash, faults })}\n`);
await ranks.close();
process.exit(faults.length === 0 ? 0 : 1);
