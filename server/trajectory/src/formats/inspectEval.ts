import { own } from '@deepcoder/vocabulary';
import type { Builder } from '../assemble/builder.ts';
import type { FactSheet } from '../facts/factSheet.ts';
import { milliseconds, number, usageTokens } from '../facts/readFacts.ts';
import {
  arrayOf,
  content,
  get,
  getPath,
  isFalse,
  isObject,
  isString,
  isTrue,
  itemsOf,
  keyNames,
  str,
} from '../json/jsonNode.ts';
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
  build.about(sample, sampleFacts);
  for (const message of itemsOf(get(sample, 'messages')).filter(isObject))
    chatMessage(build, message);
  findAttachments(build, get(sample, 'attachments'));
  const error = get(get(sample, 'error'), 'message');
  if (isString(error)) build.outer('other', content(error));
  build.close(sample.rawEnd);
}

/** Inspect's grades as numbers, as it turns them into means. */
const GRADES: Readonly<Record<string, number>> = { C: 1, P: 0.5, I: 0, N: 0 };

function sampleFacts(sheet: FactSheet, sample: JsonNode): void {
  const usages = get(sample, 'model_usage');
  if (isObject(usages)) {
    const tokens = usages.items.map((usage) => usageTokens(usage) ?? 0);
    if (tokens.length > 0) sheet.sayTokens(tokens.reduce((sum, count) => sum + count, 0));
    const [model] = keyNames(usages);
    sheet.sayModel(model ?? null);
  }
  sheet.sayModel(str(getPath(sample, 'output', 'model')));
  sheet.sayDuration(milliseconds(get(sample, 'total_time')));
  if (isObject(get(sample, 'error'))) sheet.sayStatus('error');
  const [first = null] = get(sample, 'scores')?.items ?? [];
  const value = get(first, 'value') ?? get(get(sample, 'score'), 'value');
  const grade = own(GRADES, str(value) ?? '');
  sheet.sayScore(grade ?? number(value) ?? (isTrue(value) ? 1 : isFalse(value) ? 0 : null));
  if (grade === 1) sheet.sayStatus('success');
  if (grade === 0) sheet.sayStatus('failure');
  sheet.sayStatus(str(getPath(sample, 'limit', 'type')));
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
