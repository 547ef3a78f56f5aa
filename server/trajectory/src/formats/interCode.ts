import type { Builder } from '../assemble/builder.ts';
import { recordFacts } from '../facts/readFacts.ts';
import { content, get, isObject, itemsOf, keyName, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import type { Format } from './format.ts';

/** InterCode: episodes by number, each with `query` and `turn_history` in columns. */
export const interCode: Format = {
  id: 'intercode',
  title: 'InterCode episodes',
  detect({ samples }) {
    const found = samples.some((sample) =>
      episodesOf(sample).some(({ episode }) => get(get(episode, 'turn_history'), 'actions')),
    );
    return found ? '`turn_history.actions`' : null;
  },
  record(build, { value }) {
    for (const { episode, id } of episodesOf(value)) readEpisode(build, episode, id);
  },
};

interface Episode {
  episode: JsonNode;
  id: string | null;
}

/** The record itself, or those that it lists or names; plan-and-solve runs keep them under `logs`. */
function episodesOf(record: JsonNode): Episode[] {
  if (get(record, 'turn_history')) return [{ episode: record, id: str(get(record, 'task_id')) }];
  const logs = get(record, 'logs') ?? record;
  const idOf = (episode: JsonNode): string | null =>
    isObject(logs) ? keyName(logs, episode) : str(get(episode, 'task_id'));
  return logs.items
    .filter((episode) => get(episode, 'turn_history'))
    .map((episode) => ({ episode, id: idOf(episode) }));
}

function readEpisode(build: Builder, episode: JsonNode, id: string | null): void {
  build.trajectory(episode.rawStart, id);
  build.about(episode, recordFacts);
  build.outer('task', content(get(episode, 'query')));
  const history = get(episode, 'turn_history');
  const [thoughts, actions, observations] = ['thoughts', 'actions', 'observations'].map((key) =>
    itemsOf(get(history, key)),
  ) as [JsonNode[], JsonNode[], JsonNode[]];
  actions.forEach((action, i) => {
    build.turn();
    build.put('reasoning', content(thoughts[i] ?? null));
    build.put('action', content(action));
    build.result();
    build.put('observation', content(observations[i] ?? null));
  });
  build.close(episode.rawEnd);
}
