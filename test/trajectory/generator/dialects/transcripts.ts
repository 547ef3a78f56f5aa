import type { Abilities, Call, Canonical, Turn } from '../canonical.ts';
import type { TextStyle } from '../contents.ts';
import type { Dialect } from '../dialect.ts';
import { stringOf } from '../json.ts';
import { chatMessages } from './chatMessages.ts';

const joined = (call: Call): string => call.result!.texts.join('');
const argument = ({ args }: Call): string => stringOf(args['query']);

/** What a text file can hold, without what would be a mark, a heading or a rule of its own. */
const LINES: TextStyle = {
  plain: true,
  tight: true,
  avoid: /(?:^|\n)[ \t]*(?:[#>*|{]|\w+ ?\w*:|-{3,}|={3,}|\d+\. )|\r|^\s*$|```|\u001b|\*\*/,
};
const LINE: TextStyle = { line: true, avoid: /[`|"'\\\t]|^\W/ };

const CAN: Abilities = {
  ...{ followUps: 'answered', system: 'never', thought: 'never', answer: 'always' },
  ...{ emptyResults: false, agent: LINES, outside: LINES },
};
const SPOKEN = { messages: { ids: false, names: false, values: false } } as const;

/** All that is said, in order, each as a text with the blank lines around it. */
function writtenBy(
  { system, rounds }: Canonical,
  spell: { system?: (text: string) => string; user: (text: string) => string },
  turn: (turn: Turn) => string[],
): { text: string; cut: number } {
  const head = [
    ...(system === null ? [] : [spell.system!(system)]),
    spell.user(rounds[0]!.user.join('')),
  ];
  const rest = rounds.flatMap((round, i) => [
    ...(i === 0 ? [] : [spell.user(round.user.join(''))]),
    ...round.turns.flatMap(turn),
  ]);
  const cut = head.join('').length;
  return { text: [...head, ...rest].join(''), cut };
}

function row(
  name: string,
  write: (one: Canonical) => { text: string; cut: number },
  more: Partial<Extract<Dialect, { kind: 'text' }>> = {},
): Dialect {
  return {
    ...{ kind: 'text', name: `transcript: ${name}`, format: 'transcript_text', join: null },
    ...{ write, can: CAN, ...more },
  };
}

const answers = ({ calls }: Turn): Call[] => calls.filter(({ result }) => result !== null);

function langGraph(one: Canonical): { text: string; cut: number } {
  const heading = (name: string): string => {
    const line = ` ${name} Message `.padStart(56, '=').padEnd(80, '=');
    return `${line}\n`;
  };
  const message = (name: string, text: string): string => `${heading(name)}\n${text}\n`;
  return writtenBy(
    one,
    { system: (text) => message('System', text), user: (text) => message('Human', text) },
    (turn) => {
      const calls = turn.calls.map(
        ({ id, name, args }) =>
          `  ${name} (${id})\n Call ID: ${id}\n  Args:\n${Object.entries(args)
            .map(([key, value]) => `    ${key}: ${stringOf(value)}\n`)
            .join('')}`,
      );
      const listed = calls.length > 0 ? `Tool Calls:\n${calls.join('')}` : '';
      return [
        `${message('Ai', turn.said.join('\n\n'))}${listed}`,
        ...answers(turn).map((call) => `${heading('Tool')}Name: ${call.name}\n\n${joined(call)}\n`),
      ];
    },
  );
}

const printed = (text: string): string => `'${text}'`;

function autoGen(one: Canonical): { text: string; cut: number } {
  const event = (type: string, who: string, text: string): string =>
    `---------- ${type} (${who}) ----------\n${text}\n`;
  return writtenBy(one, { user: (text) => event('TextMessage', 'user', text) }, (turn) => {
    if (turn.calls.length === 0)
      return turn.said.map((text) => event('TextMessage', 'helper', text));
    const requests = turn.calls.map(
      ({ id, name, args }) =>
        `FunctionCall(id=${printed(id)}, arguments=${printed(JSON.stringify(args))}, name=${printed(name)})`,
    );
    const results = answers(turn).map(
      (call) =>
        `FunctionExecutionResult(content=${printed(joined(call))}, name=${printed(call.name)}, call_id=${printed(call.id)}, is_error=False)`,
    );
    return [
      ...turn.said.map((text) => event('ThoughtEvent', 'helper', text)),
      event('ToolCallRequestEvent', 'helper', `[${requests.join(', ')}]`),
      event('ToolCallExecutionEvent', 'helper', `[${results.join(', ')}]`),
    ];
  });
}

const RULE = `\n\n${'-'.repeat(80)}\n`;

function olderAutoGen(one: Canonical): { text: string; cut: number } {
  const said = (who: string, to: string, text: string): string =>
    `${who} (to ${to}):\n\n${text}${RULE}`;
  return writtenBy(one, { user: (text) => said('user_proxy', 'helper', text) }, (turn) => {
    const calls = turn.calls.map(
      ({ id, name, text }) =>
        `***** Suggested tool call (${id}): ${name} *****\nArguments: \n${text}\n${'*'.repeat(40)}`,
    );
    const text = [...turn.said, ...calls].join('\n\n');
    const results = answers(turn).map(
      (call) =>
        `***** Response from calling tool (${call.id}) *****\n${joined(call)}\n${'*'.repeat(40)}`,
    );
    const answer = results.length > 0 ? [said('user_proxy', 'helper', results.join('\n\n'))] : [];
    return [said('helper', 'user_proxy', text), ...answer];
  });
}

const indented = (text: string): string => text.replaceAll('\n', '\n  ');

function claudeScreen(one: Canonical): { text: string; cut: number } {
  return writtenBy(one, { user: (text) => `> ${indented(text)}\n\n` }, (turn) => [
    ...turn.said.map((text) => `⏺ ${indented(text)}\n\n`),
    ...turn.calls.map(
      (call) =>
        `⏺ ${call.name}(${argument(call)})\n  ⎿  ${joined(call).replaceAll('\n', '\n     ')}\n\n`,
    ),
  ]);
}

function codexScreen(one: Canonical): { text: string; cut: number } {
  return writtenBy(one, { user: (text) => `user\n${text}\n\n` }, (turn) => [
    ...turn.thoughts.map((text) => `thinking\n${text}\n\n`),
    ...turn.said.map((text) => `codex\n${text}\n\n`),
    ...turn.calls.map(
      (call) =>
        `exec\nbash -lc '${argument(call)}' in /home/dev succeeded in 12ms:\n${joined(call)}\n\n`,
    ),
  ]);
}

const markdown =
  (before: string, after: string, names: { user: string; agent: string }, rule = '') =>
  (one: Canonical): { text: string; cut: number } => {
    const turn = (name: string, text: string): string =>
      `${before}${name}${after}\n\n${text}\n\n${rule}`;
    return writtenBy(one, { user: (text) => turn(names.user, text) }, ({ said }) => [
      turn(names.agent, said.join('\n\n')),
    ]);
  };

const talks = { can: { ...CAN, calls: 0 } };

/** Rendered with a template whose marks were left out when it was decoded. */
function bareRoles(one: Canonical): { text: string; cut: number } {
  const parts = chatMessages(one, {
    calls: null,
    thinking: 'tag',
    written: (calls) =>
      calls
        .map(
          ({ name, text }) =>
            `<tool_call>\n{"name": "${name}", "arguments": ${text}}\n</tool_call>`,
        )
        .join('\n'),
    results: (calls) => [
      {
        role: 'user',
        content: calls
          .map((call) => `<tool_response>\n${joined(call)}\n</tool_response>`)
          .join('\n'),
      },
    ],
  }).map(
    ({ role, content }) => `${stringOf(role)}\n${content === null ? '' : stringOf(content)}\n`,
  );
  const first = parts.findIndex((part) => part.startsWith('assistant\n'));
  return {
    text: parts.join(''),
    cut: parts.slice(0, first).join('').length + 'assistant\n'.length,
  };
}

export const TRANSCRIPTS: readonly Dialect[] = [
  row('LangGraph', langGraph, {
    can: { ...CAN, system: 'maybe', args: { strings: true, some: true, text: LINE } },
    spans: {
      action: ({ name, args }) => [
        name,
        Object.entries(args)
          .map(([key, value]) => `${key}: ${stringOf(value)}`)
          .join('\n    '),
      ],
    },
    messages: { ids: false, outline: false },
  }),
  row('AutoGen', autoGen, {
    can: { ...CAN, outside: LINE, args: { strings: true, text: LINE }, said: 'maybe' },
    spans: { action: ({ name, args }) => [name, { literal: args }] },
    messages: { outline: false },
  }),
  row('AutoGen 0.2', olderAutoGen, {
    can: { ...CAN, args: { strings: true, text: LINE }, said: 'maybe' },
    messages: { names: false },
  }),
  row("Claude Code's screen", claudeScreen, {
    can: {
      ...{
        ...CAN,
        calls: 1,
        agent: { ...LINE },
        outside: LINE,
        names: ['Bash', 'Read', 'mcp__hub__get_issue'],
      },
      args: { one: 'query', text: LINE },
    },
    spans: { action: (call) => [call.name, argument(call)] },
    ...SPOKEN,
  }),
  row("Codex's screen", codexScreen, {
    can: {
      ...{ ...CAN, thought: 'maybe', calls: 1, outside: LINE, agent: LINE },
      args: { one: 'query', text: LINE },
    },
    spans: { action: (call) => [`bash -lc '${argument(call)}'`] },
    messages: { calls: false },
  }),
  row('bold names', markdown('**', ':**', { user: 'User', agent: 'Assistant' }, '---\n\n'), talks),
  row('headings', markdown('## ', '', { user: 'User', agent: 'Assistant' }), talks),
  row('headings of a page', markdown('#### ', ':', { user: 'You', agent: 'ChatGPT' }), talks),
  row("Cursor's", markdown('**', '**', { user: 'User', agent: 'Cursor' }, '---\n\n'), talks),
  row('bare roles', bareRoles, {
    format: 'template_tags',
    can: {
      ...{ ...CAN, system: 'maybe', thought: 'maybe', said: 'maybe', args: { text: LINE } },
      followUps: 'never',
    },
    spans: { thoughts: ({ thoughts }) => (thoughts.length > 0 ? [thoughts.join('\n\n')] : []) },
    messages: { ids: false, names: false },
  }),
];
