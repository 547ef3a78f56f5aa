import type { Collective } from './collective.ts';

/** The collective of a single-rank run: every call completes immediately. */
export const ALONE: Collective = {
  rank: 0,
  size: 1,
  description: 'one rank',
  allReduce: () => Promise.resolve(),
  reduceScatter: () => Promise.resolve(),
  allGather: () => Promise.resolve(),
  broadcast: () => Promise.resolve(),
  send: () => Promise.reject(new RangeError('a run of one rank has nobody to send to')),
  receive: () => Promise.reject(new RangeError('a run of one rank has nobody to receive from')),
  barrier: () => Promise.resolve(),
  post: () => undefined,
  posted: () => [],
  close: () => Promise.resolve(),
  exit: () => undefined,
};
