import { isArray, isObject, MOST_FIRST_ITEMS } from './jsonNode.ts';
import { keyBit, type JsonNode } from './jsonTree.ts';

/** The `keyBits` of an object that has all of these members. */
export function bitsOf(...names: string[]): number {
  return names.reduce((bits, name) => bits | keyBit(name.length, name.charCodeAt(0)), 0);
}

/** `keyBits` of the first records of a file: by them most formats are ruled out without a look at each record. */
export interface KnownNames {
  /** Of the records; of a list its items'. */
  records: number;
  /** These, and those of the first items of each list in a record. */
  messages: number;
}

export function namesIn(samples: readonly JsonNode[]): KnownNames {
  let records = 0;
  let messages = 0;
  for (const sample of samples) {
    if (isArray(sample)) records |= bitsOfItems(sample);
    if (!isObject(sample)) continue;
    records |= sample.keyBits;
    for (let item = sample.first; item; item = item.next)
      if (isArray(item)) messages |= bitsOfItems(item, MOST_FIRST_ITEMS);
  }
  return { records, messages: records | messages };
}

function bitsOfItems(list: JsonNode, most = Infinity): number {
  let bits = 0;
  let left = most;
  for (let item = list.first; item && left > 0; item = item.next) {
    if (isObject(item)) bits |= item.keyBits;
    left -= 1;
  }
  return bits;
}
