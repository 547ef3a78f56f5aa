import type { FromChat, ToChat } from '@deepcoder/panel';
import * as vscode from 'vscode';
import { z } from 'zod';
import { pagesFolder, webviewHtml } from '../views/webviewHtml.ts';
import { askStudent, type StudentMessage } from './askStudent.ts';
import type { StudentServer } from './studentServers.ts';

/** What the page of a chat may say; anything else is dropped. */
const chatMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({
    type: z.literal('send'),
    text: z.string().min(1).max(1_000_000),
    temperature: z.number().min(0).max(2),
  }),
  z.object({ type: z.literal('stop') }),
  z.object({ type: z.literal('clear') }),
]) satisfies z.ZodType<FromChat>;

export interface ChatPanels {
  /** Shows the chat with a student, and begins it where there is none. */
  open: (server: StudentServer) => void;
}

export function createChatPanels(extension: vscode.Uri): ChatPanels {
  const shown = new Map<string, vscode.WebviewPanel>();
  return {
    open(server) {
      const known = shown.get(server.url);
      if (known !== undefined) {
        known.reveal();
        return;
      }
      const title = vscode.l10n.t('Chat with {0}', server.name);
      const panel = vscode.window.createWebviewPanel(
        'deepcoder.chat',
        title,
        vscode.ViewColumn.Active,
        { enableScripts: true, localResourceRoots: [pagesFolder(extension)] },
      );
      shown.set(server.url, panel);
      const chat = openChat(server, (message) => panel.webview.postMessage(message));
      panel.webview.onDidReceiveMessage((data: unknown) => {
        const message = chatMessageSchema.safeParse(data);
        if (message.success) chat.hear(message.data);
      });
      panel.onDidDispose(() => {
        shown.delete(server.url);
        chat.stop();
      });
      panel.webview.html = webviewHtml(panel.webview, extension, { name: 'chat', title });
    },
  };
}

/** The conversation lies here: a page that is hidden is gone, and asks for it when it comes back. */
function openChat(server: StudentServer, post: (message: ToChat) => unknown) {
  const messages: StudentMessage[] = [];
  let error: string | null = null;
  let answering: AbortController | null = null;
  const show = (): void => {
    const { name, url, answersChats } = server;
    const isAnswering = answering !== null;
    post({ type: 'chat', name, url, answersChats, messages, isAnswering, error });
  };
  const stop = (): void => answering?.abort();
  const answer = async (text: string, temperature: number): Promise<void> => {
    const own = new AbortController();
    answering = own;
    error = null;
    messages.push({ role: 'user', content: text, reasoning: '' });
    const asked = [...messages];
    const said: StudentMessage = { role: 'assistant', content: '', reasoning: '' };
    messages.push(said);
    show();
    try {
      for await (const delta of askStudent(server, asked, { temperature, signal: own.signal })) {
        said.content += delta.content;
        said.reasoning += delta.reasoning;
        post({ type: 'delta', ...delta });
      }
    } catch (cause) {
      if (!own.signal.aborted) error = whyFailed(cause);
    }
    answering = null;
    show();
  };
  return {
    stop,
    hear(message: FromChat): void {
      if (message.type === 'ready') show();
      else if (message.type === 'stop') stop();
      else if (message.type === 'send' && answering === null)
        void answer(message.text, message.temperature);
      else if (message.type === 'clear') {
        stop();
        messages.splice(0);
        error = null;
        show();
      }
    },
  };
}

function whyFailed(cause: unknown): string {
  // What `fetch` says where nobody listens.
  if (cause instanceof TypeError)
    return vscode.l10n.t('The student is not served any more. Serve it again.');
  return cause instanceof Error ? cause.message : String(cause);
}
