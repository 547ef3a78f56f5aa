import { TOKEN_KINDS } from '@deepcoder/vocabulary';

/** Learnt bytes by `KIND` code, and how many of them are in pairs with the teacher's tokens. */
export interface MatchedBytes {
  learnt: number[];
  matched: number[];
}

export function addBytes(a: MatchedBytes | null, b: MatchedBytes | null): MatchedBytes | null {
  if (a === null || b === null) return a ?? b;
  const sum = (key: keyof MatchedBytes): number[] => a[key].map((n, kind) => n + b[key][kind]!);
  return { learnt: sum('learnt'), matched: sum('matched') };
}

/** How much a teacher with another tokenizer has to say; nothing for one that shares the student's. */
export function matchedLines(bytes: MatchedBytes | null): string[] {
  if (bytes === null) return [];
  const shares = sharesOf(bytes).map(({ kind, share }) => `${kind} ${percent(share)}`);
  return [
    `the teacher's tokens are paired with these shares of the learnt bytes: ${shares.join(', ')}`,
  ];
}

/** Below this share of a kind's bytes a teacher is warned of. */
const LEAST_SHARE = 0.8;

export function matchedWarnings(bytes: MatchedBytes | null): string[] {
  if (bytes === null) return [];
  return sharesOf(bytes)
    .filter(({ share }) => share < LEAST_SHARE)
    .map(
      ({ kind, share }) =>
        `teacher.align: only ${percent(share)} of the ${kind} bytes are said by the teacher's template as by the student's, and the others are learnt from their labels alone; data.render: react says both alike`,
    );
}

function sharesOf({ learnt, matched }: MatchedBytes): { kind: string; share: number }[] {
  return TOKEN_KINDS.flatMap((kind, code) =>
    learnt[code]! > 0 ? [{ kind, share: matched[code]! / learnt[code]! }] : [],
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
