import { isAgentKind, type Problem, type Range, type Severity } from '@deepcoder/vocabulary';
import type { AssistantMessage, Parsed, Piece, Trajectory } from '../types.ts';
import { NOT_A_TRAJECTORY } from '../parse.ts';
import { labelProblems } from './labelProblems.ts';
import { nearMissProblems } from './nearMisses.ts';
import { findSecrets } from './secrets.ts';

/** Formats where thinking is a turn of its own, which the environment answers. */
const THINKING_APART = new Set(['alfworld_text', 'webshop_text']);

/**
 * All that is wrong or doubtful in a file: what parsing found, and what its structure shows: turns
 * without their other half, ids that do not pair, duplicates, empty trajectories, secrets.
 */
export function diagnose(
  text: string,
  parsed: Parsed,
  { secrets = true }: { secrets?: boolean } = {},
): Problem[] {
  const found = new Findings(parsed);
  found.trajectories();
  const problems = [
    ...parsed.problems,
    ...found.problems,
    ...labelProblems(text, parsed),
    ...nearMissProblems(text, parsed),
    ...(secrets ? findSecrets(text) : []),
  ];
  return problems.sort((a, b) => a.start - b.start || a.end - b.end);
}

class Findings {
  readonly problems: Problem[] = [];

  constructor(private readonly parsed: Parsed) {}

  trajectories(): void {
    const { parsed } = this;
    const byId = new Map<string, Trajectory>();
    for (const trajectory of parsed.trajectories) {
      if (trajectory.id !== null && byId.has(trajectory.id)) {
        const message = `The id \`${trajectory.id}\` is taken by an earlier trajectory.`;
        this.report('warning', 'duplicate-id', message, head(trajectory));
      } else if (trajectory.id !== null) byId.set(trajectory.id, trajectory);
      this.trajectory(trajectory);
    }
    const supervised = parsed.spans.some(({ kind }) => isAgentKind(kind));
    if (parsed.format !== NOT_A_TRAJECTORY && !supervised) {
      this.report(
        'warning',
        'no-supervised-text',
        'Nothing here is the agent\u2019s: nothing to train on.',
        {
          start: 0,
          end: 0,
        },
      );
    }
  }

  private trajectory(trajectory: Trajectory): void {
    const turns = trajectory.messages.filter((message) => message.role === 'assistant');
    if (turns.length === 0) {
      this.report(
        'info',
        'empty-trajectory',
        'The agent says nothing in this trajectory.',
        head(trajectory),
      );
    }
    this.pairs(trajectory, turns);
    if (!THINKING_APART.has(this.parsed.format)) this.halves(trajectory, turns);
  }

  /** Calls and results by id; the last turn's calls need no results. */
  private pairs({ messages }: Trajectory, turns: AssistantMessage[]): void {
    const results = new Set(
      messages.flatMap((one) => (one.role === 'tool' && one.callId !== null ? [one.callId] : [])),
    );
    const calls = new Set<string>();
    for (const turn of turns) {
      for (const { id, name, arguments: args } of turn.calls) {
        if (id === null) continue;
        calls.add(id);
        if (results.size === 0 || results.has(id) || turn === turns[turns.length - 1]) continue;
        this.at(
          name ?? args,
          'warning',
          'unpaired-call',
          `No result has the call\u2019s id \`${id}\`.`,
        );
      }
    }
    for (const message of messages) {
      if (message.role !== 'tool' || message.callId === null || calls.has(message.callId)) continue;
      if (calls.size === 0) continue;
      this.at(
        message.pieces[0] ?? null,
        'warning',
        'unpaired-result',
        `No call has the id \`${message.callId}\`.`,
      );
    }
  }

  /** Action without observation, observation without action, thought without action. */
  private halves({ messages }: Trajectory, turns: AssistantMessage[]): void {
    const last = turns[turns.length - 1];
    let turn: AssistantMessage | null = null;
    messages.forEach((message, i) => {
      if (message.role === 'assistant') {
        turn = message;
        const answered = messages[i + 1]?.role === 'tool' || messages[i + 1]?.role === 'other';
        if (message === last) return;
        if (this.acts(message) && !answered) {
          this.at(
            this.actionOf(message),
            'warning',
            'action-without-observation',
            'No observation follows this action.',
          );
        } else if (this.onlyThinks(message)) {
          this.at(
            message.pieces[0]!,
            'warning',
            'thought-without-action',
            'Neither action nor answer follows this thought.',
          );
        }
      } else if (message.role === 'tool' && message.callId === null) {
        if (turn && !this.acts(turn)) {
          this.at(
            message.pieces[0] ?? null,
            'info',
            'observation-without-action',
            'No action comes before this observation.',
          );
        }
      }
    });
  }

  private acts(turn: AssistantMessage): boolean {
    return this.actionOf(turn) !== null;
  }

  private actionOf({ pieces, calls }: AssistantMessage): Piece | null {
    const written = pieces.find((piece) => this.parsed.spans[piece.span]!.kind === 'action');
    return written ?? calls[0]?.name ?? calls[0]?.arguments ?? null;
  }

  private onlyThinks({ pieces, calls }: AssistantMessage): boolean {
    return (
      calls.length === 0 &&
      pieces.length > 0 &&
      pieces.every((piece) => this.parsed.spans[piece.span]!.kind === 'reasoning')
    );
  }

  private at(piece: Piece | null, severity: Severity, code: string, message: string): void {
    if (piece) this.report(severity, code, message, this.parsed.spans[piece.span]!);
  }

  private report(severity: Severity, code: string, message: string, { start, end }: Range): void {
    this.problems.push({ code, message, start, end, severity });
  }
}

/** Where to point at a whole trajectory: its first characters. */
function head({ start, end }: Range): Range {
  return { start, end: Math.min(end, start + 1) };
}
