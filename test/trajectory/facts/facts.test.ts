import { indexFile, type ByteReader } from '@deepcoder/trajectory';
import { NO_FACTS, type Facts } from '@deepcoder/vocabulary';
import { describe, expect, test } from 'vitest';

function readerOf(text: string): ByteReader {
  const bytes = new TextEncoder().encode(text);
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
  };
}

async function factsIn(
  text: string,
  options: Parameters<typeof indexFile>[1] = {},
): Promise<(Facts | null)[]> {
  const { entries } = await indexFile(readerOf(text), options);
  return Array.from({ length: entries.count }, (_, row) => entries.factsOf(row));
}

const lines = (...records: object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');
const user = { role: 'user', content: 'Sum it\nup.' };
const agent = { role: 'assistant', content: 'It is 3.' };

describe('what a log says about a record', () => {
  const cases: Record<string, { text: string; facts: Partial<Facts> }> = {
    'a task-oriented benchmark': {
      text: lines({ task_id: 3, reward: 0.5, info: { task: {} }, traj: [user, agent], trial: 1 }),
      facts: { task: 'Sum it up.', score: 0.5 },
    },
    'an interactive environment': {
      text: lines({
        item_id: 'a_1',
        reward: 1,
        success: 1,
        conversations: [
          { from: 'human', value: 'Sum it up.' },
          { from: 'gpt', value: 'Thought: easy\nAction: say 3' },
        ],
      }),
      facts: { task: 'Sum it up.', score: 1, status: 'success' },
    },
    'an evaluation log of Inspect': {
      text: JSON.stringify({
        version: 2,
        status: 'success',
        eval: { task: 'sums', model: 'openai/o' },
        samples: [
          {
            ...{ id: 1, epoch: 1, target: '3', messages: [user, agent] },
            scores: { match: { value: 'C', answer: '3' } },
            model_usage: { 'openai/o': { input_tokens: 8, output_tokens: 4, total_tokens: 12 } },
            total_time: 1.5,
          },
        ],
      }),
      facts: {
        ...{ task: 'Sum it up.', model: 'openai/o', score: 1, status: 'success' },
        ...{ durationMs: 1500, tokens: 12 },
      },
    },
    "an agent's run on a repository": {
      text: JSON.stringify({
        trajectory: [
          { thought: 'Look.', action: 'ls', observation: 'a.py', execution_time: 0.25 },
          { thought: 'Done.', action: 'submit', observation: '', execution_time: 0.75 },
        ],
        history: [{ role: 'user', content: 'Fix it.', agent: 'primary' }],
        info: { exit_status: 'submitted', model_stats: { tokens_sent: 70, tokens_received: 7 } },
        replay_config: JSON.stringify({ agent: { model: { name: 'o-mini' } } }),
      }),
      facts: {
        ...{ task: 'Fix it.', model: 'o-mini', status: 'submitted', durationMs: 1000 },
        tokens: 77,
      },
    },
    'an interchange file': {
      text: JSON.stringify({
        schema_version: 'ATIF-v1.4',
        session_id: 's',
        agent: { name: 'a', version: '1', model_name: 'o' },
        steps: [
          { step_id: 1, source: 'user', message: 'Go.', timestamp: '2025-01-15T10:30:00Z' },
          {
            ...{ step_id: 2, source: 'agent', message: 'Gone.', timestamp: '2025-01-15T10:30:02Z' },
            metrics: { prompt_tokens: 5, completion_tokens: 2 },
          },
        ],
        final_metrics: { total_prompt_tokens: 50, total_completion_tokens: 20 },
      }),
      facts: { task: 'Go.', model: 'o', durationMs: 2000, tokens: 70 },
    },
    'result lines of OpenHands': {
      text: lines({
        instance_id: 'x',
        instruction: 'Fix it.',
        metadata: { llm_config: { model: 'o' } },
        history: [
          { action: 'message', content: 'Fix it.', wait_for_response: false },
          { action: 'run', command: 'ls', thought: 'A look.' },
          { observation: 'run', content: 'a.py', command: 'ls' },
        ],
        metrics: { accumulated_token_usage: { prompt_tokens: 30, completion_tokens: 3 } },
        test_result: { report: { resolved: false } },
        error: null,
      }),
      facts: { task: 'Fix it.', model: 'o', status: 'failure', tokens: 33 },
    },
    'a run that broke off': {
      text: lines({ messages: [user, agent], error: 'no more memory', status: 'done' }),
      facts: { task: 'Sum it up.', status: 'error' },
    },
    'a log that says nothing': {
      text: lines({ messages: [user, agent] }),
      facts: { task: 'Sum it up.' },
    },
    'words that are no status and numbers that are no time': {
      text: lines({ messages: [{ ...user, timestamp: 12 }, agent], status: 200, score: 'high' }),
      facts: { task: 'Sum it up.' },
    },
  };

  test.each(Object.entries(cases))('%s', async (_, { text, facts }) => {
    expect(await factsIn(text)).toEqual([{ ...NO_FACTS, ...facts }]);
  });

  const session = lines(
    ...[
      { type: 'user', message: { role: 'user', content: 'Greet the dog' }, at: 0 },
      // One response in two lines has its usage twice.
      { type: 'assistant', message: said('m1', [{ type: 'text', text: 'I look.' }]), at: 2 },
      {
        type: 'assistant',
        message: said('m1', [{ type: 'tool_use', id: 't', name: 'look', input: {} }]),
        at: 3,
      },
      {
        type: 'user',
        message: {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 't', content: '' }],
        },
        at: 4,
      },
      { type: 'assistant', message: said('m2', [{ type: 'text', text: 'Hello, dog.' }]), at: 8 },
    ].map(({ at, ...event }, i) => ({
      ...{ parentUuid: i === 0 ? null : `u${i - 1}`, uuid: `u${i}`, sessionId: 's' },
      ...{ isSidechain: false, timestamp: `2025-06-14T10:00:0${at}.000Z` },
      ...event,
    })),
  );

  function said(id: string, content: object[]): object {
    const usage = { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 };
    return { id, role: 'assistant', model: 'o', content, usage };
  }

  test.each([100, 700, 1 << 20])(
    'a session, an event a line, in parts of %i bytes',
    async (chunkBytes) => {
      expect(await factsIn(session, { chunkBytes })).toEqual([
        { ...NO_FACTS, task: 'Greet the dog', model: 'o', durationMs: 8000, tokens: 32 },
      ]);
    },
  );

  test('the facts of each of many records are its own, in parts of any size', async () => {
    const text = lines(
      ...Array.from({ length: 300 }, (_, i) => ({
        messages: [{ role: 'user', content: `Task ${i}` }, agent],
        reward: i,
        model: `m${i % 3}`,
      })),
    );
    const expected = Array.from({ length: 300 }, (_, i) => ({
      ...NO_FACTS,
      ...{ task: `Task ${i}`, score: i, model: `m${i % 3}` },
    }));
    for (const chunkBytes of [200, 5000, 1 << 20])
      expect(await factsIn(text, { chunkBytes })).toEqual(expected);
    // Rows of several records have none.
    expect(await factsIn(text, { maxEntries: 100 })).toEqual(new Array(75).fill(null));
  });

  test('a long task is cut, and times without a zone are compared with their like', async () => {
    const record = {
      messages: [{ role: 'user', content: 'word '.repeat(100) }, agent],
      start_time: 1_750_000_000,
      end_time: '2025-06-15 17:06:40',
    };
    const [facts] = await factsIn(lines(record));
    expect(facts?.task).toMatch(/^(?:word ){22}.* …$/);
    expect(facts?.durationMs).toBeNull();
  });
});
