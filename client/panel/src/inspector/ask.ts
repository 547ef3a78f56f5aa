import type { FromInspector, InspectorQuestion, InspectorQuestions } from '../inspectorMessages.ts';

export type Ask = <Question extends InspectorQuestion>(
  question: Question,
  params: InspectorQuestions[Question]['params'],
) => Promise<InspectorQuestions[Question]['result']>;

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

/** What kept a question from being answered, for the reader. */
export function whyNot(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Of several answers only that to the last question counts; the others are null. */
export function newest<Of, Answer>(
  ask: (of: Of) => Promise<Answer | null>,
): (of: Of) => Promise<Answer | null> {
  let last = 0;
  return async (of) => {
    const mine = ++last;
    const answer = await ask(of);
    return mine === last ? answer : null;
  };
}

/** Questions to the editor as promises. */
export function createAsk(post: (message: FromInspector) => void): {
  ask: Ask;
  answer(id: number, result: unknown): void;
  refuse(id: number, message: string): void;
} {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  const take = (id: number) => {
    const entry = waiting.get(id);
    waiting.delete(id);
    return entry;
  };
  return {
    ask: (question, params) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve, reject });
        post({ type: 'ask', id, question, params });
      }),
    answer: (id, result) => take(id)?.resolve(result as never),
    refuse: (id, message) => take(id)?.reject(new Error(message)),
  };
}
