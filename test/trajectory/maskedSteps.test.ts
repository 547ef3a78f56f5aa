import { maskedSteps, parse, leftOutSpans, type LearntChoice } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { isRejectedAction, saysFailure } from '../../server/trajectory/src/learnt/resultMarks.ts';

const call = (id: string, name: string, args: unknown) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name, arguments: JSON.stringify(args) } }],
});
const result = (id: string, content: string) => ({ role: 'tool', tool_call_id: id, content });

function stepsOf(messages: readonly object[]): Record<string, number[]> {
  const task = { role: 'user', content: 'Sort the shelf.' };
  const parsed = parse(JSON.stringify({ messages: [task, ...messages] }));
  const found = maskedSteps(parsed, parsed.trajectories[0]!);
  return Object.fromEntries([...found].map(([kind, steps]) => [kind, [...steps]]));
}

describe('bad steps', () => {
  test('a failed call, by what its result says', () => {
    const steps = stepsOf([
      call('a', 'read', { path: 'x' }),
      result('a', 'Error: there is no such file'),
      call('b', 'read', { path: 'y' }),
      result('b', 'def error():\n    raise ValueError("Error: no")'),
    ]);
    expect(steps).toEqual({ tool_error: [1], invalid_action: [], repeated: [] });
  });

  test('where a file flags failures, only its flags count', () => {
    const messages = [
      call('a', 'read', { n: 1 }),
      result('a', 'the disk is full'),
      call('b', 'read', { n: 2 }),
      result('b', 'Error: an example of a message'),
    ];
    const parsed = parse(
      JSON.stringify({ messages: [{ role: 'user', content: 'Q' }, ...messages] }),
    );
    const [trajectory] = parsed.trajectories;
    const failed = (flagged: string) =>
      maskedSteps(parsed, {
        ...trajectory!,
        messages: trajectory!.messages.map((message) =>
          message.role === 'tool' ? { ...message, isError: message.callId === flagged } : message,
        ),
      }).get('tool_error');
    expect([...failed('a')!]).toEqual([1]);
    expect([...failed('')!]).toEqual([2]);
  });

  test('one failed call of several makes the step a failed one', () => {
    const turn = call('a', 'ls', {});
    const second = call('b', 'cat', { f: 1 }).tool_calls[0]!;
    const steps = stepsOf([
      { ...turn, tool_calls: [turn.tool_calls[0], second] },
      result('b', '{"exit_code": 1, "output": ""}'),
      result('a', 'one\ntwo'),
      call('c', 'ls', {}),
      result('c', 'one'),
    ]);
    expect(steps.tool_error).toEqual([1]);
  });

  test('a repetition has the same call, arguments and result as an earlier step', () => {
    const steps = stepsOf([
      call('a', 'look', { at: 'shelf', n: 1 }),
      result('a', 'books'),
      {
        ...call('b', 'look', {}),
        tool_calls: [
          { id: 'b', function: { name: 'look', arguments: '{ "at": "shelf",\n "n": 1 }' } },
        ],
      },
      result('b', 'books'),
      call('c', 'look', { at: 'shelf', n: 1 }),
      result('c', 'books and a cup'),
      call('d', 'look', { at: 'shelf ', n: 1 }),
      result('d', 'books'),
      call('e', 'look', { at: 'shelf', n: 1 }),
    ]);
    expect(steps.repeated).toEqual([2]);
  });

  test('two equal calls in one step do not repeat each other, and new ones keep a step', () => {
    const both = (first: string, second: string, file: string) => ({
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: first, function: { name: 'ls', arguments: '{}' } },
        { id: second, function: { name: 'cat', arguments: `{"f": "${file}"}` } },
      ],
    });
    const steps = stepsOf([
      both('a', 'b', 'x'),
      result('a', '.'),
      result('b', 'x'),
      both('c', 'd', 'y'),
      result('c', '.'),
      result('d', 'y'),
      both('e', 'f', 'x'),
      result('e', '.'),
      result('f', 'x'),
    ]);
    expect(steps.repeated).toEqual([3]);
  });

  test('in text, actions the environment does not know and those it saw before', () => {
    const text = [
      'You are in the middle of a room. Looking quickly around you, you see a desk 1.',
      'Your task is to: find a pen.',
      '',
      '> go to desk 1',
      'On the desk 1, you see a cup 1.',
      '> dance',
      'Nothing happens.',
      '> go to desk 1',
      'On the desk 1, you see a cup 1.',
      '',
    ].join('\n');
    const parsed = parse(text);
    const found = maskedSteps(parsed, parsed.trajectories[0]!);
    expect([...found.get('invalid_action')!]).toEqual([2]);
    expect([...found.get('repeated')!]).toEqual([3]);
  });
});

test.each([
  'Error: no such file',
  'ERROR: timeout',
  'Error executing tool read: gone',
  'ValueError: bad',
  'json.decoder.JSONDecodeError: Expecting value',
  'Traceback (most recent call last):\n  File "a.py"\nKeyError: 1',
  'loading\nTraceback (most recent call last):\n  File "a.py", line 1\nZeroDivisionError: division by zero',
  '<returncode>2</returncode>\n<output>\n</output>',
  'Exit code: 1\nWall time: 0.1 seconds\nOutput:\nno',
  'Exit code 127\ncommand not found',
  'some output\n[The command completed with exit code 1.]',
  'Command: x\nDirectory: (root)\nOutput: (empty)\nError: (none)\nExit Code: 1',
  'Process exited with code 3',
  'Command exited with non-zero status code 1',
  '{"output": "", "metadata": {"exit_code": 2}}',
  '{"success": false, "message": "no"}',
  '{"status": "error"}',
  '{"error": "not found"}',
  '<tool_use_error>File has not been read yet.</tool_use_error>',
])('a failure: %j', (text) => {
  expect(saysFailure(text)).toBe(true);
});

test.each([
  '',
  'ok',
  'Errors are values: an essay',
  '0 errors, 2 warnings',
  '# Error handling\nError: is a class',
  '<returncode>0</returncode>\n<output>\nTraceback (most recent call last):\nin a log</output>',
  'Exit code: 0\nOutput:\nError: in a log',
  '{"output": "Error: x", "metadata": {"exit_code": 0}}',
  '{"error": null, "data": 1}',
  '{"error": ""}',
  'def f():\n  """Traceback (most recent call last): is shown."""',
  'Traceback (most recent call last):x'.replace('T', 't'),
  'the exit code is explained below\nexit 1',
])('no failure: %j', (text) => {
  expect(saysFailure(text)).toBe(false);
});

test.each([
  'Nothing happens.',
  'Nothing happens!',
  'Invalid action.',
  'Invalid Action. Valid Actions are Lookup[<topic>] Search[<topic>] and Finish[<answer>].',
  'Unknown command: fly',
  "Unknown action. Type 'help' for a list of actions.",
  'No known action matches that input.',
  "That's not a verb I recognise.",
  'The action is not recognized. Please check valid actions.',
  'bash: frobnicate: command not found',
  '/bin/sh: 1: frobnicate: not found',
  'fly is not a valid tool, try one of [search].',
  '<tool_use_error>Error: No such tool available: Fly</tool_use_error>',
])('a rejected action: %j', (text) => {
  expect(isRejectedAction(text)).toBe(true);
});

test.each([
  'Nothing happens in this novel until the third chapter, where',
  'You open the drawer.',
  'Actions are listed below',
  'make: command not found in the path, so we\nbuilt without it',
  'Page not found',
])('no rejected action: %j', (text) => {
  expect(isRejectedAction(text)).toBe(false);
});

test('marks of a long result are found in time that grows with its length', () => {
  const long = `${'process exit code status '.repeat(4000)}\n`.repeat(20);
  const quotes = `{"a": ${'\\"'.repeat(200_000)}`;
  const began = performance.now();
  for (const text of [long, quotes, 'Error'.repeat(100_000), ' \n'.repeat(100_000)]) {
    saysFailure(text);
    isRejectedAction(text);
  }
  expect(performance.now() - began).toBeLessThan(1000);
});

describe('what is left out, and why', () => {
  const TEXT =
    'Question: q\nThought 1: a\nAction 1: look[x]\nObservation 1: Invalid action: look\n' +
    'Thought 2: b\nAction 2: finish[y]\n';
  const NOTHING: LearntChoice = { turns: 'all', maskArguments: false, maskSteps: [] };
  const reasons = (choice: Partial<LearntChoice>, masked: readonly number[] = []) => {
    const parsed = { ...parse(TEXT), masked: new Set(masked) };
    const found = leftOutSpans(parsed, { ...NOTHING, ...choice });
    return Object.fromEntries(
      [...found].map(([index, reason]) => {
        const { start, end } = parsed.spans[index]!;
        return [TEXT.slice(start, end), reason];
      }),
    );
  };

  test('nothing without a reason', () => {
    expect(reasons({})).toEqual({});
    expect(reasons({ maskSteps: ['tool_error'] })).toEqual({});
  });

  test('a masked step, a turn that is not asked for', () => {
    const bad = { a: 'invalid_action', 'look[x]': 'invalid_action' };
    expect(reasons({ maskSteps: ['invalid_action'] })).toEqual(bad);
    expect(reasons({ turns: 'last' })).toEqual({ a: 'train_on', 'look[x]': 'train_on' });
  });

  test('what the file excludes comes first, observations too', () => {
    expect(reasons({ maskSteps: ['invalid_action'] }, [1, 3])).toEqual({
      a: 'file',
      'look[x]': 'invalid_action',
      'Invalid action: look': 'file',
    });
  });
});
