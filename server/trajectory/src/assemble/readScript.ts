import { decode } from '../spanText.ts';
import { checkInterruption } from '../text/interruption.ts';
import type { AssistantMessage, Message, Piece, Trajectory } from '../types.ts';
import type { Builder } from './builder.ts';
import { OP, OP_LENGTH, OUTER_ROLES, stringAt, WORDLESS_USER } from './script.ts';

type Script = Pick<Builder, 'script' | 'strings' | 'marks'>;

/** Each mark's span, and each picture's place among all. */
export interface Ranks {
  marks: Int32Array;
  pictures: readonly number[];
}

/** Plays the script: its trajectories with their messages. */
export function readScript(
  text: string,
  { script, strings, marks }: Script,
  ranks: Ranks,
): Trajectory[] {
  const trajectories: Trajectory[] = [];
  const wordless = new Set<Message>();
  let current: Trajectory | null = null;
  let message: Message | null = null;
  let assistant: AssistantMessage | null = null;
  const string = (i: number): string | null => stringAt(strings, i);
  const piece = (mark: number): Piece | null => {
    const span = mark < 0 ? -1 : ranks.marks[mark]!;
    if (span < 0) return null;
    const raw = text.slice(marks.start(mark), marks.end(mark));
    return { text: decode(raw, marks.escapes(mark)), span };
  };
  for (let at = 0; at < script.length; at += OP_LENGTH[script[at]!]!) {
    checkInterruption();
    const [a, b, c, d] = [script[at + 1]!, script[at + 2]!, script[at + 3]!, script[at + 4]!];
    const op = script[at];
    if (op === OP.trajectory) {
      current = newTrajectory({ index: trajectories.length, id: string(c), start: a, end: b });
      trajectories.push(current);
      message = null;
      assistant = null;
    } else if (op === OP.piece) {
      const read = piece(a);
      if (read) message?.pieces.push(read);
    } else if (op === OP.call) {
      const [name, args, json] = [piece(b), piece(c), string(d)];
      assistant?.calls.push({ id: string(a), name, arguments: args, json });
    } else if (op === OP.picture) {
      if (message) addPicture(message, ranks.pictures[a]!);
    } else if (op === OP.tools) {
      if (current) current.tools ??= string(a);
    } else if (op === OP.resume) {
      message = assistant;
    } else {
      message = newMessage(op!, { a, b, c }, string);
      if (message.role === 'assistant') assistant = message;
      if (op === OP.outer && a === WORDLESS_USER) wordless.add(message);
      current?.messages.push(message);
    }
  }
  for (const one of trajectories)
    one.messages = one.messages.filter((each) => isKept(each) || wordless.has(each));
  return trajectories;
}

function addPicture(message: Message, picture: number): void {
  message.pictures ??= [];
  message.pictures.push({ picture, before: message.pieces.length });
}

function newTrajectory(of: Pick<Trajectory, 'index' | 'id' | 'start' | 'end'>): Trajectory {
  return { ...of, tools: null, messages: [] };
}

function newMessage(
  op: number,
  { a, b, c }: { a: number; b: number; c: number },
  string: (i: number) => string | null,
): Message {
  if (op === OP.turn) return { role: 'assistant', step: a, pieces: [], calls: [] };
  if (op === OP.result)
    return { role: 'tool', callId: string(a), name: string(b), isError: c === 1, pieces: [] };
  return { role: OUTER_ROLES[a]!, pieces: [] };
}

/** A result without text (nothing was printed) still answers its call. */
function isKept(message: Message): boolean {
  if (message.role === 'tool' || message.pieces.length > 0 || message.pictures) return true;
  return message.role === 'assistant' && message.calls.length > 0;
}
