import { setImmediate } from 'node:timers/promises';
import {
  PROTOCOL_VERSION,
  type ControlRequest,
  type ControlResponse,
} from '@deepcoder/trainer-protocol';

/** What the training loop offers when it is between two steps. */
export interface BetweenSteps {
  step: number;
  /** Writes a checkpoint and returns its folder. */
  saveCheckpoint: () => Promise<string>;
}

/** How the queue learns and tells the run's state. */
export interface QueueHooks {
  onPause: (paused: boolean) => Promise<void>;
  status: () => { state: NonNullable<ControlResponse['state']>; step: number };
}

interface Pending {
  request: ControlRequest;
  answer: (response: ControlResponse) => void;
}

/** Keeps what clients ask for until the training loop is between two steps and can do it. */
export class ControlQueue {
  private pending: Pending[] = [];
  private stoppers: Pending[] = [];
  private readonly stopping = new AbortController();
  private paused = false;
  private ended: string | null = null;
  private wake: () => void = () => undefined;

  constructor(private readonly hooks: QueueHooks) {}

  /** Aborted once somebody wants the run to stop: for work that is done outside of the steps. */
  get stopSignal(): AbortSignal {
    return this.stopping.signal;
  }

  /** For the control server: resolves when the loop has done what was asked. */
  handle(request: ControlRequest): Promise<ControlResponse> {
    return new Promise((answer) => {
      const entry = { request, answer };
      if (this.ended !== null) respond(this.hooks, entry, { ok: false, message: this.ended });
      else if (request.command === 'status') {
        respond(this.hooks, entry, { ok: true, message: `step ${this.hooks.status().step}` });
      } else if (request.command === 'stop') {
        // Answered when the run has ended, with its checkpoint written.
        this.stoppers.push(entry);
        this.stopping.abort();
      } else this.pending.push(entry);
      this.wake();
    });
  }

  /** As if `stop` had been asked for; the next `settle` says so. */
  requestStop(): void {
    this.stopping.abort();
    this.wake();
  }

  /** As if `pause` had been asked for. */
  requestPause(): void {
    const request: ControlRequest = { version: PROTOCOL_VERSION, id: 0, command: 'pause' };
    this.pending.push({ request, answer: () => undefined });
  }

  /** Does what was asked for since the last step, and waits while the run is paused. */
  async settle(between: BetweenSteps): Promise<'go' | 'stop'> {
    for (;;) {
      // A step blocks the event loop; this is when sockets and signals get their turn.
      await setImmediate();
      for (let entry = this.pending.shift(); entry; entry = this.pending.shift()) {
        await this.attempt(entry, between);
      }
      if (this.stopSignal.aborted) return 'stop';
      if (!this.paused) return 'go';
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Answers everyone who still waits. */
  end(message: string): void {
    this.ended = message;
    for (const entry of this.stoppers) respond(this.hooks, entry, { ok: true, message });
    for (const entry of this.pending) respond(this.hooks, entry, { ok: false, message });
    [this.pending, this.stoppers] = [[], []];
  }

  private async attempt(entry: Pending, between: BetweenSteps): Promise<void> {
    try {
      respond(this.hooks, entry, { ok: true, message: await this.obey(entry.request, between) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      respond(this.hooks, entry, { ok: false, message });
      throw error;
    }
  }

  private async obey(
    { command }: ControlRequest,
    { step, saveCheckpoint }: BetweenSteps,
  ): Promise<string> {
    if (command === 'checkpoint') return `wrote ${await saveCheckpoint()}`;
    const pause = command === 'pause';
    if (pause === this.paused) return pause ? 'was paused already' : 'was not paused';
    this.paused = pause;
    await this.hooks.onPause(pause);
    return `${pause ? 'paused' : 'goes on'} after step ${step}`;
  }
}

function respond(
  { status }: QueueHooks,
  { request, answer }: Pending,
  { ok, message }: { ok: boolean; message: string },
): void {
  answer({ version: PROTOCOL_VERSION, id: request.id, ok, message, ...status() });
}
