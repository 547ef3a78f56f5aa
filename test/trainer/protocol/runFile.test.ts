import {
  formatControl,
  formatRunFile,
  parseControlRequest,
  parseControlResponse,
  parseRunFile,
  PROTOCOL_VERSION,
  type RunFile,
} from '@deepcoder/trainer-protocol';
import { describe, expect, it } from 'vitest';

const RUN: RunFile = {
  protocolVersion: PROTOCOL_VERSION,
  id: 'a-1',
  name: 'a',
  state: 'running',
  host: 'here',
  pid: 12,
  processStart: 'b:34',
  startedAt: '2026-01-02T03:04:05.000Z',
  updatedAt: '2026-01-02T03:04:05.000Z',
  endedAt: null,
  seed: 42,
  versions: { deepcoder: '0.1.0', 'onnxruntime-node': '1.30.0' },
  gitCommit: null,
  fingerprints: {
    config: 'ab',
    data: [{ path: 'Some_Data/File.jsonl', sha256: 'cd' }],
    models: [{ path: 'base', sha256: 'ef' }],
    executor: 'onnx',
  },
  control: null,
  threads: 2,
  progress: { step: 3, totalSteps: 10, tokensSeen: 99 },
  best: { metric: 'eval/loss', value: 1.5, step: 2 },
  error: null,
};

describe('run.json', () => {
  it('is snake_case on the disk and comes back', () => {
    const text = formatRunFile(RUN);
    expect(text).toContain('"total_steps": 10');
    expect(text).toContain('"onnxruntime-node"');
    expect(parseRunFile(text)).toEqual({ value: RUN });
  });

  it.each([
    ['{', 'is not JSON'],
    ['null', 'expected object'],
    [formatRunFile({ ...RUN, pid: -1 }), 'pid'],
    [formatRunFile(RUN).replace('"running"', '"dancing"'), 'state'],
    [
      formatRunFile(RUN).replace(
        `"protocol_version": ${PROTOCOL_VERSION}`,
        '"protocol_version": 99',
      ),
      'newer program (protocol 99)',
    ],
  ])('says what is wrong with it: %#', (text, problem) => {
    expect(parseRunFile(text)).toEqual({ problem: expect.stringContaining(problem) as string });
  });

  it('may have keys that this version does not know', () => {
    expect(parseRunFile(formatRunFile(RUN).replace('{', '{"later": 1,'))).toEqual({ value: RUN });
  });
});

describe('control messages', () => {
  it('come back', () => {
    const request = { version: PROTOCOL_VERSION, id: 4, command: 'pause' } as const;
    expect(parseControlRequest(formatControl(request))).toEqual(request);
    const response = { version: PROTOCOL_VERSION, id: 4, ok: true, message: 'paused', step: 3 };
    expect(parseControlResponse(formatControl(response))).toEqual(response);
  });

  it.each([
    ['nonsense', null, 'stop, pause, continue, checkpoint'],
    ['{"version":1,"id":5,"command":"explode"}', 5, 'stop, pause, continue, checkpoint'],
    ['{"version":99,"id":5,"command":"stop"}', 5, 'version 1'],
  ])('%s is answered, not thrown', (line, id, message) => {
    const answer = parseControlRequest(line);
    expect(answer).toMatchObject({ ok: false, id });
    expect('message' in answer && answer.message).toContain(message);
  });

  it('an answer of another kind is null', () => {
    expect(parseControlResponse('{"ok": 1}')).toBeNull();
  });
});
