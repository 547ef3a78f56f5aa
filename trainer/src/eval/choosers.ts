import { DeepCoderError } from '@deepcoder/config';
import type { Chat, ChatMessage } from '../http/chatService.ts';
import { random } from './household/random.ts';
import type { Chooser } from './playByChoice.ts';
import { reactObservation } from './reactText.ts';
import { readTurn } from './speak.ts';

/** Does what the environment's expert would do. */
export function expertChooser(environment: string): Chooser {
  return {
    async start({ game }) {
      const turns = await game.expert();
      if (turns === null) {
        const message = `environment ${environment}: it knows no expert`;
        throw new DeepCoderError('environment-no-expert', message, { exitCode: 2 });
      }
      return (before) => Promise.resolve(turns[before.length] ?? null);
    },
  };
}

/** Takes any of the actions that the environment would take, each as likely as the others; the same every time. */
export function randomChooser(environment: string): Chooser {
  return {
    start({ game, key }) {
      const numbers = random(`random player/${key.split}/${key.seed}/${key.index}`);
      return Promise.resolve(async () => {
        const actions = await game.validActions();
        if (actions === null) throw noActions(environment);
        return actions.length === 0 ? null : { thought: '', action: numbers.pick(actions) };
      });
    },
  };
}

/** The environment does not say which actions it would take. */
export const NO_ACTIONS = 'environment-no-actions';

function noActions(environment: string): DeepCoderError {
  const message = `environment ${environment}: it does not say which actions it would take`;
  return new DeepCoderError(NO_ACTIONS, message, { exitCode: 2 });
}

/** A model behind a chat service, told the rules and asked turn by turn. */
export function chatChooser(
  chat: Chat,
  options: {
    rules: string;
    temperature: number;
    maxTokens: number;
    signal?: AbortSignal | undefined;
  },
): Chooser {
  const { rules, ...asked } = options;
  return {
    start({ game }) {
      const { task, observation } = game;
      const messages: ChatMessage[] = [
        { role: 'system', content: rules },
        { role: 'user', content: `Task: ${task}\n${reactObservation({ observation })}`.trimEnd() },
      ];
      return Promise.resolve(async (_, last) => {
        if (last !== null) {
          messages.push({
            role: 'user',
            content: reactObservation({ observation: last }).trimEnd(),
          });
        }
        const { message } = await chat({ messages, ...asked });
        messages.push(message);
        const turn = readTurn(`${message.content.trim()}\n`);
        const thought = message.reasoning_content ?? '';
        return turn === null || turn.thought !== '' ? turn : { ...turn, thought };
      });
    },
  };
}

/** How a turn is written, for models that were not trained on it. */
export const GENERAL_RULES = `You act in a text world. Each turn, write a thought and one action, nothing else:

Thought: <why>
Action: <command>`;
