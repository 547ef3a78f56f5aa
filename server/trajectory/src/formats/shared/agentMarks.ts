import type { Range } from '@deepcoder/vocabulary';
import type { Found } from '../../text/finder.ts';

/**
 * `plain`: a call whose content is the action itself, whatever it looks like. `open`: a call without a
 * closing mark. `said`: text of the agent. `end`: a mark of the template, which says nothing.
 */
type MarkRole =
  'think' | 'call' | 'plain' | 'open' | 'answer' | 'said' | 'result' | 'weakResult' | 'end';

export interface Mark extends Range {
  name: string;
  role: MarkRole;
  closing: boolean;
  selfClosing: boolean;
  /** Where the call's name stands in the mark itself. */
  call: Range | null;
  /** What closes it: with a group that is `/` where it does, and not where another one opens. */
  close: RegExp | null;
}

const TAGS = new Map<string, MarkRole>([
  ['think', 'think'],
  ['thinking', 'think'],
  ['thought', 'think'],
  ['reasoning', 'think'],
  ['reflection', 'think'],
  ['scratchpad', 'think'],
  ['scratch_pad', 'think'],
  ['tool_call', 'call'],
  ['tool_calls', 'call'],
  ['function_call', 'call'],
  ['function_calls', 'call'],
  ['TOOLCALL', 'call'],
  ['function', 'call'],
  ['invoke', 'call'],
  ['functioncall', 'open'],
  ['search', 'plain'],
  ['action', 'plain'],
  ['execute', 'plain'],
  ['execute_bash', 'plain'],
  ['execute_ipython', 'plain'],
  ['execute_browse', 'plain'],
  ['answer', 'answer'],
  ['tool_response', 'result'],
  ['information', 'result'],
  ['TOOL_RESPONSE', 'result'],
  ['function_results', 'result'],
  ['function_response', 'result'],
  ['tool_result', 'result'],
  ['result', 'weakResult'],
  ['observation', 'weakResult'],
]);

/** The tools of Cline and Roo Code, whose calls are elements that begin a line. */
const ELEMENTS = [
  'execute_command',
  'read_file',
  'write_to_file',
  'replace_in_file',
  'apply_diff',
  'insert_content',
  'search_and_replace',
  'search_files',
  'codebase_search',
  'list_files',
  'list_code_definition_names',
  'browser_action',
  'use_mcp_tool',
  'access_mcp_resource',
  'ask_followup_question',
  'attempt_completion',
  'plan_mode_respond',
  'switch_mode',
  'new_task',
  'update_todo_list',
  'fetch_instructions',
  'web_fetch',
];

/** Marks such as `<|name|>` that come in pairs, by the opening one. */
const PAIRS: readonly [open: string, close: string, role: MarkRole][] = [
  ['begin_of_thought', 'end_of_thought', 'think'],
  ['START_THINKING', 'END_THINKING', 'think'],
  ['begin_of_solution', 'end_of_solution', 'answer'],
  ['START_RESPONSE', 'END_RESPONSE', 'said'],
  ['START_TEXT', 'END_TEXT', 'said'],
  ['START_ACTION', 'END_ACTION', 'call'],
  ['tool_calls_section_begin', 'tool_calls_section_end', 'call'],
  ['tool_calls_begin', 'tool_calls_end', 'call'],
  ['tool_call_begin', 'tool_call_end', 'call'],
  ['tool_call_start', 'tool_call_end', 'call'],
  ['tools_prefix', 'tools_suffix', 'call'],
  ['action_start', 'action_end', 'call'],
  ['python_start', 'python_end', 'call'],
  ['python_tag', '', 'open'],
  ['tool_call', '/tool_call', 'open'],
  ['begin_search_query', 'end_search_query', 'plain'],
  ['begin_of_query', 'end_of_query', 'plain'],
  ['begin_search_result', 'end_search_result', 'result'],
  ['begin_of_documents', 'end_of_documents', 'result'],
  ['START_TOOL_RESULT', 'END_TOOL_RESULT', 'result'],
  ['tool_outputs_begin', 'tool_outputs_end', 'result'],
  ['tool_output_begin', 'tool_output_end', 'result'],
];

const ENDS = [
  'im_end',
  'eot_id',
  'eom_id',
  'eot',
  'eom',
  'end_of_text',
  'endoftext',
  'end_of_sentence',
  'begin_of_sentence',
  'begin_of_text',
];

const SPECIAL = new Map<string, { role: MarkRole; close: string | null; closing: boolean }>([
  ...ENDS.map((name) => [name, { role: 'end' as const, close: null, closing: false }] as const),
  ...PAIRS.flatMap(
    ([open, close, role]) =>
      [
        [close, { role, close: null, closing: true }],
        [open, { role, close: close || null, closing: false }],
      ] as const,
  ),
]);
SPECIAL.delete('');

const PREFIX = '(?:antml:|minimax:|seed:|mm:|longcat_|[|｜]DSML[|｜])?';
const ATTRIBUTES = `(?:=["']?([^<>\\s"']+)["']?|((?:\\s+[\\w-]+=(?:"[^"<>]*"|'[^'<>]*'))+))?`;
const UNDERSCORE = '[_▁]';

/** A special mark in either spelling of bars and blanks. */
function special(name: string): string {
  return `<[|｜]${name.replace(/_/g, UNDERSCORE)}[|｜]>`;
}

const MARK = new RegExp(
  [
    `<(/?)(${PREFIX}(?:${[...TAGS.keys()].join('|')}))${ATTRIBUTES}\\s*(/?)>`,
    `<[|｜](${[...SPECIAL.keys()].map((name) => name.replace(/_/g, UNDERSCORE)).join('|')})[|｜]>`,
    `(\\[TOOL_CALLS\\])`,
    `(\\[/?THINK\\]|◁/?think▷)`,
    `^[ \\t]*<(${ELEMENTS.join('|')})>(?=\\s*(?:<|$))`,
    `^(?:Calling tools:|Action:)\\s*(?=[[{])`,
    `^Tool call \\S+: calling ["']([\\w.-]+)["'] with arguments: (?=\\{)`,
    `^>>>([A-Za-z_][\\w.-]*)\\r?\\n`,
  ].join('|'),
  'gm',
);

export const AGENT_MARK = MARK;

/** Whether there can be a mark, told from the text as it stands in the file. */
const HINT = new RegExp(
  [
    `<(?:/?${PREFIX}(?:${[...TAGS.keys(), ...ELEMENTS].join('|')})[\\s=>/\\\\]|[|｜])`,
    '\\[(?:TOOL_CALLS|/?THINK)\\]',
    '◁',
    '>>>[A-Za-z_]',
  ].join('|'),
);
const ESCAPED_HINT = /\\u(?:003[cC]|[fF][fF]5[cC]|25[cC]1)/;
const ESCAPED_FENCE = /(?:```|~~~)tool_(?:call|code|output)/;

export function mayHaveMarks(raw: string, escaped: boolean): boolean {
  const hasMark = hasMarkCharacter(raw) && HINT.test(raw);
  return hasMark || hasWords(raw) || hasToolFence(raw) || (escaped && hasEscapedMark(raw));
}

function hasToolFence(raw: string): boolean {
  return (raw.includes('```') || raw.includes('~~~')) && ESCAPED_FENCE.test(raw);
}

function hasEscapedMark(raw: string): boolean {
  return raw.includes('\\u') && ESCAPED_HINT.test(raw);
}

/** A search for one character is many times faster than one for any of several. */
function hasMarkCharacter(raw: string): boolean {
  return raw.includes('<') || raw.includes('[') || raw.includes('◁') || raw.includes('>>>');
}

function hasWords(raw: string): boolean {
  return raw.includes('Action:') || raw.includes('Tool call ') || raw.includes('Calling tools:');
}

export function markOf(text: string, found: Found): Mark {
  const { start, end, groups } = found;
  const base = { start, end, closing: false, selfClosing: false, call: null, close: null };
  if (groups[2] !== undefined) return tagMark(text, found, groups[2]);
  if (groups[6] !== undefined) {
    const { role, close, closing } = SPECIAL.get(groups[6].replace(/▁/g, '_'))!;
    return {
      ...base,
      name: groups[6],
      role,
      closing,
      close: close === null ? null : closeOfMark(close),
    };
  }
  if (groups[7] !== undefined) return { ...base, name: groups[7], role: 'open' };
  const think = groups[8];
  if (think !== undefined) {
    const close = think.startsWith('[') ? /\[(\/?)THINK\]/g : /◁(\/?)think▷/g;
    const name = think.replace('/', '');
    return { ...base, name, role: 'think', closing: think.includes('/'), close };
  }
  const element = groups[9];
  if (element !== undefined) {
    const call = within(text, element, { start, end });
    return { ...base, name: element, role: 'call', call, close: closeOfTag(element) };
  }
  const said = groups[10] ?? groups[11];
  const call = said === undefined ? null : within(text, said, { start, end });
  return { ...base, name: 'call', role: 'open', call };
}

function tagMark(text: string, { start, end, groups }: Found, tag: string): Mark {
  const role = TAGS.get(tag) ?? TAGS.get(tag.replace(TAG_PREFIX, ''))!;
  const name = groups[3] ?? (groups[4] && /name=["']([^"']+)/.exec(groups[4])?.[1]);
  return {
    start,
    end,
    name: tag,
    role,
    closing: groups[1] === '/',
    selfClosing: groups[5] === '/',
    call: role === 'call' && name ? within(text, name, { start: start + tag.length, end }) : null,
    close: closeOfTag(tag),
  };
}

const TAG_PREFIX = new RegExp(`^${PREFIX}`);

function within(text: string, name: string, { start, end }: Range): Range {
  const at = Math.max(start, text.lastIndexOf(name, end - name.length));
  return { start: at, end: at + name.length };
}

const closes = new Map<string, RegExp>();

function closeOfTag(tag: string): RegExp {
  const known = closes.get(tag);
  if (known) return known;
  const name = tag.replace(/\|/g, '\\|');
  const pattern = new RegExp(`<(/?)${name}(?=[\\s=>/])[^<>]*>`, 'g');
  closes.set(tag, pattern);
  return pattern;
}

function closeOfMark(name: string): RegExp {
  const known = closes.get(`|${name}`);
  if (known) return known;
  const pattern = new RegExp(special(name), 'g');
  closes.set(`|${name}`, pattern);
  return pattern;
}
