import type { Builder } from '../assemble/builder.ts';
import { arrayOf, content, get, isObject, isString, itemsOf, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { chatMessage } from './shared/chat.ts';

const list: RecordList = {
  of: (record) => arrayOf(get(record, 'samples')),
  item(build, sample) {
    if (get(sample, 'messages')) readSample(build, sample);
  },
  end: () => undefined,
};

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
    if (list.of(value)) readList(list, build, value);
    else list.item(build, value);
  },
  list,
};

function readSample(build: Builder, sample: JsonNode): void {
  build.trajectory(sample.rawStart, sampleId(sample));
  for (const message of itemsOf(get(sample, 'messages')).filter(isObject))
    chatMessage(build, message);
  const error = get(get(sample, 'error'), 'message');
  if (isString(error)) build.outer('other', content(error));
  build.close(sample.rawEnd);
}

function sampleId(sample: JsonNode): string | null {
  const id = str(get(sample, 'id'));
  const epoch = str(get(sample, 'epoch'));
  return id === null || epoch === null ? id : `${id}.${epoch}`;
}
