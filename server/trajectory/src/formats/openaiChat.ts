import type { Builder } from '../assemble/builder.ts';
import {
  firstItem,
  get,
  getAny,
  getAnyOf,
  isArray,
  isObject,
  isString,
  inside,
  itemsOf,
  namesOf,
  str,
} from '../json/jsonNode.ts';
import { eventFacts, recordFacts } from '../facts/readFacts.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import type { Slice } from '../text/source.ts';
import type { Format, Probe } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { chatMessage, sameMessage, type ResultsFrom } from './shared/chat.ts';
import { hasPictureList, recordPictures } from './shared/pictureParts.ts';
import { isMessageList, messageListOf } from './shared/messageLists.ts';
import { resultsFrom } from './shared/resultsFrom.ts';
import { chatRole, isChatMessage } from './shared/roles.ts';
import { recordTools } from './shared/tools.ts';
import { isUndesired } from './shared/undesired.ts';

/**
 * OpenAI's chat messages: a request log, a dataset row with `messages`, tau-bench's `traj`, a bare list
 * of messages, or one message a line.
 */
export const openaiChat: Format = {
  ...chatWith('tool'),
  adapt: (probe) => chatWith(resultsFrom(probe.samples.map(conversationOf))),
};

function chatWith(results: ResultsFrom): Format {
  return {
    id: 'openai_chat',
    title: 'OpenAI chat messages',
    messageNames: nameBits('role', 'simulations', 'request', 'request_body', 'body'),
    detect,
    record(build, { value, range }) {
      for (const simulation of itemsOf(get(value, 'simulations'))) {
        conversation(build, simulation, results);
      }
      if (isChatMessage(value)) {
        if (!build.isOpen) build.trajectory(range.start);
        chatMessage(build, value, { results });
      } else {
        conversation(build, value, results);
      }
    },
    list: {
      of: (record) => (hasMoreThanList(record) ? null : listOf(record)),
      begin: openRecord,
      item(build, message) {
        if (isChatMessage(message)) chatMessage(build, message, { results });
      },
    },
  };
}

function detect({ samples }: Probe): string | null {
  for (const sample of samples) {
    if (isChatMessage(sample)) return 'records with `role` and `content`';
    const found = messageListOf(requestOf(sample), isChatMessage);
    if (found) return `\`${found.name}[]\` with roles`;
    const simulation = firstItem(get(sample, 'simulations'));
    if (isMessageList(get(simulation, 'messages'), isChatMessage)) {
      return '`simulations[].messages`';
    }
    if (isMessageList(sample, isChatMessage)) return 'lists of messages with roles';
  }
  return null;
}

function conversationOf(sample: JsonNode): readonly JsonNode[] {
  const simulation = firstItem(get(sample, 'simulations'));
  return itemsOf(listOf(simulation ?? sample)).filter(isChatMessage);
}

/** A logged call has its request beside the response. */
function requestOf(record: JsonNode): JsonNode {
  const request = getAny(record, 'request', 'request_body', 'body');
  return isObject(request) && isArray(get(request, 'messages')) ? request : record;
}

function listOf(record: JsonNode): JsonNode | null {
  if (isArray(record)) return isMessageList(record, isChatMessage) ? record : null;
  return messageListOf(requestOf(record), isChatMessage)?.list ?? null;
}

const MORE = [
  ...['simulations', 'completion', 'response', 'chosen', 'request', 'request_body', 'body'],
  ...['output', 'generation'],
];

function hasMoreThanList(record: JsonNode): boolean {
  if (!isObject(record) || isChatMessage(record)) return true;
  return hasPictureList(record) || MORE.some((key) => get(record, key) !== null);
}

function openRecord(build: Builder, record: JsonNode): void {
  build.trajectory(record.rawStart, recordId(record));
  build.about(record, recordFacts);
  recordTools(build, requestOf(record));
  recordPictures(build, record);
  const system = getAny(record, 'system', 'system_prompt');
  const first = firstItem(listOf(record));
  if (isString(system) && first && chatRole(first) !== 'system') {
    build.outer('system', inside(system));
  }
}

/** tau-bench runs a task several times, each with its number. */
function recordId(record: JsonNode): string | null {
  const id = str(getAny(record, 'id', 'task_id', 'conversation_id', 'uuid'));
  const trial = str(get(record, 'trial'));
  const isTask = id !== null && id === str(get(record, 'task_id'));
  return isTask && trial !== null ? `${id}.${trial}` : id;
}

function conversation(build: Builder, record: JsonNode, results: ResultsFrom): void {
  const list = listOf(record);
  if (!list) return;
  openRecord(build, record);
  build.isMasked = isUndesired(record);
  let last: JsonNode | null = null;
  for (let message = list.first; message; message = message.next) {
    if (!isChatMessage(message)) continue;
    chatMessage(build, message, { results });
    build.about(message, eventFacts);
    last = message;
  }
  [...completion(record, list), ...response(record)].forEach((message, i) => {
    const isRepeated = i === 0 && last && sameMessage(last, message);
    if (!isRepeated) chatMessage(build, message, { results });
  });
  const written = last && chatRole(last) !== 'assistant' ? writtenAnswer(record) : null;
  if (written) {
    build.turn();
    agentText(build, written);
  }
  build.isMasked = false;
  build.close(record.rawEnd);
}

const ANSWERS = namesOf('response', 'completion', 'output', 'generation', 'chosen');

/** Rows of a sampler: the messages of the prompt, and what the model wrote as one text. */
function writtenAnswer(record: JsonNode): Slice | null {
  const text = getAnyOf(record, ANSWERS);
  return isString(text) ? inside(text) : null;
}

/** Prompt-completion rows keep the agent's part apart, and so do preferences, where the chosen one counts. */
function completion(record: JsonNode, list: JsonNode): JsonNode[] {
  const prompt = firstItem(list);
  for (const key of ['completion', 'chosen']) {
    const found = get(record, key);
    const messages = (isChatMessage(found) ? [found] : itemsOf(found)).filter(isChatMessage);
    const [first] = messages;
    if (first && found !== list && prompt && !sameMessage(first, prompt)) return messages;
  }
  return [];
}

/** What the model answered to a logged request. */
function response(record: JsonNode): JsonNode[] {
  const answer = get(record, 'response');
  const choices = itemsOf(get(get(answer, 'body') ?? answer, 'choices'));
  const message = get(choices[0] ?? null, 'message');
  return isObject(message) ? [message] : [];
}
