import type { SpanKind } from '@deepcoder/vocabulary';
import type { Message, Parsed } from '@deepcoder/trajectory';
import type { Canonical, Shown } from './canonical.ts';
import type { Generated } from './combine.ts';

interface WantedPicture extends Shown {
  step: number;
  kind: SpanKind;
}

/** The pictures of a trajectory in order, with the step and the kind of their messages. */
export function shownIn({ rounds }: Canonical): WantedPicture[] {
  const found: WantedPicture[] = [];
  let step = 0;
  for (const { shown, turns } of rounds) {
    if (shown) found.push({ ...shown, step, kind: 'task' });
    for (const { calls } of turns) {
      step += 1;
      for (const { result } of calls)
        if (result?.shown) found.push({ ...result.shown, step, kind: 'observation' });
    }
  }
  return found;
}

/** What differs between the pictures of the messages read and the canonical ones. */
export function pictureFaults(file: Generated, parsed: Parsed): string[] {
  const { from = 0, dialect } = file;
  if (!dialect.can.pictures) return parsed.pictures.map(() => 'a picture where none is');
  const wanted = file.trajectories.slice(from === 0 ? 0 : 1);
  const read = parsed.trajectories.slice(-wanted.length);
  return wanted.flatMap((one, i) => {
    const is = (read[i]?.messages ?? []).flatMap((message) => inMessage(file, parsed, message));
    const should = shownIn(one).map((shown) => line(shown));
    const isSame =
      is.length === should.length && should.every((each, at) => each.includes(is[at]!));
    return isSame ? [] : [`pictures ${is.join(', ')}`, `not      ${should.join(', ')}`];
  });
}

function inMessage({ text }: Generated, parsed: Parsed, message: Message): string[] {
  return (message.pictures ?? []).map(({ picture, before }) => {
    const { step, kind, picture: found } = parsed.pictures[picture]!;
    const range = 'range' in found.source ? found.source.range : null;
    const data = range ? text.slice(range.start, range.end).replaceAll(/\\+(?=\/)/g, '') : 'none';
    const isFirst = before === 0;
    return `${step} ${kind} ${isFirst ? 'first' : 'last'} ${data}`;
  });
}

/** A message without text has its picture first and last. */
function line({ step, kind, isFirst, data }: WantedPicture): string {
  const own = `${step} ${kind} ${isFirst ? 'first' : 'last'} ${data}`;
  return isFirst ? own : `${own} | ${step} ${kind} first ${data}`;
}
