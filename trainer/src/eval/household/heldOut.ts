import { hash } from './random.ts';

/**
 * Object and receptacle types that never meet in a training game: about a twelfth of all pairs,
 * chosen by hash. Every test game is about at least one of them.
 */
export function isHeldOut(object: string, receptacle: string): boolean {
  return hash(`${object}@${receptacle}`) % 12 === 0;
}
