import type { Builder } from '../assemble/builder.ts';
import {
  content,
  get,
  getAny,
  getPath,
  is,
  isFalse,
  isObject,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import type { Format } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { chatCall, textParts, userMessage } from './shared/chat.ts';
import { firstReason } from './shared/eventLines.ts';
import { withSideChains } from './shared/sideChains.ts';

/** GitHub Copilot's command line: events with `data`; a helper's name the call that it works for. */
export const copilotCli: Format = {
  id: 'copilot_cli',
  title: 'Copilot CLI session',
  recordNames: nameBits('data'),
  detect: ({ samples }) =>
    firstReason(samples, (sample) =>
      isObject(get(sample, 'data')) &&
      /^(?:session|user|assistant|hook)\.\w+$/.test(str(get(sample, 'type')) ?? '')
        ? `events of type \`${str(get(sample, 'type')) ?? ''}\` with \`data\``
        : null,
    ),
  ...withSideChains({
    sideOf: (event) => str(getPath(event, 'data', 'parentToolCallId')),
    idOf: (event) =>
      is(get(event, 'type'), 'session.start') ? str(getPath(event, 'data', 'sessionId')) : null,
    event: readEvent,
  }),
};

function readEvent(build: Builder, event: JsonNode): void {
  const type = str(get(event, 'type'));
  const data = get(event, 'data');
  if (type === 'system.message') build.outer('system', content(get(data, 'content')));
  else if (type === 'user.message') userMessage(build, get(data, 'content'));
  else if (type === 'assistant.message') {
    build.turn(str(get(data, 'messageId')));
    build.put('reasoning', content(get(data, 'reasoningText')));
    agentText(build, content(get(data, 'content')));
    for (const call of itemsOf(get(data, 'toolRequests')).filter(isObject)) chatCall(build, call);
  } else if (type === 'tool.execution_complete') {
    build.result({ callId: str(get(data, 'toolCallId')), isError: isFalse(get(data, 'success')) });
    const error = get(data, 'error');
    const said = getPath(data, 'result', 'content') ?? get(error, 'message') ?? error;
    textParts(build, said, 'observation');
  } else if (type === 'session.compaction_complete') {
    build.outer('other', content(getAny(data, 'summaryContent', 'summary')));
  }
}
