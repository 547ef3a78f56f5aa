import '../page/theme.css';
import './chat.css';
import type { FromChat, ShownMessage, ToChat } from '../chatMessages.ts';
import { t } from '../l10n.ts';
import { html, replaceWith } from '../page/elements.ts';

declare const acquireVsCodeApi: () => { postMessage(message: FromChat): void };

const host = acquireVsCodeApi();
const root = document.getElementById('page')!;
type Chat = Extract<ToChat, { type: 'chat' }>;

const title = html('h1');
const place = html('p', { class: 'place' });
const list = html('ol', { class: 'messages', 'aria-live': 'polite' });
const field = html('textarea', { id: 'text', rows: 3, 'aria-label': t('Message') });
const temperature = html('input', {
  ...{ id: 'temperature', type: 'number', min: 0, max: 2, step: 0.1, value: 0 },
  title: t('0: always the likeliest token'),
});
const send = html('button', { type: 'submit' }, t('Send'));
const stop = html('button', { type: 'button' }, t('Stop'));
const clear = html('button', { type: 'button' }, t('New Chat'));
let answer: { content: Text; reasoning: Text } | null = null;
let isAnswering = false;

const label = html('label', { for: 'temperature' }, t('Temperature'));
const gap = html('span', { class: 'gap' });
const controls = html('div', { class: 'controls' }, label, temperature, gap, clear, stop, send);
const form = html('form', {}, field, controls);
root.replaceChildren(html('main', {}, html('header', {}, title, place), list, form));

window.addEventListener('message', ({ data }: MessageEvent<ToChat>) => {
  if (data.type === 'chat') show(data);
  else if (answer !== null) {
    answer.content.appendData(data.content);
    answer.reasoning.appendData(data.reasoning);
    list.lastElementChild?.scrollIntoView({ block: 'end' });
  }
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  say();
});
field.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  say();
});
stop.addEventListener('click', () => host.postMessage({ type: 'stop' }));
clear.addEventListener('click', () => host.postMessage({ type: 'clear' }));
host.postMessage({ type: 'ready' });
field.focus();

function say(): void {
  const text = field.value.trim();
  if (text === '' || isAnswering) return;
  field.value = '';
  const value = Math.min(Math.max(temperature.valueAsNumber || 0, 0), 2);
  host.postMessage({ type: 'send', text, temperature: value });
}

function show(chat: Chat): void {
  ({ isAnswering } = chat);
  title.textContent = chat.name;
  place.textContent = chat.answersChats
    ? `${chat.url}/v1`
    : t('{0}: it has no chat template, and goes on with each text by itself', `${chat.url}/v1`);
  answer = null;
  replaceWith(list, [
    ...chat.messages.map(shown),
    chat.error === null ? null : html('li', { class: 'problem', role: 'alert' }, chat.error),
  ]);
  stop.hidden = !chat.isAnswering;
  send.disabled = chat.isAnswering;
  clear.disabled = chat.messages.length === 0;
  list.lastElementChild?.scrollIntoView({ block: 'end' });
}

function shown({ role, content, reasoning }: ShownMessage): HTMLElement {
  const texts = { content: new Text(content), reasoning: new Text(reasoning) };
  if (role === 'assistant') answer = texts;
  return html(
    'li',
    { class: role },
    html('span', { class: 'who' }, role === 'user' ? t('You') : t('Student')),
    html('pre', { class: 'thought' }, texts.reasoning),
    html('pre', {}, texts.content),
  );
}
