import type { Builder } from '../assemble/builder.ts';
import { OP, OP_LENGTH, stringAt } from '../assemble/script.ts';
import { readRecord, type Format } from '../formats/format.ts';
import { lineValues } from '../json/jsonLines.ts';
import { JsonScanner } from '../json/scanJson.ts';
import { fileSource } from '../text/source.ts';
import type { Cutting, RecordCut } from './part.ts';

/** The record that the next piece may go on with. */
export interface Joined {
  /** Characters; 0 where there is none. */
  length: number;
  /** It has nothing of a trajectory yet. */
  isEmpty: boolean;
}

export const NOTHING_JOINED: Joined = { length: 0, isEmpty: false };

/** Longer records are parted. */
const MOST_CHARACTERS = 8 << 20;

interface ReadPiece {
  piece: Cutting;
  /** It belongs to the record of the piece before. */
  goesOn: boolean;
  /** Of the first trajectory that it opened. */
  id: string | null;
  joined: Joined;
}

/**
 * Reads pieces one after the other. One goes on with the record before it, as in logs that write one event a line,
 * where it stays in the open trajectory, or is the first of one after pieces that say nothing.
 */
export function* readPieces(
  format: Format,
  pieces: readonly Cutting[],
  on: { cut: RecordCut; text: string; build: Builder; joined: Joined },
): Iterable<ReadPiece> {
  const { build } = on;
  const source = fileSource(on.text);
  const scanner = new JsonScanner(source);
  let { joined } = on;
  for (const piece of pieces) {
    const known = build.trajectories;
    const scriptLength = build.script.length;
    if (on.cut === 'lines' || on.cut === 'elements') {
      const line = { text: on.text, start: piece.start, end: piece.end };
      for (const record of lineValues(scanner, line, () => undefined))
        if (format.record) readRecord(format.record, build, record);
    } else {
      format.blocks?.read(build, source, piece);
    }
    const opened = build.trajectories > known;
    const { goesOn, now } = join(joined, {
      length: piece.end - piece.start,
      opened,
      isOpen: build.isOpen,
    });
    joined = now;
    yield {
      piece,
      goesOn: goesOn && on.cut !== 'elements',
      id: opened ? firstId(build, scriptLength) : null,
      joined,
    };
  }
}

function join(
  before: Joined,
  { length, opened, isOpen }: { length: number; opened: boolean; isOpen: boolean },
): { goesOn: boolean; now: Joined } {
  const fits = before.length > 0 && before.length + length <= MOST_CHARACTERS;
  const goesOn = fits && (before.isEmpty ? !opened || isOpen : !opened && isOpen);
  const isEmpty = !opened && !isOpen && (!goesOn || before.isEmpty);
  return { goesOn, now: { length: length + (goesOn ? before.length : 0), isEmpty } };
}

function firstId({ script, strings }: Builder, from: number): string | null {
  for (let at = from; at < script.length; at += OP_LENGTH[script[at]!]!) {
    if (script[at] === OP.trajectory) return stringAt(strings, script[at + 3]!);
  }
  return null;
}
