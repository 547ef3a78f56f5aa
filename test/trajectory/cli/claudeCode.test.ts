import {
  applyEdits,
  diagnose,
  editFile,
  parse,
  parsedOf,
  trackFile,
  type Parsed,
} from '@deepcoder/trajectory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonLines, spanLines } from '../spanLines.ts';

interface Event {
  uuid: string;
  parentUuid: string | null;
  [key: string]: unknown;
}

function event(uuid: string, parentUuid: string | null, more: object): Event {
  return { uuid, parentUuid, sessionId: 'session', isSidechain: false, ...more };
}

function asks(uuid: string, parent: string | null, text: string, more: object = {}): Event {
  return event(uuid, parent, { type: 'user', message: { role: 'user', content: text }, ...more });
}

function says(uuid: string, parent: string, text: string, more: object = {}): Event {
  const message = { id: `msg ${text}`, role: 'assistant', content: [{ type: 'text', text }] };
  return event(uuid, parent, { type: 'assistant', message, ...more });
}

function calls(uuid: string, parent: string, id: string, response = `msg ${id}`): Event {
  const content = [{ type: 'tool_use', id, name: 'Read', input: { file: id } }];
  return event(uuid, parent, {
    type: 'assistant',
    message: { id: response, role: 'assistant', content },
  });
}

function results(uuid: string, parent: string, id: string): Event {
  const content = [{ type: 'tool_result', tool_use_id: id, content: `text of ${id}` }];
  return event(uuid, parent, { type: 'user', message: { role: 'user', content } });
}

function note(uuid: string, parent: string | null, more: object = {}): Event {
  return event(uuid, parent, { type: 'system', subtype: 'turn_duration', ...more });
}

const OTHER_SESSION = { sessionId: 'resumed' };

const CASES: { name: string; events: Event[]; want: string[]; problems?: string[] }[] = [
  {
    name: 'the branch that a rewind left is a trajectory of its own',
    events: [
      asks('1', null, 'Name it.'),
      says('2', '1', 'Which way?'),
      asks('3', '2', 'Short.'),
      says('4', '3', 'ab'),
      asks('5', '2', 'Long.'),
      says('6', '5', 'abcdef'),
    ],
    want: [
      '0.0 task Name it.',
      '0.1 answer Which way?',
      '1.0 task Short.',
      '1.1 answer ab',
      '0.1 task Long.',
      '0.2 answer abcdef',
    ],
    problems: ['rewound'],
  },
  {
    name: 'branches of a branch, with what the program noted between answers and prompts',
    events: [
      asks('1', null, 'a'),
      says('2', '1', 'A'),
      note('n', '2'),
      asks('3', 'n', 'b'),
      says('4', '3', 'B'),
      asks('5', '4', 'c'),
      says('6', '5', 'C'),
      asks('7', '4', 'd'),
      says('8', '7', 'D'),
      asks('9', '2', 'e'),
      says('10', '9', 'E'),
    ],
    want: [
      ...['0.0 task a', '0.1 answer A', '1.0 task b', '1.1 answer B', '2.0 task c'],
      ...['2.1 answer C', '1.1 task d', '1.2 answer D', '0.1 task e', '0.2 answer E'],
    ],
    problems: ['rewound', 'rewound'],
  },
  {
    name: 'results of parallel calls and prompts that waited are no branches',
    events: [
      asks('1', null, 'Read both.'),
      calls('2', '1', 'x', 'm'),
      calls('3', '2', 'y', 'm'),
      results('4', '2', 'x'),
      results('5', '3', 'y'),
      asks('6', '4', 'And be quick.'),
      says('7', '4', 'Done.'),
    ],
    want: [
      '0.0 task Read both.',
      '0.1 action Read',
      '0.1 action {"file":"x"}',
      '0.1 action Read',
      '0.1 action {"file":"y"}',
      '0.1 observation text of x',
      '0.1 observation text of y',
      '0.1 task And be quick.',
      '0.2 answer Done.',
    ],
  },
  {
    name: 'a record whose id was there is no second turn',
    events: [
      asks('1', null, 'Hello?'),
      asks('1', null, 'Hello?', { forkedFrom: { sessionId: 'session', messageUuid: '1' } }),
      says('2', '1', 'Hello!'),
      says('2', '1', 'Hello!', { forkedFrom: { sessionId: 'session', messageUuid: '2' } }),
    ],
    want: ['0.0 task Hello?', '0.1 answer Hello!'],
    problems: ['repeated-record'],
  },
  {
    name: 'a resumed copy, under other ids, goes on with what it copies',
    events: [
      asks('1', null, 'Hello?'),
      says('2', '1', 'Hello!'),
      asks('r1', null, 'Hello?', OTHER_SESSION),
      says('r2', 'r1', 'Hello!', OTHER_SESSION),
      asks('r3', 'r2', 'How are you?', OTHER_SESSION),
      says('r4', 'r3', 'Well.', OTHER_SESSION),
    ],
    want: ['0.0 task Hello?', '0.1 answer Hello!', '0.1 task How are you?', '0.2 answer Well.'],
    problems: ['repeated-record'],
  },
  {
    name: 'the same text again in one session is said again',
    events: [
      asks('1', null, 'Go on.'),
      says('2', '1', 'One.'),
      asks('3', '2', 'Go on.'),
      says('4', '3', 'Two.'),
    ],
    want: ['0.0 task Go on.', '0.1 answer One.', '0.1 task Go on.', '0.2 answer Two.'],
  },
  {
    name: 'another session in the file is another trajectory',
    events: [
      asks('1', null, 'Hello?'),
      says('2', '1', 'Hello!'),
      asks('3', null, 'Good day?', OTHER_SESSION),
      says('4', '3', 'Good day!', OTHER_SESSION),
    ],
    want: ['0.0 task Hello?', '0.1 answer Hello!', '1.0 task Good day?', '1.1 answer Good day!'],
  },
  {
    name: 'a session that was rewound to its beginning',
    events: [
      asks('1', null, 'Hello?'),
      says('2', '1', 'Hello!'),
      asks('3', null, 'Good day?'),
      says('4', '3', 'Good day!'),
    ],
    want: ['0.0 task Hello?', '0.1 answer Hello!', '1.0 task Good day?', '1.1 answer Good day!'],
    problems: ['rewound'],
  },
  {
    name: 'compaction goes on with the conversation, and says nothing of its own',
    events: [
      asks('1', null, 'Hello?'),
      says('2', '1', 'Hello!'),
      note('3', null, {
        subtype: 'compact_boundary',
        content: 'Compacted',
        logicalParentUuid: '2',
      }),
      asks('4', '3', 'They greeted each other.', { isCompactSummary: true }),
      asks('5', '4', '<command-name>/compact</command-name>'),
      asks('6', '5', 'Bye!'),
      says('7', '6', 'Bye.'),
    ],
    want: [
      '0.0 task Hello?',
      '0.1 answer Hello!',
      '0.1 other Compacted',
      '0.1 other They greeted each other.',
      '0.1 other <command-name>/compact</command-name>',
      '0.1 task Bye!',
      '0.2 answer Bye.',
    ],
  },
  {
    name: 'records that name none before them follow each other',
    events: [
      asks('1', null, 'Hello?'),
      { ...says('2', '', 'Hello!'), parentUuid: null },
      asks('3', null, 'Bye!'),
      { ...says('4', '', 'Bye.'), parentUuid: null },
    ],
    want: ['0.0 task Hello?', '0.1 answer Hello!', '0.1 task Bye!', '0.2 answer Bye.'],
  },
  {
    name: 'ids that stand for several records tell nothing about branches',
    events: [
      asks('-', '-', 'Hello?'),
      says('-', '-', 'Hello!'),
      asks('-', '-', 'Bye!'),
      says('-', '-', 'Bye.'),
    ],
    want: ['0.0 task Hello?', '0.1 answer Hello!', '0.1 task Bye!', '0.2 answer Bye.'],
  },
  {
    name: 'a side chain, which has its session\u2019s id',
    events: [
      asks('1', null, 'Study it.'),
      calls('2', '1', 'task'),
      asks('3', null, 'Read it.', { isSidechain: true }),
      says('4', '3', 'Short.', { isSidechain: true }),
      results('5', '2', 'task'),
    ],
    want: [
      '0.0 task Study it.',
      '0.1 action Read',
      '0.1 action {"file":"task"}',
      '1.0 task Read it.',
      '1.1 answer Short.',
      '0.1 observation text of task',
    ],
  },
];

describe('Claude Code sessions', () => {
  test.each(CASES)('$name', ({ events, want, problems = [] }) => {
    const text = jsonLines(events);
    expect(spanLines(text)).toEqual(want);
    const found = diagnose(text, parse(text)).map(({ code }) => code);
    expect(found).toEqual(problems);
  });

  test('what was rewound is masked', () => {
    const text = jsonLines(CASES[0]!.events);
    const { masked, spans } = parse(text);
    expect([...masked].map((i) => spans[i]!.traj)).toEqual([1, 1]);
  });

  test.each(CASES)('edits read as the whole: $name', ({ events }) => {
    const start = jsonLines(events);
    const ids = events.map(({ uuid }) => uuid);
    const edit = fc.record({
      line: fc.nat(events.length - 1),
      key: fc.constantFrom('"uuid":"', '"parentUuid":"', '"text":"', '"content":"'),
      value: fc.constantFrom(...ids, 'x'),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
        let now = start;
        let file = trackFile(now);
        for (const { line, key, value } of edits) {
          const from = now.split('\n').slice(0, line).join('\n').length;
          const at = now.indexOf(key, from);
          if (at < 0) continue;
          const end = now.indexOf('"', at + key.length);
          const change = { start: at + key.length, end, newText: value };
          now = applyEdits(now, [change]);
          file = editFile(file, [change]);
          expect(plain(parsedOf(file))).toEqual(plain(parse(now)));
        }
      }),
      { seed: 8, numRuns: 30 },
    );
  });
});

/** With the messages in place, for comparison. */
function plain(parsed: Parsed): Parsed {
  return { ...parsed, trajectories: parsed.trajectories };
}
