import { Builder, FRESH, type BuildState } from '../assemble/builder.ts';
import { KIND_CODE } from '../assemble/marks.ts';
import { movePicture } from '../assemble/pictures.ts';
import { OP, OP_LENGTH } from '../assemble/script.ts';
import type { Block } from './block.ts';

/**
 * One builder that wrote what the blocks' builders wrote, as if the file had been read at once. `step`:
 * the blocks go on with a trajectory, which is at that step.
 */
export function flatten(blocks: readonly Block[], step: number | null = null): Builder {
  const flat = new Builder();
  const joiner = new Joiner(flat);
  if (step !== null) joiner.goOn(step);
  let offset = 0;
  for (const block of blocks) {
    joiner.add(block.builder, offset);
    offset += block.text.length;
  }
  joiner.finish(offset);
  return flat;
}

type Operands = [number, number, number, number];

/** Where what a block has begins in what all have. */
interface Bases {
  offset: number;
  markBase: number;
  pictureBase: number;
  delta: number;
}

class Joiner {
  private state: BuildState = FRESH;
  private pending: number[] = [];
  private acts = false;
  private trajectoryAt = -1;

  constructor(private readonly flat: Builder) {}

  /** With a trajectory whose beginning is elsewhere. */
  goOn(step: number): void {
    this.state = { ...FRESH, isOpen: true, hasTurn: step > 0, step };
    this.trajectoryAt = this.flat.script.push(OP.trajectory, 0, 0, -1) - OP_LENGTH[OP.trajectory]!;
    if (step > 0) this.flat.script.push(OP.turn, step);
    this.flat.trajectories = 1;
  }

  add(block: Builder, offset: number): void {
    const { flat } = this;
    const markBase = flat.marks.count;
    const pictureBase = flat.pictures.length;
    const delta = this.state.step - (this.state.step > 0 ? 1 : 0);
    this.marks(block, { offset, delta });
    this.pictures(block, { offset, delta });
    for (const at of block.labels) flat.labels.push(at + offset);
    for (const mark of block.maskedMarks) flat.maskedMarks.push(mark + markBase);
    for (const one of block.problems) {
      flat.problems.push({ ...one, start: one.start + offset, end: one.end + offset });
    }
    this.lead(block, { offset, markBase });
    this.script(block, { offset, markBase, pictureBase, delta });
    flat.trajectories += block.trajectories;
    const { state } = block.exit;
    const carried = block.lead.closedAt < 0;
    this.state = { ...state, step: carried ? state.step + delta : state.step };
  }

  finish(end: number): void {
    this.settle();
    if (this.state.isOpen && this.trajectoryAt >= 0) this.flat.script[this.trajectoryAt + 2] = end;
  }

  private marks(
    { marks, lead }: Builder,
    { offset, delta }: { offset: number; delta: number },
  ): void {
    const before = lead.closedAt < 0 ? marks.count : lead.marks;
    const { flat } = this;
    const base = flat.trajectories;
    for (let i = 0; i < marks.count; i += 1) {
      flat.marks.add(marks.start(i) + offset, marks.end(i) + offset, {
        kind: marks.kind(i),
        step: marks.step(i) + (i < before ? delta : 0),
        traj: marks.traj(i) + base,
        escapes: marks.escapes(i),
      });
    }
  }

  private pictures(
    { pictures, lead }: Builder,
    { offset, delta }: { offset: number; delta: number },
  ): void {
    const before = lead.closedAt < 0 ? pictures.length : lead.pictures;
    pictures.forEach((one, i) => {
      const moved = movePicture(one, offset);
      moved.step += i < before ? delta : 0;
      moved.traj += this.flat.trajectories;
      this.flat.pictures.push(moved);
    });
  }

  /** Goes on with the turn and trajectory that were open, as far as the block does. */
  private lead(block: Builder, { offset, markBase }: { offset: number; markBase: number }): void {
    const { lead, exit } = block;
    const moved = (marks: number[]): number[] => marks.map((mark) => mark + markBase);
    if (lead.settled) {
      for (const one of moved(lead.pending)) this.pending.push(one);
      this.acts ||= lead.acts;
      this.settle();
      this.pending = moved(exit.pending);
      this.acts = exit.acts;
    } else {
      for (const one of moved(exit.pending)) this.pending.push(one);
      this.acts ||= exit.acts;
    }
    if (this.trajectoryAt < 0) return;
    const { script, strings } = this.flat;
    if (lead.closedAt >= 0) script[this.trajectoryAt + 2] = lead.closedAt + offset;
    if (lead.id !== null && script[this.trajectoryAt + 3]! < 0) {
      script[this.trajectoryAt + 3] = strings.push(lead.id) - 1;
    }
  }

  private script(block: Builder, { offset, markBase, pictureBase, delta }: Bases): void {
    const { script, strings } = this.flat;
    const stringBase = strings.length;
    for (const one of block.strings) strings.push(one);
    const string = (i: number): number => (i < 0 ? i : i + stringBase);
    const mark = (i: number): number => (i < 0 ? i : i + markBase);
    let opened = false;
    for (let at = 0; at < block.script.length; at += OP_LENGTH[block.script[at]!]!) {
      const op = block.script[at]!;
      const [a, b, c, d] = [1, 2, 3, 4].map((i) => block.script[at + i]!) as Operands;
      if (op === OP.trajectory) {
        opened = true;
        this.trajectoryAt = script.length;
        script.push(op, a + offset, b + offset, string(c));
      } else if (op === OP.turn) script.push(op, opened ? a : a + delta);
      else if (op === OP.result) script.push(op, string(a), string(b), c);
      else if (op === OP.piece) script.push(op, mark(a));
      else if (op === OP.call) script.push(op, string(a), mark(b), mark(c), string(d));
      else if (op === OP.tools) script.push(op, string(a));
      else if (op === OP.picture) script.push(op, a + pictureBase);
      else if (op === OP.resume) script.push(op);
      else script.push(op, a);
    }
  }

  private settle(): void {
    if (this.acts)
      for (const mark of this.pending) this.flat.marks.setKind(mark, KIND_CODE.reasoning);
    this.pending = [];
    this.acts = false;
  }
}
