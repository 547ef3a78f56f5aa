import type { Builder } from '../assemble/builder.ts';
import { arrayOf, content, get, isObject, isString, itemsOf, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { pictureAt } from './shared/pictureParts.ts';
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
  recordNames: nameBits('eval', 'epoch'),
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
  findAttachments(build, get(sample, 'attachments'));
  const error = get(get(sample, 'error'), 'message');
  if (isString(error)) build.outer('other', content(error));
  build.close(sample.rawEnd);
}

/** What stands under a name in `attachments`: a data URL. */
function findAttachments(build: Builder, attachments: JsonNode | null): void {
  for (const { picture } of build.pictures) {
    if (!('attachment' in picture.source) || picture.source.range) continue;
    const data = get(attachments, picture.source.attachment);
    const found = isString(data) ? pictureAt(data)?.picture : null;
    if (!found || !('range' in found.source)) continue;
    picture.source = { attachment: picture.source.attachment, ...found.source };
    picture.mediaType ??= found.mediaType;
  }
}

function sampleId(sample: JsonNode): string | null {
  const id = str(get(sample, 'id'));
  const epoch = str(get(sample, 'epoch'));
  return id === null || epoch === null ? id : `${id}.${epoch}`;
}
