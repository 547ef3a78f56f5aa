import type { LabelRules, Range } from '@deepcoder/vocabulary';
import { Builder } from '../assemble/builder.ts';
import { textReaderOf, type Format, type Probe } from '../formats/format.ts';
import { plainSource } from '../text/ansi.ts';
import { isUndesired } from '../formats/shared/undesired.ts';
import { plainSlice, type Source } from '../text/source.ts';
import { acts } from './findsAgent.ts';
import { textPlaces, type RecordText, type TextPlace } from './texts.ts';
import { idOf, type View } from './views.ts';

/** Enough of a text to tell formats apart. */
const HEAD = 1 << 18;
const TEXTS = 8;
/** Formats tell their texts by labels at the beginnings of lines, or by marks. */
const MAY_HAVE_TURNS = /[\n\r<[\]]/;

/** Texts in the strings of the records of a view. */
export function textViews(outer: View): View[] {
  const { probes } = outer;
  const samples = probes.flatMap((probe) => probe.samples);
  return textPlaces(samples).map((place) => {
    const texts = samples
      .flatMap((value) => place.textsOf(value))
      .filter(({ source }) => MAY_HAVE_TURNS.test(source.text))
      .slice(0, TEXTS);
    return {
      where: [outer.where, place.where].filter((part) => part !== '').join(', '),
      probes: texts.map(({ source }) => textProbe(source, probes[0]!)),
      firstRecords: outer.firstRecords,
      dialectOf: (format) => textReader(format, place, probes[0]!),
      readerOf: outer.readerOf,
    };
  });
}

function textProbe(source: Source, { fileName, rules }: Pick<Probe, 'fileName' | 'rules'>): Probe {
  const plain = plainSource(source);
  return {
    ...{ source: plain, coloured: source, head: plain.text.slice(0, HEAD), fileName, rules },
    ...{ shape: 'text', root: null, samples: [], inString: true },
  };
}

/** A text format's reader for records that have its texts in their strings. */
function textReader(
  format: Format,
  place: TextPlace,
  file: Pick<Probe, 'fileName' | 'rules'>,
): Format {
  const { id, title, detect } = format;
  return {
    ...{ id, title, detect },
    record(build, { value, range }) {
      const texts = place.textsOf(value);
      const own = place.isChoice ? texts.filter((text) => isOfFormat(format, text, file)) : texts;
      build.isMasked = isUndesired(value);
      for (const text of own) readText(build, format, { text, range, rules: file.rules });
      build.isMasked = false;
      if (own.length === 1) build.nameTrajectory(own[0]!.name ?? idOf(value));
    },
  };
}

/** It is known as the format's, or too short for that but has an agent that acts in it. */
function isOfFormat(
  format: Format,
  text: RecordText,
  file: Pick<Probe, 'fileName' | 'rules'>,
): boolean {
  if (format.detect(textProbe(text.source, file)) !== null) return true;
  const build = new Builder();
  readText(build, format, { text, range: { start: 0, end: 0 }, rules: file.rules });
  return acts(build);
}

function readText(
  build: Builder,
  format: Format,
  { text, range, rules }: { text: RecordText; range: Range; rules: LabelRules | null },
): void {
  const { promptEnd, name, asked } = text;
  const source = format.readsColours === true ? text.source : plainSource(text.source);
  const end = source.text.length;
  const parts = promptEnd > 0 ? format.demonstrations?.(source.text, promptEnd) : null;
  const own = parts?.own ?? 0;
  if (parts && own > parts.first) {
    build.trajectory(range.start);
    build.outer('system', plainSlice(source, 0, parts.first));
    build.outer('other', plainSlice(source, parts.first, own));
  }
  const known = build.trajectories;
  build.beginsAt = source.toRaw(own);
  if (asked) {
    build.trajectory(range.start);
    if (asked.system) build.outer('system', asked.system);
    build.outer('task');
    for (const slice of asked.task) build.put('task', slice);
  }
  textReaderOf(format)?.(build, source, { start: own, end }, rules);
  if (build.trajectories === known + 1) build.nameTrajectory(name);
  build.close(source.toRaw(end));
}
