import type { ChatMessage, ChatReply } from '../http/chatService.ts';
import type { Environment, GameKey } from './environment.ts';
import { reactObservation } from './reactText.ts';
import { readTurn } from './speak.ts';

/** An episode as the conversation that it was. */
export interface ChatEpisode {
  messages: ChatMessage[];
  success: boolean;
  /** Why it cannot be learnt from; null where it can. */
  trouble: string | null;
}

export interface PlayByChatOptions {
  environment: Environment;
  key: GameKey;
  /** What the environment understands, for the system's message. */
  rules: string;
  maxTurns: number;
  reply: (messages: readonly ChatMessage[]) => Promise<ChatReply>;
}

/** Lets a model that only talks play one game, turn by turn. */
export async function playByChat(options: PlayByChatOptions): Promise<ChatEpisode> {
  const { environment, key, rules, maxTurns, reply } = options;
  const game = await environment.reset(key);
  const { task, observation } = game;
  const messages: ChatMessage[] = [
    { role: 'system', content: rules },
    { role: 'user', content: `Task: ${task}\n${reactObservation({ observation })}`.trimEnd() },
  ];
  for (let turn = 1; turn <= maxTurns; turn++) {
    const { message, finishReason } = await reply(messages);
    const said = readTurn(`${message.content.trim()}\n`);
    if (finishReason === 'length') return { messages, success: false, trouble: cut(turn) };
    if (said === null) {
      const trouble = `turn ${turn} ends in no line "Action: ..."`;
      return { messages, success: false, trouble };
    }
    messages.push(message);
    const next = await game.step(said.action);
    if (next.done) return { messages, success: next.success, trouble: null };
    messages.push({ role: 'user', content: reactObservation(next).trimEnd() });
  }
  return { messages, success: false, trouble: null };
}

function cut(turn: number): string {
  return `turn ${turn} was cut short at the most tokens`;
}
