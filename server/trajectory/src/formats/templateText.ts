import type { Builder } from '../build/builder.ts';
import { Finder } from '../text/finder.ts';
import { plainSlice, type Source } from '../text/source.ts';
import type { Format } from './format.ts';
import { TagSplitter } from './shared/tagSplitter.ts';

/**
 * Text as a chat template renders it: turns between the template's marks (ChatML, Llama 3, Gemma,
 * DeepSeek, Zephyr) or after `assistant: ` at the start of a line, with thinking, calls and results in
 * tags. A system turn after the first opens the next trajectory. Without any mark: one model output.
 */
export const templateText: Format = {
  id: 'template_tags',
  title: 'Chat template text',
  detect({ shape, head }) {
    if (shape !== 'text') return null;
    for (const { name, open } of TEMPLATES) {
      open.lastIndex = 0;
      if (open.test(head)) return `${name} turn marks`;
    }
    const plain = /^(?:system|user|assistant|tool): /.exec(head);
    if (plain && /^assistant: /m.test(head)) return `lines that begin with \`${plain[0].trim()}\``;
    const tag = /^\s*(<think>|<tool_call>|<search>)/.exec(head);
    return tag ? `begins with \`${tag[1]!}\`` : null;
  },
  read(input, build) {
    const { source, head } = input;
    const template = TEMPLATES.find(({ open }) => {
      open.lastIndex = 0;
      return open.test(head);
    });
    readTurns(
      build,
      source,
      template ?? (/^(?:system|user|assistant|tool): /.test(head) ? LINES : null),
    );
  },
  // Of the templates ChatML's alone, whose marks begin lines: a dump of many records is cut at its system turns.
  blocks: {
    begins: (text, start) => text.startsWith(CHATML_START, start),
    read: (build, source, range) => readTurns(build, source, CHATML, range),
  },
  needsWhole: (text) => !text.startsWith(CHATML_START),
};

interface Template {
  name: string;
  /** Opens a turn; the first group that is there names the role. */
  open: RegExp;
  close: RegExp;
}

const CHATML: Template = {
  name: 'ChatML',
  open: /<\|im_start\|>[ \t]*(\w+)[ \t]*\r?\n?/g,
  close: /<\|im_end\|>/g,
};

const CHATML_START = '<|im_start|>system';

const TEMPLATES: readonly Template[] = [
  CHATML,
  {
    name: 'Llama 3',
    open: /<\|start_header_id\|>(\w+)<\|end_header_id\|>/g,
    close: /<\|(?:eot_id|eom_id|end_of_text)\|>/g,
  },
  { name: 'Gemma', open: /<start_of_turn>(\w+)\r?\n?/g, close: /<end_of_turn>/g },
  {
    name: 'DeepSeek',
    open: /<[|｜](User|Assistant|tool▁outputs▁begin)[|｜]>/g,
    close: /<[|｜](?:end▁of▁sentence|tool▁outputs▁end)[|｜]>/g,
  },
  {
    name: 'Zephyr',
    open: /<\|(system|user|assistant|observation|tool)\|>\r?\n?/g,
    close: /<\/s>|<\|end\|>/g,
  },
];

const LINES: Template = {
  name: 'lines',
  open: /^(system|user|assistant|tool): /gm,
  close: /(?!)/g,
};

const ROLES: Record<string, 'system' | 'user' | 'assistant' | 'tool'> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  model: 'assistant',
  tool: 'tool',
  ipython: 'tool',
  observation: 'tool',
  'tool▁outputs▁begin': 'tool',
};

function readTurns(
  build: Builder,
  source: Source,
  template: Template | null,
  { start, end } = { start: 0, end: source.text.length },
): void {
  const reader = new TurnReader(build, source);
  const { text } = source;
  if (!template) {
    build.trajectory(start);
    reader.read({ start, end, role: 'assistant' });
    return;
  }
  const headers = new Finder(text, template.open);
  const closers = new Finder(text, template.close);
  let header = headers.next(start, end);
  while (header) {
    const following = headers.next(header.end, end);
    const close = closers.next(header.end, following?.start ?? end);
    const role = ROLES[header.groups[1]!.toLowerCase()] ?? null;
    const begins = !build.isOpen || (role === 'system' && build.currentStep > 0);
    if (begins) build.trajectory(header.start);
    build.label(plainSlice(source, header.start, header.end));
    if (close) build.label(plainSlice(source, close.start, close.end));
    reader.read({ start: header.end, end: close?.start ?? following?.start ?? end, role });
    header = following;
  }
}

interface Turn {
  start: number;
  end: number;
  role: 'system' | 'user' | 'assistant' | 'tool' | null;
}

class TurnReader {
  private readonly splitter: TagSplitter;
  private readonly responses: Finder;

  constructor(
    private readonly build: Builder,
    private readonly source: Source,
  ) {
    this.splitter = new TagSplitter(build, source);
    this.responses = new Finder(source.text, /<\/?(?:tool_response|TOOL_RESPONSE)>/g);
  }

  read(turn: Turn): void {
    const { build, source } = this;
    const slice = plainSlice(source, turn.start, turn.end);
    if (turn.role === 'assistant') {
      build.turn();
      this.splitter.split(turn, 'here');
    } else if (turn.role === 'user') {
      this.user(turn);
    } else if (turn.role === 'tool') {
      build.result();
      build.put('observation', slice);
    } else {
      build.outer(turn.role ?? 'other', slice);
    }
  }

  /** Qwen's template lets the user's turn carry the results, each in tags. */
  private user({ start, end }: Turn): void {
    const { build, source } = this;
    let at = start;
    let within = false;
    for (;;) {
      const tag = build.currentStep > 0 ? this.responses.next(at, end) : null;
      const slice = plainSlice(source, at, tag?.start ?? end);
      if (within) {
        build.result();
        build.put('observation', slice);
      } else if (source.text.slice(slice.start, slice.end).trim() !== '') {
        build.outer('task', slice);
      }
      if (!tag) return;
      build.label(plainSlice(source, tag.start, tag.end));
      within = source.text[tag.start + 1] !== '/';
      at = tag.end;
    }
  }
}
