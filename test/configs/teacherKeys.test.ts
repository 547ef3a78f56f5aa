import { resolvedText } from '@deepcoder/config';
import { describe, expect, it } from 'vitest';
import { load, MINIMAL, problemLines } from './loadHelper.ts';

const URL = "url: 'http://127.0.0.1:30000'";

describe('teacher', () => {
  it.each([
    ['{model: models/t}', { type: 'checkpoint', model: 'models/t', url: null }],
    [`{type: sglang, ${URL}}`, { type: 'sglang', model: null, concurrency: 16, timeout: 120 }],
    [`{type: vllm, ${URL}, model: a/b, retries: 0}`, { type: 'vllm', model: 'a/b', retries: 0 }],
    [`{type: openai, ${URL}, model: m}`, { type: 'openai' }],
    ['{model: models/t, align: bytes}', { align: 'bytes', tokenizer: null }],
    [`{type: sglang, ${URL}, tokenizer: a/b, align: bytes}`, { align: 'bytes' }],
  ])('%s loads', async (text, expected) => {
    const loaded = await load(`${MINIMAL}teacher: ${text}`);
    expect(loaded.problems).toEqual([]);
    expect(loaded.config?.teacher).toMatchObject(expected);
  });

  it.each([
    ['{type: sglang}', /teacher\.url: teacher\.type: sglang needs the server's address/],
    ['{type: vllm, url: localhost}', /config\/\S+ teacher\.url/],
    [`{type: openai, ${URL}}`, /teacher\.model: teacher\.type: openai needs the name of the model/],
    [`{model: m, ${URL}}`, /teacher\.url: is for a server, and teacher\.type is checkpoint/],
    [`{type: vllm, ${URL}, align: bytes}`, /teacher\.tokenizer: .* needs the teacher's tokenizer/],
    ['{type: none, align: bytes}', /teacher\.align: bytes is for a teacher that gives scores/],
    ['{type: none, api_key: "${env:KEY}"}', /teacher\.api_key: is for a server/],
    [
      `{type: vllm, ${URL}, api_key: sk-123}`,
      /config\/secret teacher\.api_key: a key is not written into a config; .*\$\{env:NAME\}/,
    ],
  ])('%s is refused', async (text, message) => {
    const loaded = await load(`${MINIMAL}teacher: ${text}`, { env: { KEY: 'k' } });
    const lines = problemLines(loaded);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(message);
    expect(lines[0]).not.toContain('sk-123');
  });

  it('keeps a key out of the resolved config, whatever its variable is called', async () => {
    const text = `${MINIMAL}teacher: {type: vllm, ${URL}, api_key: '\${env:MINE}'}`;
    const loaded = await load(text, { env: { MINE: 'hush' } });
    expect(loaded.config?.teacher.apiKey).toBe('hush');
    expect(resolvedText(loaded)).not.toContain('hush');
  });

  it("a served teacher's name is no tokenizer for a new student", async () => {
    const loaded = await load(
      `data: {train: [a]}\nstudent: {architecture: {}}\nteacher: {type: vllm, ${URL}, model: a/b}`,
    );
    expect(problemLines(loaded).join()).toContain('config/tokenizer');
  });

  it.each([
    ['weights: {strategy: confidence}', 'weights.strategy'],
    ['loss: {temperature: {schedule: entropy}}', 'loss.temperature.schedule'],
    ['data: {train: [a], order: curriculum}', 'weights.curriculum.complexity.teacher_entropy'],
  ])('%s wants all of the entropy, which a teacher by bytes does not give', async (text, key) => {
    const base = text.startsWith('data') ? MINIMAL.replace(/^data:.*\n/m, '') : MINIMAL;
    const loaded = await load(`${base}${text}\nteacher: {model: models/t, align: bytes}`);
    expect(problemLines(loaded).join()).toMatch(
      new RegExp(`${key}: .* needs the teacher's entropy at every token`),
    );
  });

  it('confidence weights need scores', async () => {
    const loaded = await load(
      `${MINIMAL}teacher: {type: openai, ${URL}, model: m}\nweights: {strategy: confidence}`,
    );
    expect(problemLines(loaded)[0]).toContain('teacher.type is openai');
  });
});
