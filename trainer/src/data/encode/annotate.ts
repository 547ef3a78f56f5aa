import { applyAnnotations, readAnnotations, type Parsed } from '@deepcoder/trajectory';

export interface Annotated {
  parsed: Parsed;
  applied: number;
  /** Why other entries of the sidecar could not be applied. */
  problems: string[];
}

/** Overrules the parser by what a person has written into the sidecar (its text; null: none). */
export function annotate(text: string, parsed: Parsed, sidecar: string | null): Annotated {
  if (sidecar === null) return { parsed, applied: 0, problems: [] };
  const read = readAnnotations(sidecar);
  const result = applyAnnotations(text, parsed, read.annotations);
  return {
    parsed: result.parsed,
    applied: read.annotations.length - result.problems.length,
    problems: [...read.problems, ...result.problems].map(({ message }) => message),
  };
}
