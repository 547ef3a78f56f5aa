import { awkwardText, type TextStyle } from './contents.ts';
import { writeJson, type Json, type JsonObject } from './json.ts';
import type { Random } from './random.ts';

export interface Call {
  id: string;
  name: string;
  args: JsonObject;
  /** The arguments as JSON text, for dialects that keep them in a string. */
  text: string;
  /** Null where the trajectory ends before it. */
  result: Result | null;
}

interface Result {
  /** Blank texts are results without text. */
  texts: string[];
  isError: boolean;
  shown: Shown | null;
}

/** A picture of a message, before its texts or behind them. */
export interface Shown {
  /** Base64. */
  data: string;
  isFirst: boolean;
}

/** One response: thinking, text, calls. Text of a turn without calls is the answer. */
export interface Turn {
  thoughts: string[];
  said: string[];
  calls: Call[];
}

/** What the user says, and the agent's turns until the user speaks again. */
interface Round {
  user: string[];
  turns: Turn[];
  shown: Shown | null;
}

export interface Canonical {
  id: string;
  system: string | null;
  tools: JsonObject[];
  rounds: Round[];
}

/** What of a canonical trajectory a dialect can express. */
export interface Abilities {
  system?: 'never' | 'maybe' | 'always';
  thought?: 'never' | 'maybe' | 'always';
  /** Text beside calls. */
  said?: 'never' | 'maybe' | 'always';
  /** Most calls of a turn. */
  calls?: number;
  /** Whether a run ends with an answer: text without calls. */
  answer?: 'never' | 'maybe' | 'always';
  followUps?: 'never' | 'answered' | 'maybe' | 'always';
  /** A last call without result. */
  open?: boolean;
  /** A result can be blank. */
  emptyResults?: boolean;
  errors?: boolean;
  /** Several text parts in a message. */
  parts?: boolean;
  /** Style of what the agent writes, of everything else, and of strings in arguments. */
  agent?: TextStyle;
  outside?: TextStyle;
  task?: TextStyle;
  args?: ArgsStyle;
  names?: readonly string[];
  tools?: boolean;
  /** `behind`: those of results come after the texts. */
  pictures?: boolean | 'behind';
}

interface ArgsStyle {
  /** Strings only, under one key where `one` names it; never without parameters where `some`. */
  strings?: boolean;
  one?: string;
  some?: boolean;
  text?: TextStyle;
}

const NAMES = [
  'search',
  'bash',
  'str_replace_editor',
  'get_weather',
  'finish',
  'mcp__hub__get_issue',
  'lookup',
];
const KEYS = ['query', 'path', 'command', 'limit', 'options', 'new_str', 'city'];

export function canonical(random: Random, can: Abilities, index = 0): Canonical {
  const writer = new Writer(random, can, index);
  const most = can.followUps === 'never' || !can.followUps ? 1 : 3;
  const count = most === 1 ? 1 : random.int(can.followUps === 'always' ? 2 : 1, most);
  const system = chosen(random, can.system ?? 'maybe');
  const names = can.names ?? NAMES;
  return {
    id: `run-${index}-${random.int(100, 999)}`,
    system: system ? writer.outside() : null,
    tools: can.tools ? random.shuffled(names).slice(0, 2).map(toolDefinition) : [],
    rounds: Array.from({ length: count }, (_, i) => writer.round(i === count - 1)),
  };
}

class Writer {
  private calls = 0;

  constructor(
    private readonly random: Random,
    private readonly can: Abilities,
    private readonly index: number,
  ) {}

  round(isLast: boolean): Round {
    const { random, can } = this;
    const most = can.calls ?? 3;
    const answered = can.followUps === 'answered' && !isLast;
    const answers = answered || chosen(random, can.answer ?? 'maybe');
    const acting = most === 0 ? 0 : random.int(answers ? 0 : 1, 3);
    const turns = Array.from({ length: acting }, () => this.actingTurn(most));
    if (answers || turns.length === 0) turns.push(this.turn([]));
    const last = turns[turns.length - 1]!.calls;
    if (isLast && can.open && last.length > 0 && random.chance(0.3))
      last[last.length - 1]!.result = null;
    return { user: this.several(() => this.user()), turns, shown: this.shown() };
  }

  private shown(isResult = false): Shown | null {
    const { random, can } = this;
    if (!can.pictures || random.chance(0.5)) return null;
    const bytes = Array.from({ length: 48 }, () => random.int(0, 255));
    const data = `iVBORw0KGgo${Buffer.from(bytes).toString('base64')}`;
    const isBehind = isResult && can.pictures === 'behind';
    return { data, isFirst: !isBehind && random.chance(0.5) };
  }

  outside(): string {
    return awkwardText(this.random, this.can.outside);
  }

  private user(): string {
    return awkwardText(this.random, this.can.task ?? this.can.outside);
  }

  private actingTurn(most: number): Turn {
    const count = this.random.chance(0.6) ? 1 : this.random.int(1, most);
    return this.turn(Array.from({ length: count }, () => this.call()));
  }

  private turn(calls: Call[]): Turn {
    const { random, can } = this;
    const thinks = chosen(random, can.thought ?? 'maybe');
    const says = calls.length === 0 || chosen(random, can.said ?? 'maybe');
    const agent = (): string => awkwardText(random, can.agent);
    return {
      thoughts: thinks ? this.several(agent) : [],
      said: says ? this.several(agent) : [],
      calls,
    };
  }

  private call(): Call {
    const { random, can } = this;
    const args = someArguments(random, can.args ?? {});
    this.calls += 1;
    return {
      id: `call_${this.index}_${this.calls}`,
      name: random.pick(can.names ?? NAMES),
      args,
      text: writeJson(args, random.pick([{}, { python: true }, { indent: 2 }])),
      result: this.result(),
    };
  }

  private result(): Result {
    const { random, can } = this;
    const isError = can.errors === true && random.chance(0.2);
    if (can.emptyResults !== false && random.chance(0.15))
      return { texts: [''], isError, shown: this.shown(true) };
    return { texts: this.several(() => this.outside()), isError, shown: this.shown(true) };
  }

  private several(write: () => string): string[] {
    const count = this.can.parts ? this.random.pick([1, 1, 1, 2, 3]) : 1;
    return Array.from({ length: count }, write);
  }
}

function chosen(random: Random, how: 'never' | 'maybe' | 'always'): boolean {
  return how === 'always' || (how === 'maybe' && random.chance(0.5));
}

function someArguments(random: Random, style: ArgsStyle): JsonObject {
  if (style.one !== undefined) return { [style.one]: awkwardText(random, style.text) };
  const keys = random.shuffled(KEYS).slice(0, random.int(style.some ? 1 : 0, 3));
  return Object.fromEntries(keys.map((key) => [key, someValue(random, style)]));
}

function someValue(random: Random, style: ArgsStyle): Json {
  const text = awkwardText(random, style.text);
  if (style.strings) return text;
  return random.pick<Json>([
    text,
    text,
    text,
    5,
    -0.25,
    true,
    null,
    ['a', 1, null],
    { deep: { er: [text] } },
    [],
    '',
  ]);
}

function toolDefinition(name: string): JsonObject {
  return {
    type: 'function',
    function: {
      name,
      description: `Runs ${name}.`,
      parameters: { type: 'object', properties: { query: { type: 'string' } }, required: [] },
    },
  };
}
