export type Action =
  | { verb: 'go' | 'open' | 'close' | 'use'; receptacle: string }
  | { verb: 'take' | 'put' | 'clean' | 'heat' | 'cool'; receptacle: string; object: string }
  | { verb: 'look' | 'inventory' };

const THING = '([a-z]+)';

/** Parses a command; returns null if it is not one. Ignores case, spaces and a final full stop. */
export function parseAction(text: string): Action | null {
  const plain = text.trim().toLowerCase().replace(/\s+/g, ' ').replace(/ ?\.$/, '');
  if (plain === 'look' || plain === 'inventory') return { verb: plain };
  const simple = new RegExp(`^(go to|open|close|use) ${THING}$`).exec(plain);
  if (simple !== null) {
    const verb = simple[1] === 'go to' ? 'go' : (simple[1] as 'open' | 'close' | 'use');
    return { verb, receptacle: simple[2]! };
  }
  for (const [pattern, verb] of MOVES) {
    const found = pattern.exec(plain);
    if (found !== null)
      return { verb: verb ?? (found[1] as 'clean'), object: found[2]!, receptacle: found[3]! };
  }
  return null;
}

const MOVES: readonly [RegExp, 'take' | 'put' | null][] = [
  [new RegExp(`^(take) ${THING} from ${THING}$`), 'take'],
  [new RegExp(`^(put) ${THING} (?:in|on) ${THING}$`), 'put'],
  [new RegExp(`^(clean|heat|cool) ${THING} with ${THING}$`), null],
];
