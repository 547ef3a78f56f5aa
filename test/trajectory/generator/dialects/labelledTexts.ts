import type { Abilities, Call, Canonical, Turn } from '../canonical.ts';
import type { TextStyle } from '../contents.ts';
import type { Dialect } from '../dialect.ts';
import { stringOf } from '../json.ts';
import type { Text, Wanted } from '../wanted.ts';
import { trimmed } from '../contents.ts';

const joined = (call: Call): string => call.result!.texts.join('\n');
const turnsOf = ({ rounds }: Canonical): Turn[] => rounds.flatMap(({ turns }) => turns);
const user = ({ rounds }: Canonical): string => rounds[0]!.user.join('');
const argument = ({ args }: Call): string => stringOf(args['query']);

/** A text file cannot hold what would be a label of its own, a rule between records, or control characters. */
const LINES: TextStyle = {
  plain: true,
  tight: true,
  avoid: /(?:^|\n)[ \t]*(?:[*#>-]|\w+ ?\w*:|-{3,}|={3,})|\r|^\s*$|^```/,
};

const REACT: Abilities = {
  system: 'never',
  thought: 'always',
  said: 'never',
  calls: 1,
  answer: 'never',
  agent: LINES,
  outside: LINES,
  args: { one: 'query', text: { line: true, avoid: /[[\]]/ } },
  names: ['Search', 'Lookup', 'Finish'],
};

/** How a prompt spells its labels; `i` counts turns. */
interface Labels {
  head: string;
  thought: (i: number) => string;
  action: (i: number) => string;
  observation: (i: number) => string;
}

const numbered: Labels = {
  head: 'Question: ',
  thought: (i) => `Thought ${String(i)}: `,
  action: (i) => `Action ${String(i)}: `,
  observation: (i) => `Observation ${String(i)}: `,
};

const spelled = (before: string, after: string, head = 'Question'): Labels => ({
  head: `${before}${head}${after}`,
  thought: () => `${before}Thought${after}`,
  action: () => `${before}Action${after}`,
  observation: () => `${before}Observation${after}`,
});

const inBrackets = (call: Call): string => `${call.name}[${argument(call)}]`;

function react(
  trajectory: Canonical,
  labels: Labels,
  sameLine = false,
): { text: string; cut: number } {
  const head = `${labels.head}${user(trajectory)}\n`;
  const turns = turnsOf(trajectory).map((turn, i) => {
    const thought = `${labels.thought(i + 1)}${turn.thoughts.join('')}\n`;
    const [call] = turn.calls;
    if (!call) return `${thought}Final Answer: ${turn.said.join('')}\n`;
    const action = `${labels.action(i + 1)}${inBrackets(call)}${sameLine ? '' : '\n'}`;
    return `${thought}${action}${labels.observation(i + 1)}${joined(call)}\n`;
  });
  return { text: head + turns.join(''), cut: head.length };
}

function withInput(trajectory: Canonical): { text: string; cut: number } {
  const head = `Question: ${user(trajectory)}\n`;
  const turns = turnsOf(trajectory).map((turn) => {
    const thought = `Thought: ${turn.thoughts.join('')}\n`;
    const [call] = turn.calls;
    if (!call) return `${thought}Final Answer: ${turn.said.join('')}\n`;
    return `${thought}Action: ${call.name}\nAction Input: ${call.text}\nObservation: ${joined(call)}\n`;
  });
  return { text: head + turns.join(''), cut: head.length };
}

const bracketed = (call: Call): Text[] => [inBrackets(call)];

function reactRow(name: string, labels: Labels, sameLine = false): Dialect {
  return {
    kind: 'text',
    name: `react: ${name}`,
    format: 'react_text',
    inJson: 'react_json',
    can: REACT,
    spans: { action: bracketed },
    messages: { calls: false },
    join: '\n',
    write: (one) => react(one, labels, sameLine),
  };
}

const ROOM =
  'You are in the middle of a room. Looking quickly around you, you see a cabinet 1, and a desk 1.';

function alfworld(trajectory: Canonical): { text: string; cut: number } {
  const head = `${ROOM}\nYour task is to: ${user(trajectory)}\n`;
  const turns = turnsOf(trajectory).map((turn) => {
    const think = turn.thoughts.length > 0 ? `> think: ${turn.thoughts.join('')}\nOK.\n` : '';
    const [call] = turn.calls;
    return `${think}> ${argument(call!)}\n${joined(call!)}\n`;
  });
  return { text: head + turns.join(''), cut: head.length };
}

/** Thinking is a move of its own, which the game answers. */
function alfworldSpans(trajectory: Canonical): Wanted[] {
  const wanted: Wanted[] = [
    { step: 0, kind: 'observation', text: ROOM },
    { step: 0, kind: 'task', text: trimmed(user(trajectory)) },
  ];
  let step = 0;
  for (const turn of turnsOf(trajectory)) {
    for (const thought of turn.thoughts) {
      step += 1;
      wanted.push({ step, kind: 'reasoning', text: trimmed(thought) });
      wanted.push({ step, kind: 'observation', text: 'OK.' });
    }
    step += 1;
    const [call] = turn.calls;
    wanted.push({ step, kind: 'action', text: trimmed(argument(call!)) });
    const seen = trimmed(joined(call!));
    if (seen !== '') wanted.push({ step, kind: 'observation', text: seen });
  }
  return wanted;
}

const GAME: TextStyle = { line: true, avoid: /^[>\s]|^\w+:|^(?:0|null|yes)$/ };

function webShop(trajectory: Canonical): { text: string; cut: number } {
  const head = `WebShop \nInstruction:  \n${user(trajectory)} \n[Search]  \n\n`;
  const turns = turnsOf(trajectory).map(
    (turn) =>
      `Action: search[${argument(turn.calls[0]!)}]\nObservation: \n${joined(turn.calls[0]!)}\n\n`,
  );
  return { text: head + turns.join(''), cut: head.length };
}

function langchain(trajectory: Canonical): { text: string; cut: number } {
  const head = '\n\n\u001b[1m> Entering new AgentExecutor chain...\u001b[0m\n';
  const turns = turnsOf(trajectory).map((turn) => {
    const thought = `Thought: ${turn.thoughts.join('')}\n`;
    const [call] = turn.calls;
    if (!call)
      return `\u001b[32;1m\u001b[1;3m${thought}Final Answer: ${turn.said.join('')}\u001b[0m\n`;
    const action = `Action: ${call.name}\nAction Input: ${argument(call)}`;
    return `\u001b[32;1m\u001b[1;3m${thought}${action}\u001b[0m\nObservation: \u001b[36;1m\u001b[1;3m${joined(call)}\u001b[0m\n`;
  });
  const end = '\n\u001b[1m> Finished chain.\u001b[0m\n';
  return { text: head + turns.join('') + end, cut: head.length };
}

export const LABELLED_TEXTS: readonly Dialect[] = [
  reactRow('numbered', numbered),
  reactRow('plain', spelled('', ': ')),
  reactRow('task as head', spelled('', ': ', 'Task')),
  reactRow('labels on lines of their own', spelled('', ':\n')),
  reactRow('bold', spelled('**', ':** ')),
  reactRow('bold, colon outside', spelled('**', '**: ')),
  reactRow('headings', spelled('### ', ':\n')),
  reactRow('blank before the colon', spelled('', ' : ')),
  reactRow('wide colon', spelled('', '：')),
  reactRow('observation on the line of the action', numbered, true),
  {
    kind: 'text',
    name: 'react: action input and final answer',
    format: 'react_text',
    inJson: 'react_json',
    can: { ...REACT, answer: 'always', args: {}, names: ['search', 'lookup'] },
    messages: { ids: false },
    join: '\n',
    write: withInput,
  },
  {
    kind: 'text',
    name: 'alfworld',
    format: 'alfworld_text',
    can: {
      ...REACT,
      thought: 'maybe',
      agent: GAME,
      outside: GAME,
      args: { one: 'query', text: GAME },
      emptyResults: false,
    },
    spans: { all: alfworldSpans },
    messages: 'none',
    join: '\n',
    write: alfworld,
  },
  {
    kind: 'text',
    name: 'webshop',
    format: 'webshop_text',
    can: { ...REACT, thought: 'never', outside: { ...LINES, line: true }, emptyResults: false },
    spans: {
      action: (call) => [`search[${argument(call)}]`],
      more: () => [{ step: 0, kind: 'observation', text: '[Search]' }],
    },
    messages: 'none',
    join: '\n',
    write: webShop,
  },
  {
    kind: 'text',
    name: 'langchain console',
    format: 'langchain_text',
    can: { ...REACT, answer: 'always', emptyResults: false },
    spans: { action: (call) => [call.name, argument(call)], user: () => [] },
    messages: 'none',
    join: '',
    write: langchain,
  },
];
