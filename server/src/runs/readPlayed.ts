import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Played } from '@deepcoder/server-protocol';
import { parsePlayFile } from '@deepcoder/trainer-protocol';
import { parse } from '@deepcoder/trajectory';

/** How players did in a run's environment, with the spans of the sample episodes; null while none played. */
export async function readPlayed(folder: string): Promise<Played | null> {
  let text: string;
  try {
    text = await readFile(path.join(folder, 'play.json'), 'utf8');
  } catch {
    return null;
  }
  const parsed = parsePlayFile(text);
  if ('problem' in parsed)
    return { rows: [], episodes: [], problem: `play.json: ${parsed.problem}` };
  const { rows, episodes } = parsed.value;
  return {
    rows,
    episodes: episodes.map((episode) => ({ ...episode, spans: spansOf(episode.text) })),
    problem: null,
  };
}

/** A text in which none is found is one span as it stands. */
function spansOf(text: string): Played['episodes'][number]['spans'] {
  const spans = parse(text).spans.map(({ start, end, kind, step }) => ({ start, end, kind, step }));
  const whole = { start: 0, end: text.length, kind: 'other', step: 0 };
  return spans.length > 0 || text === '' ? spans : [whole];
}
