import { tokenPreviewRequest, type TokenColumns } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { ServerConnection } from '../serverConnection.ts';

interface Answer {
  tokens: TokenColumns | null;
  message: string;
}

interface Question {
  traj: number;
  /** A run's folder; null: tokens without losses. */
  run: string | null;
  /** Of the run's student. */
  stamp: string;
}

interface Asked {
  answer: Promise<Answer>;
  cancellation: vscode.CancellationTokenSource;
}

export interface TokenAnswers {
  /** Asked once for each text; never rejects. */
  of(document: vscode.TextDocument, question: Question): Promise<Answer>;
  /** Lets go of what is asked and forgets what was answered. */
  clear(): void;
}

const NOTHING: Answer = { tokens: null, message: '' };

/** The server's tokens of documents, remembered while these stay as they are. */
export function tokenAnswers(server: ServerConnection): TokenAnswers {
  const asked = new Map<string, Asked>();
  const request = async (
    { uri, version }: vscode.TextDocument,
    { traj, run }: Question,
    token: vscode.CancellationToken,
  ): Promise<Answer> => {
    try {
      const params = { uri: uri.toString(), traj, run };
      const answer = await server.request(tokenPreviewRequest, params, token);
      if (token.isCancellationRequested || answer.version !== version) return NOTHING;
      return answer;
    } catch (error) {
      if (token.isCancellationRequested) return NOTHING;
      return { tokens: null, message: error instanceof Error ? error.message : String(error) };
    }
  };
  return {
    of(document, question) {
      const { traj, run, stamp } = question;
      const key = JSON.stringify([document.uri.toString(), document.version, traj, run, stamp]);
      const known = asked.get(key);
      if (known !== undefined) return known.answer;
      const cancellation = new vscode.CancellationTokenSource();
      const answer = request(document, question, cancellation.token);
      asked.set(key, { answer, cancellation });
      // What brought nothing is asked again at the next look.
      void answer.then(({ tokens }) => {
        if (tokens === null) asked.delete(key);
      });
      return answer;
    },
    clear() {
      for (const { cancellation } of asked.values()) {
        cancellation.cancel();
        cancellation.dispose();
      }
      asked.clear();
    },
  };
}
