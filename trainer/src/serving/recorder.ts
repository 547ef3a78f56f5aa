import path from 'node:path';
import { findSecrets } from '@deepcoder/trajectory';
import { openAppendFile } from '../disk/appendFile.ts';
import { makeFolder } from '../disk/makeFolder.ts';

/** Writes what was served as trajectories that the project's parser reads. */
export interface Recorder {
  begin: (request: { url: string; body: unknown }) => Recording | null;
  close: () => void;
}

interface Recording {
  /** An event of a streamed answer. */
  add: (event: unknown) => void;
  /** The answer; null where it was streamed. */
  end: (answer: object | null) => void;
}

interface Message {
  role?: string;
  content?: string | null;
  reasoning_content?: string;
  tool_calls?: { index?: number; id?: string; function?: { name?: string; arguments?: string } }[];
}
interface ChatAnswer {
  id?: string;
  choices?: { index?: number; message?: Message; delta?: Message }[];
}

/**
 * One line of JSON for each answer of a chat, with the conversation before it, in a file of the day on which it was opened.
 * What looks like a secret is left out.
 */
export async function openRecorder(folder: string, now: () => number): Promise<Recorder> {
  await makeFolder(folder);
  const day = new Date(now()).toISOString().slice(0, 10);
  const file = openAppendFile(path.join(folder, `served-${day}.jsonl`));
  const write = (id: string | undefined, body: unknown, answers: Message[]): void => {
    const { messages, tools } = body as { messages: unknown[]; tools?: unknown };
    for (const answer of answers) {
      const record = { id, messages: [...messages, answer], ...(tools != null && { tools }) };
      file.append(`${withoutSecrets(JSON.stringify(record))}\n`);
    }
  };
  return {
    begin: ({ url, body }) => {
      if (!url.startsWith('/v1/chat/completions')) return null;
      const streamed: Message[] = [];
      let id: string | undefined;
      return {
        add: (event) => {
          id ??= (event as ChatAnswer).id;
          for (const { index = 0, delta = {} } of (event as ChatAnswer).choices ?? [])
            streamed[index] = joined(streamed[index], delta);
        },
        end: (answer) => {
          const { choices = [], id: own } = (answer ?? {}) as ChatAnswer;
          const whole = choices.flatMap(({ message }) => message ?? []);
          write(own ?? id, body, answer === null ? streamed : whole);
        },
      };
    },
    close: () => file.close(),
  };
}

function joined(before: Message = { role: 'assistant', content: '' }, delta: Message): Message {
  const thoughts = (before.reasoning_content ?? '') + (delta.reasoning_content ?? '');
  const calls = [...(before.tool_calls ?? []), ...(delta.tool_calls ?? [])];
  return {
    role: 'assistant',
    content: (before.content ?? '') + (delta.content ?? ''),
    ...(thoughts !== '' && { reasoning_content: thoughts }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

const REDACTED = '[redacted]';

/** A private key as it stands in a JSON text, of which `findSecrets` finds where it begins. */
const PRIVATE_KEY =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*?(?:-----END [A-Z ]*PRIVATE KEY-----|(?="))/g;

/** The secrets of a JSON text replaced; its form stays. */
function withoutSecrets(json: string): string {
  const text = json.replaceAll(PRIVATE_KEY, REDACTED);
  let safe = text;
  for (const { start, end } of findSecrets(text).toReversed())
    safe = safe.slice(0, start) + REDACTED + safe.slice(end);
  return safe;
}
