import type { EpisodeSpan } from '@deepcoder/panel';
import { parse } from '@deepcoder/trajectory';

/** The spans of an episode that was played. A text in which none is found is one span as it stands. */
export function episodeSpans(text: string): EpisodeSpan[] {
  const spans = parse(text).spans.map(({ start, end, kind, step }) => ({ start, end, kind, step }));
  return spans.length > 0 || text === ''
    ? spans
    : [{ start: 0, end: text.length, kind: 'other', step: 0 }];
}
