import { get, isObject, isString } from '../json/jsonNode.ts';
import { nameBits } from '../json/keyNames.ts';
import { chatMessage } from './shared/chat.ts';
import { chatRole } from './shared/roles.ts';
import { eventLines } from './shared/eventLines.ts';

/** Cursor's agent transcripts: Anthropic's blocks under `message`, without the session's fields. */
export const cursorTranscript = eventLines({
  id: 'cursor_transcript',
  title: 'Cursor transcript',
  recordNames: nameBits('message'),
  detect: (sample) =>
    isString(get(sample, 'role')) &&
    isObject(get(sample, 'message')) &&
    get(get(sample, 'message'), 'content')
      ? '`role` beside `message.content`'
      : null,
  event(build, event) {
    const message = get(event, 'message');
    if (message) chatMessage(build, message, { role: chatRole(event) });
  },
});
