import type { Builder } from '../build/builder.ts';
import { content, get, isObject, itemsOf, keyNames, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import type { Format } from './format.ts';

/** InterCode: episodes by number, each with `query` and `turn_history` in columns. */
export const interCode: Format = {
  id: 'intercode',
  title: 'InterCode episodes',
  detect({ samples }) {
    const [sample = null] = samples;
    const first = sample?.items[0] ?? null;
    const found = [sample, first].find((node) => get(get(node, 'turn_history'), 'actions'));
    return found ? '`turn_history.actions`' : null;
  },
  record(build, { value }) {
    if (get(value, 'turn_history')) readEpisode(build, value, str(get(value, 'task_id')));
    else if (isObject(value)) {
      const names = keyNames(value);
      value.items.forEach((episode, i) => {
        if (get(episode, 'turn_history')) readEpisode(build, episode, names[i] ?? null);
      });
    }
  },
};

function readEpisode(build: Builder, episode: JsonNode, id: string | null): void {
  build.trajectory(episode.start, id);
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
  build.close(episode.end);
}
