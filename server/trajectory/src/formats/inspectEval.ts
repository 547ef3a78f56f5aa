import type { Builder } from '../build/builder.ts';
import { get, isArray, isObject, isString, itemsOf, str, content } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/scanJson.ts';
import type { Format } from './format.ts';
import { chatMessage } from './shared/chat.ts';

/**
 * Inspect's evaluation logs. Each sample is a trajectory; `input` and `output` are in its messages, and
 * `events` and `attachments` repeat them. A sample by itself is what a packed `.eval` holds.
 */
export const inspectEval: Format = {
  id: 'inspect_eval',
  title: 'Inspect evaluation log',
  detect({ samples }) {
    const [sample = null] = samples;
    if (isObject(get(sample, 'eval')) && (get(sample, 'samples') ?? get(sample, 'plan'))) {
      return '`eval` with `samples`';
    }
    const alone = get(sample, 'epoch') && get(sample, 'messages') && get(sample, 'target');
    return alone ? 'a sample with `epoch` and `messages`' : null;
  },
  record(build, { value }) {
    const samples = get(value, 'samples');
    for (const sample of isArray(samples) ? samples.items : [value]) {
      if (get(sample, 'messages')) readSample(build, sample);
    }
  },
};

function readSample(build: Builder, sample: JsonNode): void {
  build.trajectory(sample.start, sampleId(sample));
  for (const message of itemsOf(get(sample, 'messages')).filter(isObject))
    chatMessage(build, message);
  const error = get(get(sample, 'error'), 'message');
  if (isString(error)) build.outer('other', content(error));
  build.close(sample.end);
}

function sampleId(sample: JsonNode): string | null {
  const id = str(get(sample, 'id'));
  const epoch = str(get(sample, 'epoch'));
  return id === null || epoch === null ? id : `${id}.${epoch}`;
}
