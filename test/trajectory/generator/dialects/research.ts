import type { Abilities, Call, Canonical, Turn } from '../canonical.ts';
import type { Dialect, RecordDialect } from '../dialect.ts';
import { stringOf, type Json, type JsonObject } from '../json.ts';
import { nameAndObject, type Text } from '../wanted.ts';
import { chatMessages, openaiCalls } from './chatMessages.ts';

const joined = (call: Call): string => call.result!.texts.join('\n');
const answered = ({ calls }: Turn): Call[] => calls.filter((call) => call.result);
const text = (value: string): JsonObject => ({ type: 'text', text: value });
const user = ({ rounds }: Canonical): string => rounds[0]!.user.join('');
const turnsOf = ({ rounds }: Canonical): Turn[] => rounds.flatMap(({ turns }) => turns);

/** Programs that act by one command a turn, written as text. */
const command = ({ args }: Call): string => stringOf(args['command']);
const COMMANDS: Abilities = {
  calls: 1,
  thought: 'never',
  answer: 'never',
  args: { one: 'command', text: { avoid: /```|^\s*$/ } },
};
const asText = (call: Call): Text[] => [command(call)];

function row(one: Omit<RecordDialect, 'kind'>): RecordDialect {
  return { kind: 'record', ...one, spans: { result: (call) => [joined(call)], ...one.spans } };
}

const FENCED: Abilities = {
  ...COMMANDS,
  system: 'always',
  said: 'always',
  agent: { avoid: /```|^\s*$/ },
};

function fenced(trajectory: Canonical, write: (turn: Turn) => string): JsonObject[] {
  const messages: JsonObject[] = [
    { role: 'system', content: trajectory.system! },
    { role: 'user', content: user(trajectory) },
  ];
  for (const turn of turnsOf(trajectory)) {
    messages.push({ role: 'assistant', content: write(turn) });
    for (const call of answered(turn)) messages.push({ role: 'user', content: output(call) });
  }
  return messages;
}

const output = (call: Call): string =>
  `<returncode>0</returncode>\n<output>\n${joined(call)}\n</output>`;
const mini = (label: string) => (turn: Turn) =>
  `${label}${turn.said.join('')}\n\n\`\`\`bash\n${command(turn.calls[0]!)}\n\`\`\``;

const miniSwe: RecordDialect[] = [
  row({
    name: 'mini-swe-agent 1',
    format: 'mini_swe_agent',
    can: FENCED,
    spans: { action: asText, result: (call) => [output(call)] },
    messages: { calls: false },
    list: 'messages',
    write: (one) => ({
      info: { exit_status: 'Submitted', submission: '' },
      messages: fenced(one, mini('THOUGHT: ')),
      trajectory_format: 'mini-swe-agent-1',
    }),
  }),
  row({
    name: 'mini-swe-agent 1, rows without its mark',
    format: 'mini_swe_agent',
    can: FENCED,
    spans: { action: asText, result: (call) => [output(call)] },
    messages: { calls: false },
    list: 'messages',
    write: (one) => ({ instance_id: one.id, messages: fenced(one, mini('')) }),
  }),
  row({
    name: 'mini-swe-agent 2',
    format: 'mini_swe_agent',
    can: { thought: 'maybe', system: 'always', open: true },
    list: 'messages',
    write: (one) => ({
      info: { exit_status: 'Submitted' },
      messages: chatMessages(one, { calls: openaiCalls('text'), thinking: 'reasoning_content' }),
      trajectory_format: 'mini-swe-agent-1.1',
    }),
  }),
];

function sweAgent(trajectory: Canonical): Json {
  const steps = turnsOf(trajectory).map((turn) => ({
    action: command(turn.calls[0]!),
    observation: joined(turn.calls[0]!),
    response: `${turn.said.join('')}\n\`\`\`\n${command(turn.calls[0]!)}\n\`\`\``,
    state: '{"open_file": "n/a", "working_dir": "/"}',
    thought: turn.said.join(''),
  }));
  const history: JsonObject[] = [
    { role: 'system', content: trajectory.system!, agent: 'primary' },
    { role: 'user', content: user(trajectory), agent: 'primary' },
    ...steps.flatMap((step) => [
      {
        role: 'assistant',
        content: step.response,
        thought: step.thought,
        action: step.action,
        agent: 'primary',
      },
      { role: 'user', content: step.observation, agent: 'primary' },
    ]),
  ];
  return {
    environment: 'swe_main',
    trajectory: steps,
    history,
    info: { exit_status: 'submitted' },
  };
}

function nebius(trajectory: Canonical): Json {
  const messages: JsonObject[] = [
    { cutoff_date: null, mask: false, role: 'system', system_prompt: trajectory.system!, text: '' },
    { cutoff_date: null, mask: false, role: 'user', system_prompt: '', text: user(trajectory) },
  ];
  for (const turn of turnsOf(trajectory)) {
    const [call] = turn.calls;
    const said = `${turn.said.join('')}\n\`\`\`\n${command(call!)}\n\`\`\``;
    messages.push({
      cutoff_date: '01.09.2023',
      mask: false,
      role: 'ai',
      system_prompt: '',
      text: said,
    });
    messages.push({
      cutoff_date: null,
      mask: false,
      role: 'user',
      system_prompt: '',
      text: joined(call!),
    });
  }
  return {
    instance_id: trajectory.id,
    model_name: 'm-1',
    target: false,
    trajectory: messages,
    exit_status: 'submitted',
  };
}

const LABELS = /(?:^|\n)[ \t]*(?:Thought|Action|Observation|Question)s?:/;
const LABELLED: Abilities = {
  ...COMMANDS,
  system: 'never',
  thought: 'always',
  said: 'never',
  agent: { avoid: LABELS },
  args: { one: 'command', text: { avoid: LABELS } },
};

function labelled(
  trajectory: Canonical,
  keys: { role: string; text: string; names: [string, string] },
): JsonObject[] {
  const [human, agent] = keys.names;
  const say = (role: string, value: string): JsonObject => ({
    [keys.role]: role,
    [keys.text]: value,
  });
  return [
    say(human, user(trajectory)),
    ...turnsOf(trajectory).flatMap((turn) => [
      say(agent, `Thought: ${turn.thoughts.join('')}\n\nAction: ${command(turn.calls[0]!)}`),
      ...answered(turn).map((call) => say(human, `Observation: ${joined(call)}`)),
    ]),
  ];
}

const labelledRows = (
  [
    ['AgentInstruct', 'conversations', { role: 'from', text: 'value', names: ['human', 'gpt'] }],
    ['messages', 'messages', { role: 'role', text: 'content', names: ['user', 'assistant'] }],
    ['traj', 'traj', { role: 'role', text: 'content', names: ['user', 'assistant'] }],
  ] as [string, string, { role: string; text: string; names: [string, string] }][]
).map(([name, key, keys]) =>
  row({
    name: `labelled chat: ${name}`,
    format: 'agent_instruct',
    can: LABELLED,
    spans: { action: asText },
    messages: { calls: false },
    list: key,
    write: (one) => ({ id: one.id, [key]: labelled(one, keys) }),
  }),
);

function adp(trajectory: Canonical): Json {
  const observation = (
    source: string,
    content: string,
    name: string | null = null,
  ): JsonObject => ({
    class_: 'text_observation',
    content,
    name,
    source,
  });
  const content = trajectory.rounds.flatMap((round) => [
    observation('user', round.user.join('')),
    ...round.turns.flatMap((turn): JsonObject[] => {
      if (turn.calls.length === 0)
        return [{ class_: 'message_action', content: turn.said.join(''), description: null }];
      const actions = turn.calls.map((call, i) => ({
        class_: 'api_action',
        function: call.name,
        kwargs: call.args,
        description: i === 0 ? (turn.said[0] ?? null) : null,
      }));
      return [
        ...actions,
        ...answered(turn).map((call) => observation('environment', joined(call), call.name)),
      ];
    }),
  ]);
  const system =
    trajectory.system === null ? [] : [observation('environment', trajectory.system, 'system')];
  return { id: trajectory.id, content: [...system, ...content], details: {} };
}

function atif(trajectory: Canonical): Json {
  let n = 0;
  const step = (source: string, message: string, more: JsonObject = {}): JsonObject => ({
    step_id: (n += 1),
    timestamp: '2025-06-01T10:00:00Z',
    source,
    message,
    ...more,
  });
  const steps = [
    ...(trajectory.system === null ? [] : [step('system', trajectory.system)]),
    ...trajectory.rounds.flatMap((round) => [
      step('user', round.user.join('')),
      ...round.turns.map((turn) => step('agent', turn.said.join(''), atifParts(turn))),
    ]),
  ];
  return {
    schema_version: 'ATIF-v1.4',
    session_id: trajectory.id,
    agent: { name: 'a', version: '1', model_name: 'm-1' },
    steps,
    final_metrics: { total_steps: n },
  };
}

function atifParts(turn: Turn): JsonObject {
  if (turn.calls.length === 0 && turn.thoughts.length === 0) return {};
  const calls = turn.calls.map((call) => ({
    tool_call_id: call.id,
    function_name: call.name,
    arguments: call.args,
  }));
  const results = answered(turn).map((call) => ({
    source_call_id: call.id,
    content: joined(call),
  }));
  return {
    ...(turn.thoughts.length > 0 ? { reasoning_content: turn.thoughts.join('') } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(results.length > 0 ? { observation: { results } } : {}),
  };
}

function smolagents(trajectory: Canonical): Json {
  const say = (role: string, value: string): JsonObject => ({ role, content: [text(value)] });
  return {
    model_id: 'm-1',
    agent_action_type: 'code',
    question: user(trajectory),
    answer: 'x',
    intermediate_steps: [
      say('system', trajectory.system!),
      say('user', `New task:\n${user(trajectory)}`),
      ...turnsOf(trajectory).flatMap((turn) => {
        const code = command(turn.calls[0]!);
        return [
          say('assistant', `Thought: ${turn.said.join('')}\n<code>\n${code}\n</code>`),
          say(
            'tool-call',
            `Calling tools:\n[{'id': 'call_1', 'type': 'function', 'function': {'name': 'python_interpreter', 'arguments': 'x'}}]`,
          ),
          ...answered(turn).map((call) => say('tool-response', `Observation:\n${joined(call)}`)),
        ];
      }),
    ],
  };
}

function inspect(trajectory: Canonical): Json {
  const messages = chatMessages(trajectory, {
    parts: text,
    thinking: 'part',
    calls: (calls) => ({
      tool_calls: calls.map((call) => ({
        id: call.id,
        function: call.name,
        arguments: call.args,
        type: 'function',
      })),
    }),
    results: (calls) =>
      calls.map((call) => ({
        role: 'tool',
        content: joined(call),
        tool_call_id: call.id,
        function: call.name,
        ...(call.result!.isError ? { error: { type: 'unknown', message: 'failed' } } : {}),
      })),
  });
  for (const one of messages)
    for (const part of Array.isArray(one['content']) ? (one['content'] as JsonObject[]) : [])
      if (part['type'] === 'reasoning') {
        part['reasoning'] = part['text']!;
        delete part['text'];
      }
  const sample = {
    id: trajectory.id,
    epoch: 1,
    input: user(trajectory),
    target: 'x',
    messages,
    scores: {},
  };
  return {
    version: 2,
    status: 'success',
    eval: { task: 't', model: 'm-1', created: '2025-06-01T10:00:00Z' },
    plan: { name: 'plan', steps: [] },
    samples: [sample],
  };
}

function interCode(trajectory: Canonical): Json {
  const turns = turnsOf(trajectory);
  return {
    environment: 'bash',
    dataset: 'd.json',
    query: user(trajectory),
    turn_history: {
      actions: turns.map((turn) => command(turn.calls[0]!)),
      observations: turns.map((turn) => joined(turn.calls[0]!)),
      rewards: turns.map(() => 0.5),
    },
    summary: { max_reward: 1 },
  };
}

function stepRecords(trajectory: Canonical): JsonObject[] {
  return turnsOf(trajectory).map((turn) => ({
    thought: turn.thoughts.join(''),
    action: command(turn.calls[0]!),
    observation: joined(turn.calls[0]!),
  }));
}

const STEPPED: Abilities = {
  ...COMMANDS,
  system: 'never',
  thought: 'always',
  said: 'never',
  args: { one: 'command', text: { line: true } },
};

export const RESEARCH: readonly Dialect[] = [
  ...miniSwe,
  row({
    name: 'swe-agent traj',
    format: 'sweagent_traj',
    can: FENCED,
    spans: { action: asText },
    messages: { calls: false },
    write: sweAgent,
  }),
  row({
    name: 'nebius rows',
    format: 'sweagent_traj',
    can: FENCED,
    spans: { action: asText },
    messages: { calls: false },
    list: 'trajectory',
    write: nebius,
  }),
  ...labelledRows,
  row({
    name: 'adp',
    format: 'adp',
    can: { thought: 'never', followUps: 'answered', open: true },
    spans: { action: nameAndObject },
    messages: { ids: false },
    list: 'content',
    write: adp,
  }),
  row({
    name: 'atif',
    format: 'atif',
    can: { followUps: 'maybe', open: true },
    spans: { action: nameAndObject },
    list: 'steps',
    write: atif,
  }),
  row({
    name: 'smolagents code',
    format: 'smolagents_steps',
    can: {
      ...COMMANDS,
      system: 'always',
      said: 'always',
      agent: { avoid: /code>/ },
      args: { one: 'command', text: { avoid: /code>/ } },
    },
    spans: { action: asText },
    messages: { calls: false },
    list: 'intermediate_steps',
    write: smolagents,
  }),
  row({
    name: 'inspect log',
    format: 'inspect_eval',
    can: { followUps: 'maybe', open: true, parts: true },
    spans: { action: nameAndObject },
    list: 'samples',
    write: inspect,
  }),
  row({
    name: 'intercode',
    format: 'intercode',
    can: { ...COMMANDS, system: 'never', said: 'never' },
    spans: { action: asText },
    messages: { calls: false },
    write: interCode,
  }),
  ...(['steps', 'trajectory', 'history'] as const).map((key) =>
    row({
      name: `step records under ${key}`,
      format: null,
      can: STEPPED,
      spans: { action: asText },
      messages: { calls: false },
      list: key,
      write: (one) => ({ id: one.id, task: user(one), [key]: stepRecords(one), success: true }),
    }),
  ),
  {
    kind: 'session',
    name: 'step records, one a line',
    format: null,
    can: STEPPED,
    spans: { action: asText, user: () => [], result: (call) => [joined(call)] },
    messages: 'none',
    write: stepRecords,
  },
];
