import { parse, statistics, sumStatistics } from '@deepcoder/trajectory';
import { expect, test } from 'vitest';

const call = (id: string, name: string): object => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name, arguments: '{}' } }],
});
const result = (id: string, content: string, more: object = {}): object => ({
  ...{ role: 'tool', tool_call_id: id, content },
  ...more,
});
const log = (...messages: object[]): string =>
  JSON.stringify({ messages: [{ role: 'user', content: 'Go.' }, ...messages] });

test('calls that failed are counted by tool, whether a flag, the text or the environment says so', () => {
  const flagged = log(
    ...[call('1', 'bash'), result('1', 'no such file', { is_error: true })],
    ...[call('2', 'bash'), result('2', 'Error: this is what the file says')],
    ...[call('3', 'read'), result('3', 'text')],
  );
  const told = log(
    ...[call('1', 'bash'), result('1', 'Traceback (most recent call last):\nValueError: bad')],
    ...[call('2', 'bash'), result('2', 'Invalid action: fly')],
    call('3', 'bash'),
  );
  const [first, second] = [flagged, told].map((text) => statistics(parse(text)));
  expect(first!.callsByTool).toEqual([
    { name: 'bash', calls: 2, failed: 1 },
    { name: 'read', calls: 1, failed: 0 },
  ]);
  expect(second!.callsByTool).toEqual([{ name: 'bash', calls: 3, failed: 2 }]);
  expect(sumStatistics([first!, second!]).callsByTool).toEqual([
    { name: 'bash', calls: 5, failed: 3 },
    { name: 'read', calls: 1, failed: 0 },
  ]);
  const both = statistics(parse(`${flagged}\n${told}`));
  expect(both.callsByTool).toEqual(sumStatistics([first!, second!]).callsByTool);
});
