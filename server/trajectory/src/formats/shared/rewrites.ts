import type { Builder } from '../../assemble/builder.ts';
import { eventFacts } from '../../facts/readFacts.ts';
import { get, getAny, isObject, itemsOf, str } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import type { Format } from '../format.ts';

/**
 * The parts of a format for logs where a line writes a message, once more when it has changed: the last
 * version counts, in the first one's place. `$rewindTo` takes back a message and all after it, `$set` puts
 * messages in.
 */
export function withRewrites(
  readMessage: (build: Builder, message: JsonNode) => void,
): Pick<Format, 'read' | 'record' | 'links'> {
  return {
    read(input, build) {
      const messages = new Map<string, JsonNode>();
      const left: JsonNode[] = [];
      let session: string | null = null;
      for (const { value, range } of input.records()) {
        if (!build.isOpen) build.trajectory(range.start);
        session ??= str(get(value, 'sessionId'));
        const rewound = str(get(value, '$rewindTo'));
        if (rewound === null) for (const message of messagesOf(value)) add(messages, message);
        else for (const message of rewind(messages, rewound).slice(0, 1)) left.push(message);
      }
      build.nameTrajectory(session);
      for (const message of messages.values()) {
        readMessage(build, message);
        build.about(message, eventFacts);
      }
      for (const message of left) reportRewound(build, message);
    },
    record(build, { value, range }) {
      if (!build.isOpen) build.trajectory(range.start);
      build.nameTrajectory(str(get(value, 'sessionId')));
      for (const message of messagesOf(value)) {
        readMessage(build, message);
        build.about(message, eventFacts);
      }
    },
    links: {
      of(line) {
        if (get(line, '$rewindTo')) return '$rewindTo';
        const [message, ...more] = messagesOf(line);
        return more.length > 0 ? '$set' : message ? str(get(message, 'id')) : null;
      },
      needWhole(links) {
        const isSet = links.some((link) => link === '$rewindTo' || link === '$set');
        return isSet || new Set(links).size < links.length;
      },
    },
  };
}

function messagesOf(line: JsonNode): JsonNode[] {
  if (getAny(line, 'type') && !get(line, '$set')) return isObject(line) ? [line] : [];
  const list = get(get(line, '$set'), 'messages') ?? get(line, 'messages');
  return itemsOf(list).filter(isObject);
}

function add(messages: Map<string, JsonNode>, message: JsonNode): void {
  messages.set(str(get(message, 'id')) ?? `at ${message.rawStart}`, message);
}

function rewind(messages: Map<string, JsonNode>, to: string): JsonNode[] {
  const ids = [...messages.keys()];
  const from = ids.indexOf(to);
  const left = from < 0 ? [] : ids.slice(from);
  return left.flatMap((id) => {
    const message = messages.get(id)!;
    messages.delete(id);
    return [message];
  });
}

function reportRewound(build: Builder, { rawStart: start }: JsonNode): void {
  const message =
    'The session was rewound to before this message: it and what followed are left out.';
  build.problem('info', 'rewound', message, { start, end: start + 1 });
}
