import { own } from '@deepcoder/vocabulary';
import {
  CompletionItemKind,
  InsertTextFormat,
  type CompletionItem,
  type Position,
} from 'vscode-languageserver';
import { offsetIn, sectionAt, type Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';

const CYCLE = ['Thought', 'Action', 'Observation'] as const;

/** Labels where a line begins, the one that comes next first, and the whole next step. */
export function completion(document: TrackedDocument, position: Position): CompletionItem[] | null {
  const offers = own(OFFERS, document.readUpTo(document.offsetAt(position))?.verdict.format ?? '');
  const section = offers && sectionAt(document, document.offsetAt(position));
  return section ? offers(section, position) : null;
}

type Offer = (section: Section, position: Position) => CompletionItem[] | null;

const OFFERS: Record<string, Offer | undefined> = {
  react_text: reactLabels,
  template_tags: tags,
  openai_chat: chatMessages,
};

function lineBefore(section: Section, position: Position): string {
  const offset = offsetIn(section, position);
  const start = offset - position.character;
  return section.text.slice(Math.max(0, start), offset);
}

interface Last {
  name: string;
  number: number | null;
}

function reactLabels(section: Section, position: Position): CompletionItem[] | null {
  const typed = lineBefore(section, position);
  if (!/^[A-Za-z ]*$/.test(typed)) return null;
  const last = lastLabel(section, offsetIn(section, position));
  const next = nextLabel(last);
  const range = { start: { ...position, character: 0 }, end: position };
  const names = [
    next.name,
    ...['Thought', 'Action', 'Observation', 'Final Answer', 'Question'].filter(
      (one) => one !== next.name,
    ),
  ];
  const items = names.map((name, i): CompletionItem => {
    const plain = name === 'Question' || name === 'Final Answer' || next.number === null;
    const number = name === next.name ? next.number : (last?.number ?? next.number);
    const text = plain ? `${name}: ` : `${name} ${number!}: `;
    return {
      label: text.trim(),
      kind: CompletionItemKind.Keyword,
      sortText: String(i),
      preselect: i === 0,
      filterText: name,
      textEdit: { range, newText: text },
    };
  });
  const step =
    next.name === 'Thought' ? next.number : next.number === null ? null : next.number + 1;
  const number = step === null ? '' : ` ${step}`;
  items.push({
    label: `Step${number}: thought, action, observation`,
    kind: CompletionItemKind.Snippet,
    sortText: '9',
    filterText: 'Step Thought',
    insertTextFormat: InsertTextFormat.Snippet,
    textEdit: {
      range,
      newText: CYCLE.map((name, i) => `${name}${number}: $${i + 1}`).join('\n'),
    },
  });
  return items;
}

function lastLabel({ text, parsed }: Section, before: number): Last | null {
  let found: Last | null = null;
  for (const { start, end } of parsed.labels) {
    if (end > before) break;
    const match = /^\s*(Thought|Action|Observation)[ \t]*(\d+)?/.exec(text.slice(start, end));
    if (match)
      found = { name: match[1]!, number: match[2] === undefined ? null : Number(match[2]) };
  }
  return found;
}

function nextLabel(last: Last | null): Last {
  if (!last) return { name: 'Thought', number: 1 };
  const at = CYCLE.findIndex((one) => one === last.name);
  const number = last.number !== null && at === 2 ? last.number + 1 : last.number;
  return { name: CYCLE[(at + 1) % 3]!, number };
}

const TAGS = ['think', 'tool_call', 'tool_response', 'answer'];

function tags(section: Section, position: Position): CompletionItem[] | null {
  const typed = /<(\/?)([\w-]*)$/.exec(lineBefore(section, position));
  if (!typed) return null;
  const start = { ...position, character: position.character - typed[0].length };
  const range = { start, end: position };
  const before = section.text.slice(0, offsetIn(section, start));
  const open = TAGS.filter(
    (tag) => before.lastIndexOf(`<${tag}>`) > before.lastIndexOf(`</${tag}>`),
  );
  if (typed[1] === '/') {
    return open.map((tag) => ({
      label: `</${tag}>`,
      kind: CompletionItemKind.Keyword,
      textEdit: { range, newText: `</${tag}>` },
    }));
  }
  return TAGS.filter((tag) => !open.includes(tag)).map((tag) => ({
    label: `<${tag}>`,
    kind: CompletionItemKind.Keyword,
    insertTextFormat: InsertTextFormat.Snippet,
    textEdit: { range, newText: `<${tag}>\n$0\n</${tag}>` },
  }));
}

/** Between messages: a call with its result, or an answer. */
function chatMessages(section: Section, position: Position): CompletionItem[] | null {
  const offset = offsetIn(section, position);
  const before = section.text.slice(Math.max(0, offset - 200), offset);
  const after = section.text.slice(offset, offset + 200);
  const isBetween = /[}\]]\s*,\s*$/.test(before) || /"messages"\s*:\s*\[\s*$/.test(before);
  if (!isBetween || !/^\s*(?:[\]{]|$)/.test(after)) return null;
  const comma = /^\s*\{/.test(after) ? ', ' : '';
  const insert = (label: string, text: string): CompletionItem => ({
    label,
    kind: CompletionItemKind.Snippet,
    insertTextFormat: InsertTextFormat.Snippet,
    textEdit: { range: { start: position, end: position }, newText: `${text}${comma}` },
  });
  return [
    insert(
      'step: call and result',
      '{"role": "assistant", "reasoning_content": "$1", "content": null, "tool_calls": [{"id": "${2:call_1}", "type": "function", "function": {"name": "$3", "arguments": "{$4\\}"\\}\\}]\\}, {"role": "tool", "tool_call_id": "${2:call_1}", "content": "$5"\\}',
    ),
    insert('answer', '{"role": "assistant", "content": "$1"\\}'),
    insert('task', '{"role": "user", "content": "$1"\\}'),
  ];
}
