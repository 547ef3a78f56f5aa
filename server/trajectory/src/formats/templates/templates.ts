/** What the text behind a mark is; `none`: nothing, `tools`: definitions of tools. */
export type Part = 'system' | 'user' | 'assistant' | 'tool' | 'other' | 'tools' | 'none';

/** A chat template by its marks, whose group `begins` is there where a new conversation does. */
export interface Template {
  name: string;
  /** All of them are in a text that it rendered, as are all of the `words`, for which a search is faster. */
  signs: readonly RegExp[];
  words?: readonly string[];
  marks: RegExp;
  /** The part behind a mark, by what the mark says. */
  after: (mark: Readonly<Record<string, string | undefined>>) => Part;
  /** What stands before the first mark. */
  before: Part;
  /** A turn that is a word and JSON below it calls the tool of that name. */
  hasNamedCalls?: boolean;
}

const ROLES = new Map<string, Part>([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['human', 'user'],
  ['instruction', 'user'],
  ['input', 'user'],
  ['assistant', 'assistant'],
  ['model', 'assistant'],
  ['ai', 'assistant'],
  ['bot', 'assistant'],
  ['falcon', 'assistant'],
  ['chatbot', 'assistant'],
  ['response', 'assistant'],
  ['tool', 'tool'],
  ['function', 'tool'],
  ['ipython', 'tool'],
  ['observation', 'tool'],
  ['environment', 'tool'],
  ['tool_response', 'tool'],
  ['tools', 'tools'],
  ['available_tools', 'tools'],
  ['tool_declare', 'tools'],
]);

function byRole({ role }: { role?: string | undefined }): Part {
  if (role === undefined) return 'none';
  const [name = ''] = role.trim().toLowerCase().split(/\s+/);
  return ROLES.get(name) ?? 'other';
}

/** A turn from a header with its role to a closing mark. */
function headed(
  name: string,
  pattern: { header: string; close: string; signs?: readonly RegExp[] },
): Template {
  return {
    name,
    signs: pattern.signs ?? [new RegExp(pattern.header)],
    marks: new RegExp(`${pattern.header}|(?<close>${pattern.close})`, 'g'),
    after: byRole,
    before: 'none',
  };
}

export const CHATML_START = '<|im_start|>system';

export const CHATML: Template = {
  ...headed('ChatML', {
    header:
      '<\\|im_start\\|>[ \\t]*(?<role>[\\w.-]+)(?: +name=(?<name>[^\\r\\n<]*(?:<\\|\\w+\\|>)?))?[ \\t]*(?:<\\|im_sep\\|>|\\r?\\n)?',
    close: '<\\|im_end\\|>|(?<begins><\\|endoftext\\|>)',
    signs: [/<\|im_start\|>/],
  }),
  // InternLM lists its tools in such a turn.
  after: ({ role, name }) => (role === 'system' && name !== undefined ? 'tools' : byRole({ role })),
};

const DEEPSEEK_PARTS = new Map<string, Part>([
  ['begin_of_sentence', 'system'],
  ['System', 'system'],
  ['User', 'user'],
  ['Assistant', 'assistant'],
  ['tool_output_begin', 'tool'],
  ['tool_output_end', 'assistant'],
  ['tool_outputs_end', 'assistant'],
]);

const MISTRAL_PARTS = new Map<string, Part>([
  ['[INST]', 'user'],
  ['[/INST]', 'assistant'],
  ['<<SYS>>', 'system'],
  ['<</SYS>>', 'user'],
  ['[SYSTEM_PROMPT]', 'system'],
  ['[AVAILABLE_TOOLS]', 'tools'],
  ['[TOOL_RESULTS]', 'tool'],
  ['[/TOOL_RESULTS]', 'assistant'],
]);

const BARS = ['<[|｜]', '[|｜]>'] as const;

/** Marks that nothing else has, so that they go before labels in the text. */
const MARKED: readonly Template[] = [
  CHATML,
  headed('Llama 3', {
    header:
      '<\\|(?:start_header_id|header_start)\\|>(?<role>\\w+)<\\|(?:end_header_id|header_end)\\|>',
    close: '<\\|(?:eot_id|eom_id|eot|eom|end_of_text)\\|>|(?<begins><\\|begin_of_text\\|>)',
  }),
  headed('Gemma', {
    header: '<start_of_turn>(?<role>\\w+)\\r?\\n?',
    close: '<end_of_turn>|<eos>|(?<begins><bos>)',
  }),
  {
    name: 'DeepSeek',
    signs: [/<[|｜](?:User|Assistant)[|｜]>/],
    marks: new RegExp(
      `${BARS[0]}(?<mark>begin[▁_]of[▁_]sentence|end[▁_]of[▁_]sentence|System|User|Assistant|tool[▁_]outputs?[▁_](?:begin|end))${BARS[1]}`,
      'g',
    ),
    after: ({ mark = '' }) => DEEPSEEK_PARTS.get(mark.replace(/▁/g, '_')) ?? 'none',
    before: 'none',
  },
  {
    ...headed('Kimi', {
      header: '<\\|im_(?:(?<role>user|assistant)|system)\\|>(?<name>[^<\\r\\n]*)<\\|im_middle\\|>',
      close: '<\\|im_end\\|>|\\[EOS\\]|(?<begins>\\[BOS\\])',
      signs: [/<\|im_middle\|>/],
    }),
    // A tool's result is a system turn in its name.
    after: ({ role, name }) => {
      if (role !== undefined || name === undefined) return byRole({ role });
      return ROLES.get(name.trim()) ?? 'tool';
    },
  },
  headed('MiniMax', {
    header: '\\]~b\\](?<role>\\w+)[^\\n]*\\r?\\n?',
    close: '\\[e~\\[|(?<begins>\\]~!b\\[)',
  }),
  headed('MiniMax M1', {
    header: '<beginning_of_sentence>(?<role>\\w+)(?: \\w+=(?<name>[^\\r\\n]*))?\\r?\\n?',
    close: '<end_of_sentence>|(?<begins><begin_of_document>)',
  }),
  headed('Command R', {
    header: '<\\|START_OF_TURN_TOKEN\\|><\\|(?<role>SYSTEM|USER|CHATBOT)_TOKEN\\|>',
    close: '<\\|END_OF_TURN_TOKEN\\|>|<EOS_TOKEN>|(?<begins><BOS_TOKEN>)',
  }),
  headed('Granite', {
    header: '<\\|start_of_role\\|>(?<role>[^<]*)<\\|end_of_role\\|>',
    close: '<\\|end_of_text\\|>',
  }),
  {
    name: 'Mistral',
    signs: [/\[INST\]/, /\[\/INST\]/],
    marks:
      /(?<begins><s>)|<\/s>|(?<mark>\[\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_RESULTS)\]|<<\/?SYS>>)/g,
    after: ({ mark = '' }) => MISTRAL_PARTS.get(mark) ?? 'none',
    before: 'none',
  },
  {
    ...headed('Zephyr', {
      header: '<\\|(?<role>system|user|assistant|observation|tool|tool_response)\\|>(?:\\r?\\n)?',
      close:
        '</s>|<\\|(?:end|endoftext|end_of_text|/tool)\\|>|(?<begins>\\[gMASK\\]\\s?(?:<sop>)?|<sop>)',
      signs: [/<\|(?:user|system)\|>/, /<\|assistant\|>/],
    }),
    // GLM-4's, which has Zephyr's marks.
    hasNamedCalls: true,
  },
];

/** Labels of prose, which say less. */
export const LABELLED: readonly Template[] = [
  {
    // Rendered text that was decoded without its marks.
    name: 'Bare role',
    signs: [/^\s*(?:system|user)\r?\n/, /^assistant(?:\r?\n|$)/m],
    words: ['assistant'],
    marks: /^(?<role>system|user|assistant|tool)(?:\r?\n|(?![^]))/gm,
    after: byRole,
    before: 'none',
  },
  {
    name: 'Vicuna',
    signs: [/(?:^|[\s>])USER: /, /(?:^|[\s>])ASSISTANT:/],
    words: ['USER: ', 'ASSISTANT:'],
    marks:
      /(?<![^\s>])(?<role>SYSTEM|USER|ASSISTANT|FUNCTION RESPONSE|(?<=^|\n)(?:TOOL|FUNCTION|OBSERVATION)):|(?<begins><\/s>|<s>)/g,
    after: ({ role, begins }) => (begins === '</s>' ? 'system' : byRole({ role })),
    before: 'system',
  },
  {
    name: 'Alpaca',
    signs: [/^### (?:Instruction|User|Human):/m, /^### (?:Response|Assistant):/m],
    words: ['### '],
    marks:
      /^### (?<role>System|Instruction|Input|Response|User|Human|Assistant):|(?<begins>^(?=Below is an instruction that ))|<\/s>|<\|endoftext\|>/gm,
    after: ({ role, begins }) => (begins === undefined ? byRole({ role }) : 'system'),
    before: 'system',
  },
  {
    name: 'lines',
    signs: [
      /^\s*(?:<s>|<｜begin▁of▁sentence｜>)?(?:[Ss]ystem|[Uu]ser|[Hh]uman|[Aa]ssistant|[Tt]ool): /,
      /^(?:[Aa]ssistant|Falcon|AI): /m,
    ],
    marks:
      /^(?:<s>|<｜begin▁of▁sentence｜>)?(?<role>[Ss]ystem|[Uu]ser|[Hh]uman|[Aa]ssistant|[Tt]ool|Falcon|AI):(?:[ \t]|(?=[\r\n])|$)|<\/s>|<｜end▁of▁sentence｜>/gm,
    after: byRole,
    before: 'none',
  },
];

/** One of these is in every text with marks. */
const MARK_WORDS = ['<|', '<｜', '[INST]', ']~b]', '<start_of_turn>', '<beginning_of_sentence>'];

/** The template whose marks the text has. A search for a few words spares most texts those for every mark. */
export function markedTemplateOf(head: string): Template | null {
  return MARK_WORDS.some((word) => head.includes(word)) ? templateOf(head, MARKED) : null;
}

export function templateOf(head: string, templates: readonly Template[]): Template | null {
  const fits = ({ words = [], signs }: Template): boolean =>
    words.every((word) => head.includes(word)) && signs.every((sign) => sign.test(head));
  return templates.find(fits) ?? null;
}
