import type { Builder } from '../../assemble/builder.ts';

type Part = 'lead' | 'thought' | 'action' | 'observation' | 'answer';

/**
 * Where turns begin in text that only labels its parts: after an observation, and where a thought or
 * another action follows an action or answer. Two thoughts in a row are two turns; a `lead` is one with the
 * thought after it.
 */
export class Turns {
  private has = new Set<Part>();

  constructor(private readonly build: Builder) {}

  /** Before a part of the agent is written; `joins`: it belongs to the action before it. */
  agent(part: 'lead' | 'thought' | 'action' | 'answer', joins = false): void {
    const { has } = this;
    const acted = has.has('action') || has.has('answer');
    const fresh = has.size === 0 || has.has('observation') || (acted && !joins);
    if (fresh || (part === 'thought' && has.has('thought'))) {
      this.build.turn();
      this.has = new Set();
    }
    this.has.add(part);
  }

  observed(): void {
    this.has.add('observation');
  }

  reset(): void {
    this.has = new Set();
  }
}
