import type { JsonNode } from './jsonTree.ts';

const MOST = 20;
/** A few long records say as much as many short ones. */
const FEWEST = 4;
const ENOUGH_CHARACTERS = 1 << 16;

/** The first of some values, as many as detection looks at: it then takes no longer for long ones. */
export class Samples {
  readonly values: JsonNode[] = [];
  private length = 0;

  /** Says whether these are enough now. */
  add(value: JsonNode): boolean {
    const { values } = this;
    values.push(value);
    this.length += value.end - value.start;
    return values.length >= MOST || (values.length >= FEWEST && this.length >= ENOUGH_CHARACTERS);
  }
}

/** Those of a list. */
export function samplesOf(values: Iterable<JsonNode>): JsonNode[] {
  const samples = new Samples();
  for (const value of values) if (samples.add(value)) break;
  return samples.values;
}
