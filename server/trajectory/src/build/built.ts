import type { SpanKind } from '../types.ts';

/** A span on its way: `index` is its place among the sorted spans, once they are. */
export interface Mark {
  start: number;
  end: number;
  kind: SpanKind;
  step: number;
  traj: number;
  escapes: number;
  index: number;
}

export interface BuiltOuter {
  role: 'system' | 'user' | 'other';
  pieces: Mark[];
}

export interface BuiltCall {
  id: string | null;
  name: Mark | null;
  arguments: Mark | null;
}

export interface BuiltAssistant {
  role: 'assistant';
  step: number;
  pieces: Mark[];
  calls: BuiltCall[];
  acts: boolean;
}

export interface BuiltTool {
  role: 'tool';
  callId: string | null;
  name: string | null;
  pieces: Mark[];
}

export type BuiltMessage = BuiltOuter | BuiltAssistant | BuiltTool;

export interface BuiltTrajectory {
  start: number;
  end: number;
  id: string | null;
  messages: BuiltMessage[];
}
