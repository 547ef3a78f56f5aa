/** A message of a chat with a student, as the page shows it. */
export interface ShownMessage {
  role: 'user' | 'assistant';
  content: string;
  reasoning: string;
}

/** To the page of a chat: all of it, whenever something changes that is no delta. */
export type ToChat =
  | {
      type: 'chat';
      name: string;
      /** Where it is served. */
      url: string;
      /** Without a chat template it goes on with texts, each by itself. */
      answersChats: boolean;
      messages: ShownMessage[];
      isAnswering: boolean;
      /** Why the last answer failed. */
      error: string | null;
    }
  | { type: 'delta'; content: string; reasoning: string };

export type FromChat =
  | { type: 'ready' }
  | { type: 'send'; text: string; temperature: number }
  | { type: 'stop' }
  | { type: 'clear' };
