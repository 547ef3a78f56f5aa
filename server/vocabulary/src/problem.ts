/** From the worst to the mildest. */
export const SEVERITIES = ['error', 'warning', 'info', 'hint'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Half-open, in UTF-16 units of the text as given. */
export interface Range {
  start: number;
  end: number;
}

/**
 * What is wrong, by a stable code and in words, and where: a range of a text, a path in a config.
 * `Problem<unknown>` has no place.
 */
export type Problem<Place = Range> = { code: string; message: string; severity: Severity } & Place;
