import type { Collective } from './collective.ts';

/** A run of one rank: there is nobody to wait for. */
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
