import { own } from '@deepcoder/vocabulary';
/**
 * How results say that a call failed, where a file has no flag for it. Only what begins the result, or is
 * the exit code in its header or its last line, counts: a log that speaks of errors is no failed call.
 */
export function saysFailure(result: string): boolean {
  const text = result.trim();
  if (FAILED_JSON.test(text)) return failsAsJson(text);
  return OPENS_WITH_ERROR.test(text) || endsInTraceback(text) || exitCodeOf(text) > 0;
}

/** Whether the environment says that it does not know, or does not take, the action as written. */
export function isRejectedAction(result: string): boolean {
  const text = result.trim().slice(0, LONGEST_MARK);
  return REJECTIONS.some((pattern) => pattern.test(text));
}

const LONGEST_MARK = 500;

const OPENS_WITH_ERROR = new RegExp(
  [
    // "Error: ...", "ERROR: ...", "Error executing tool x: ...", "Tool error: ...".
    '(?:Tool |Execution |Runtime |Fatal |fatal )?[Ee](?:rror|RROR)' +
      '(?: (?:executing|running|calling|invoking|while|parsing|reading|writing|editing|processing|code)\\b[^\\n:]{0,200})?:',
    'ERROR:',
    // A Python exception, and a traceback from its beginning.
    '[A-Za-z_][\\w.]{0,100}(?:Error|Exception): ',
    'Traceback \\(most recent call last\\):',
    'Exception: ',
    // Claude Code, Cline, MCP servers.
    '<tool_use_error>',
    '<error>',
    'MCP error -?\\d+',
    'Error executing (?:tool|command|code)\\b',
    'Error calling tool\\b',
    'Tool execution failed\\b',
    'Command failed(?: with exit code \\d+)?:',
  ]
    .map((one) => `^(?:${one})`)
    .join('|'),
);

/** A program's output whose last line is the exception that ended it. */
function endsInTraceback(text: string): boolean {
  const at = text.lastIndexOf('Traceback (most recent call last):');
  if (at < 0 || (at > 0 && text[at - 1] !== '\n')) return false;
  const last = text.slice(text.lastIndexOf('\n') + 1);
  return /^[A-Za-z_][\w.]{0,100}(?:Error|Exception|Interrupt|Exit|Warning)(?::|$)/.test(last);
}

/** Lines at the beginning and at the end of a result in which an exit code may stand. */
const HEADER_LINES = 6;
const FOOTER_LINES = 2;
const LONGEST_LINE = 200;

/** The exit code that a shell tool writes around a command's output; -1: none. */
function exitCodeOf(text: string): number {
  const lines = [...firstLines(text), ...lastLines(text)];
  for (const line of lines) {
    const code = line.length > LONGEST_LINE ? null : EXIT_CODE.exec(line.trim());
    if (code !== null) return Math.abs(Number(code[1] ?? code[2] ?? code[3]));
  }
  return -1;
}

/** "<returncode>1</returncode>", "Exit code: 1", "[The command completed with exit code 1.]", "Process exited with code 1". */
const EXIT_CODE =
  /^<(?:returncode|exit_code|exitcode)>\s*(-?\d{1,10})\s*<|^\[?(?:exit|return)[ _-]?(?:code|status)\s*(?:[:=]\s*)?(-?\d{1,10})\b\.?\]?$|^\W{0,2}(?:the )?(?:command|process|program|script)\b[^\d]{0,60}\b(?:exit(?:ed)?(?: with)?|code|status)(?: (?:exit|exited|code|status|with|of|non-zero))*[ :=]{1,3}(-?\d{1,10})\b.{0,40}$/i;

function firstLines(text: string): string[] {
  const lines: string[] = [];
  for (let at = 0; lines.length < HEADER_LINES && at <= text.length;) {
    const end = text.indexOf('\n', at);
    lines.push(text.slice(at, end < 0 ? text.length : end));
    if (end < 0) break;
    at = end + 1;
  }
  return lines;
}

function lastLines(text: string): string[] {
  const lines: string[] = [];
  for (let end = text.length; lines.length < FOOTER_LINES && end >= 0;) {
    const start = end === 0 ? -1 : text.lastIndexOf('\n', end - 1);
    lines.push(text.slice(start + 1, end));
    if (start < 0) break;
    end = start;
  }
  return lines;
}

const FAILED_JSON = /^\{[^]*\}$/;
const LONGEST_JSON = 1_000_000;
const TRUE_WHERE_FAILED = ['is_error', 'isError'];
const FALSE_WHERE_FAILED = ['success', 'ok'];
const EXIT_KEYS = ['exit_code', 'exitCode', 'returncode', 'return_code', 'exit_status'];

/** A result that is one object: by its flag, its status, its exit code or its error. */
function failsAsJson(text: string): boolean {
  const value = text.length > LONGEST_JSON ? null : objectOf(text);
  if (value === null) return false;
  const metadata = isObject(value.metadata) ? value.metadata : {};
  const status = typeof value.status === 'string' ? value.status.toLowerCase() : '';
  const { error } = value;
  return (
    TRUE_WHERE_FAILED.some((key) => own(value, key) === true) ||
    FALSE_WHERE_FAILED.some((key) => own(value, key) === false) ||
    ['error', 'failed', 'failure'].includes(status) ||
    EXIT_KEYS.some((key) => isNonZero(own(value, key)) || isNonZero(own(metadata, key))) ||
    (typeof error === 'string' && error.trim() !== '') ||
    isObject(error)
  );
}

function isNonZero(value: unknown): boolean {
  return typeof value === 'number' && value !== 0;
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const REJECTIONS: readonly RegExp[] = [
  // ALFWorld, and the environment that comes with the trainer.
  /^Nothing happens\b.{0,20}$/i,
  // WebShop, HotPotQA, AgentBench, BabyAI, ScienceWorld, AgentGym.
  /^(?:invalid|illegal|unknown|unrecognized|unrecognised|unsupported) (?:action|command|move|tool|function|operation|function call|tool call|call)\b/i,
  /^No known action matches that input/i,
  /^(?:the |your )?(?:action|command)\b.{0,100}\b(?:is|was) (?:not (?:recognized|recognised|valid|admissible|available|supported|allowed)|invalid|unknown|illegal)\b/i,
  // TextWorld, Jericho and other interactive fiction.
  /^That's not a verb I recogni[sz]e/i,
  /^I (?:beg your pardon|don't (?:know the word|understand (?:that|the)))\b/i,
  /^I only understood you as far as/i,
  /^You can't see any such thing/i,
  // Shells.
  /^(?:[\w./-]{1,40}: ){0,2}(?:line \d{1,6}: )?[^\s:]{1,80}: (?:command )?not found$/i,
  // LangChain, AutoGen, Claude Code, Codex.
  /^\S{1,80} is not a valid tool, try /i,
  /^Invalid Format: /i,
  /^(?:<tool_use_error>)?(?:Error: )?(?:No such tool available|(?:Unknown|No such|Invalid) (?:tool|function)\b|(?:Tool|Function) \S{1,80} (?:not found|does not exist|is not (?:found|available|defined)))/i,
  /^unsupported call: /i,
  // SWE-agent, mini-swe-agent.
  /^(?:Your (?:last )?output (?:was not formatted correctly|did not use any tool calls)|Operation '.{1,80}' is not supported by this environment)/i,
  /^(?:Format error|Please always provide EXACTLY ONE action)/i,
];
