import type { Policy, Session } from '../eval/policy.ts';

/** A policy whose session stays open from game to game, with its programs and caches, until `close`. */
export interface KeptPolicy extends Policy {
  close(): Promise<void>;
}

export function keptSession(policy: Policy): KeptPolicy {
  let kept: { rows: number; session: Session } | null = null;
  const close = async (): Promise<void> => {
    await kept?.session.close();
    kept = null;
  };
  return {
    close,
    async start(rows) {
      if (kept?.rows !== rows) {
        await close();
        kept = { rows, session: await policy.start(rows) };
      }
      const { session } = kept;
      session.rewind(Array.from({ length: rows }, (_, row) => ({ row, length: 0 })));
      return { ...session, close: () => Promise.resolve() };
    },
  };
}
