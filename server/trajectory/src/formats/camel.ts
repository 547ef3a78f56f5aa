import { get, keyNames, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import type { Format } from './format.ts';
import { chatMessage } from './shared/chat.ts';
import { isChatMessage } from './shared/roles.ts';

/** CAMEL's role play: messages as members by their number, in which a user's part is played as well. */
export const camel: Format = {
  id: 'camel_roles',
  title: 'CAMEL role play',
  recordNames: nameBits('message_1'),
  detect({ samples }) {
    return samples.some(isRolePlay) ? '`message_1`, `message_2` and on' : null;
  },
  record(build, { value }) {
    if (!isRolePlay(value)) return;
    build.trajectory(value.rawStart, str(get(value, 'id')));
    for (const message of numbered(value)) chatMessage(build, message);
    build.close(value.rawEnd);
  },
};

function isRolePlay(record: JsonNode): boolean {
  return isChatMessage(get(record, 'message_1')) && isChatMessage(get(record, 'message_2'));
}

function numbered(record: JsonNode): JsonNode[] {
  const names = keyNames(record);
  return record.items
    .map((node, i) => ({ node, number: Number(/^message_(\d{1,6})$/.exec(names[i]!)?.[1] ?? NaN) }))
    .filter(({ node, number }) => !Number.isNaN(number) && isChatMessage(node))
    .sort((a, b) => a.number - b.number)
    .map(({ node }) => node);
}
