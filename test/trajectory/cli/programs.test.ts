import { parse, spanText } from '@deepcoder/trajectory';
import { expect, test } from 'vitest';
import { fixture } from '../fixtureFiles.ts';

/** `results`: the ids of the calls that are answered, in order, and which of them failed. */
const CASES: { file: string; spans: string[]; results: string[] }[] = [
  {
    file: 'claude_stream/stream.jsonl',
    spans: [
      '0.0 task How long is a.txt?',
      '0.1 reasoning I count its lines.',
      '0.1 action Bash',
      '0.1 action {"command": "wc -l a.txt"}',
      '0.1 observation wc: no such file',
      '0.1 other The folder has changed.',
      '0.2 answer There is none.',
    ],
    results: ['t1 failed'],
  },
  {
    file: 'claude_stream/helper.json',
    spans: [
      '0.1 action Task',
      '0.1 action { "prompt": "Find it." }',
      '0.1 observation Found.',
      '0.2 answer It is here.',
      '1.0 task Find it.',
      '1.1 answer Found.',
    ],
    results: ['T'],
  },
  {
    file: 'claude_stream/cursor.jsonl',
    spans: [
      '0.0 task Read a.txt.',
      '0.1 reasoning I read it.',
      '0.1 action readToolCall',
      '0.1 action {"path": "a.txt"}',
      '0.1 observation {"success": {"content": "abc"}}',
      '0.2 answer It says abc.',
    ],
    results: ['k'],
  },
  {
    file: 'codex_exec/items.jsonl',
    spans: [
      '0.1 reasoning I look first.',
      '0.1 action ls',
      '0.1 observation a.py',
      '0.2 action [{"text": "mend a.py", "completed": false}]',
      '0.3 action [{"path": "a.py", "kind": "update"}]',
      '0.4 action search',
      '0.4 action {"q": "mend"}',
      '0.4 observation Two pages.',
      '0.5 action pytest',
      '0.5 observation 1 failed',
      '0.6 answer One test still fails.',
    ],
    results: ['i1', 'i2', 'i3', 'i4', 'i5 failed'],
  },
  {
    file: 'codex_exec/old.jsonl',
    spans: [
      '0.0 task List the files.',
      '0.1 reasoning I list them.',
      '0.1 action ["ls"]',
      '0.1 observation a.py',
      '0.2 answer There is a.py.',
    ],
    results: ['c'],
  },
  {
    file: 'codex_rollout/events.jsonl',
    spans: [
      '0.0 task List the files.',
      '0.1 reasoning I list them.',
      '0.1 action shell',
      '0.1 action {"command":["ls"]}',
      '0.1 observation a.py',
      '0.2 answer There is a.py.',
      '0.2 task And in src?',
      '0.3 answer Nothing.',
    ],
    results: ['c'],
  },
  {
    file: 'gemini_contents/lines.jsonl',
    spans: [
      '0.0 task List the files.',
      '0.1 reasoning Listing',
      '0.1 reasoning I list them.',
      '0.1 action ls',
      '0.1 action {"dir": "."}',
      '0.1 observation {"error": "no such folder"}',
      '0.2 answer There is none.',
      '0.2 task Thanks.',
      '0.2 other Context was saved.',
      '0.3 answer You are welcome.',
    ],
    results: ['c failed'],
  },
  {
    file: 'kimi_wire/later.jsonl',
    spans: [
      '0.0 system You are an agent.',
      '0.0 other <system-reminder>Be brief.</system-reminder>',
      '0.0 task List the files.',
      '0.1 reasoning I list them.',
      '0.1 action Bash',
      '0.1 action {"command": "ls"}',
      '0.1 observation ls: failed',
      '0.1 task Stop.',
      '0.2 answer It failed.',
    ],
    results: ['c failed'],
  },
  {
    file: 'opencode/export.json',
    spans: [
      '0.0 task Read both.',
      '0.0 other Contents of x.',
      '0.1 reasoning Both at once.',
      '0.1 action read',
      '0.1 action { "file": "x" }',
      '0.1 observation xx',
      '0.1 action read',
      '0.1 action { "file": "y" }',
      '0.1 observation no such file',
      '0.2 action read',
      '0.2 action { "file": "z" }',
      '0.2 observation zz',
      '0.3 answer x and z are there.',
      '0.3 other Two files were read.',
      '0.3 task Thanks.',
      '0.4 answer Gladly.',
    ],
    results: ['x', 'y failed', 'z'],
  },
  {
    file: 'opencode/run.jsonl',
    spans: [
      '0.1 reasoning I read it.',
      '0.1 action read',
      '0.1 action {"file": "x"}',
      '0.1 observation xx',
      '0.2 answer It says xx.',
    ],
    results: ['x'],
  },
  {
    file: 'copilot_chat/session.json',
    spans: [
      '0.0 task Read a.txt.',
      '0.1 reasoning I read it.',
      '0.1 reasoning It is short.',
      '0.1 action read',
      '0.1 action {"file":"a.txt"}',
      '0.1 observation abc',
      '0.1 observation 3 characters',
      '0.2 answer It says abc.',
      '0.2 task Run it.',
      '0.3 reasoning A shell will do.',
      '0.3 action run_in_terminal',
      '0.3 action sh a.txt',
      '0.3 observation abc: not found',
      '0.4 answer It is no program.',
    ],
    results: ['c1', 'c2'],
  },
  {
    file: 'copilot_chat/log.jsonl',
    spans: ['0.0 task Hello?', '0.1 answer Hello!'],
    results: [],
  },
  {
    file: 'copilot_cli/helper.jsonl',
    spans: [
      '0.0 task Find it.',
      '0.1 action task',
      '0.1 action {"prompt": "Find."}',
      '0.1 observation too late',
      '0.2 answer It was found too late.',
      '1.1 answer Found.',
    ],
    results: ['T failed'],
  },
  {
    file: 'droid_stream/session.jsonl',
    spans: [
      '0.0 task List the files.',
      '0.1 reasoning I list them.',
      '0.1 action LS',
      '0.1 action {}',
      '0.1 observation a.py',
      '0.2 answer There is a.py.',
    ],
    results: ['t'],
  },
  {
    file: 'pi_session/tree.jsonl',
    spans: [
      '0.0 task Hello?',
      '0.1 answer Hello!',
      '0.1 other It sang.',
      '0.1 task Bye.',
      '0.1 other Nothing is left to do.',
      '0.2 answer Bye!',
      '1.0 task Sing.',
      '1.1 answer La la.',
    ],
    results: [],
  },
  {
    file: 'amp_thread/thread.json',
    spans: [
      '0.0 task Where are we?',
      '0.1 reasoning I ask the shell.',
      '0.1 action shell',
      '0.1 action { "command": "pwd" }',
      '0.1 observation { "output": "/w" }',
      '0.1 other They asked where they are.',
      '0.2 action shell',
      '0.2 action { "command": "no" }',
      '0.2 observation not allowed',
      '0.3 answer In /w.',
    ],
    results: ['u', 'u2 failed'],
  },
  {
    file: 'goose_session/session.jsonl',
    spans: [
      '0.0 task List the files.',
      '0.1 reasoning I list them.',
      '0.1 action shell',
      '0.1 action {"command": "ls"}',
      '0.1 observation a.py',
      '0.2 action shell',
      '0.2 action {"command": "no"}',
      '0.2 observation not found',
      '0.3 answer There is a.py.',
    ],
    results: ['c', 'd failed'],
  },
  {
    file: 'goose_session/export.json',
    spans: [
      '0.0 task List the files.',
      '0.1 reasoning I list them.',
      '0.1 action shell',
      '0.1 action { "command": "ls" }',
      '0.1 observation a.py',
      '0.2 action shell',
      '0.2 action { "command": "no" }',
      '0.2 observation not found',
      '0.3 answer There is a.py.',
    ],
    results: ['c', 'd failed'],
  },
  {
    file: 'hermes_session/rows.json',
    spans: [
      '0.0 task What is in it?',
      '0.1 reasoning I look at it.',
      '0.1 action look',
      '0.1 action {"at":"it"}',
      '0.1 observation boat',
      '0.2 answer A boat.',
      '0.2 task Thanks.',
      '0.3 answer Gladly.',
    ],
    results: ['c'],
  },
  {
    file: 'message_log/by_type.jsonl',
    spans: [
      '0.0 system You are an agent.',
      '0.0 task Count the files.',
      '0.1 reasoning I count them.',
      '0.1 action run',
      '0.1 action {"command":"ls | wc -l"}',
      '0.1 observation 1',
      '0.2 answer There is one.',
    ],
    results: ['c'],
  },
  {
    file: 'message_log/by_kind.jsonl',
    spans: [
      '0.0 task Read a.ts.',
      '0.1 reasoning I open it.',
      '0.1 reasoning I open it now.',
      '0.1 action Read',
      '0.1 action {"file":"a.ts"}',
      '0.1 observation no such file',
      '0.2 answer It is not there.',
    ],
    results: ['c failed'],
  },
  {
    file: 'message_log/api.json',
    spans: [
      '0.0 system You remember.',
      '0.0 task Run it.',
      '0.1 reasoning The shell can.',
      '0.1 action sh',
      '0.1 action {"c":"x"}',
      '0.1 observation failed',
      '0.2 answer It failed.',
    ],
    results: ['t failed'],
  },
  {
    file: 'message_log/stream.jsonl',
    spans: [
      '0.0 task List the files.',
      '0.1 reasoning I list',
      '0.1 reasoning them.',
      '0.1 action ls',
      '0.1 action {"dir": "."}',
      '0.1 observation a.py',
      '0.2 answer There is a.py.',
    ],
    results: ['t'],
  },
  {
    file: 'trae_agent/trajectory.json',
    spans: [
      '0.0 system You mend things.',
      '0.0 task Mend it. The folder is /w.',
      '0.1 reasoning I look.',
      '0.1 action bash',
      '0.1 action { "command": "ls" }',
      '0.1 observation no shell',
      '0.1 other The shell is missing.',
      '0.2 answer It cannot be mended.',
    ],
    results: ['c failed'],
  },
  {
    file: 'continue_session/session.json',
    spans: [
      '0.0 task List the files.',
      '0.1 reasoning I list them.',
      '0.1 reasoning One moment.',
      '0.1 action ls',
      '0.1 action {}',
      '0.1 observation a.py',
      '0.2 answer There is a.py.',
    ],
    results: ['t'],
  },
  {
    file: 'zed_thread/thread.json',
    spans: [
      '0.0 task List the files.',
      '0.1 reasoning I list them.',
      '0.1 action ls',
      '0.1 action { "dir": "." }',
      '0.1 observation no such folder',
      '0.2 answer There is none.',
    ],
    results: ['t failed'],
  },
];

test.each(CASES)('$file', ({ file, spans, results }) => {
  const [format, name] = file.split('/') as [string, string];
  const text = fixture(format, name);
  const parsed = parse(text, { fileName: name });
  const order = parsed.spans.map((span, i) => ({ ...span, i }));
  order.sort((a, b) => a.traj - b.traj || a.step - b.step || a.i - b.i);
  const found = order.map(({ traj, step, kind, i }) => {
    const said = spanText(text, parsed, i).replace(/\s*\n\s*/g, ' ');
    return `${traj}.${step} ${kind} ${said}`;
  });
  expect(parsed.format).toBe(format);
  expect(found).toEqual(spans);
  const answered = parsed.trajectories
    .flatMap(({ messages }) => messages)
    .flatMap((one) =>
      one.role === 'tool' ? [`${one.callId ?? '-'}${one.isError ? ' failed' : ''}`] : [],
    );
  expect(answered).toEqual(results);
});
