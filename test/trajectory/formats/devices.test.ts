import { describe, test } from 'vitest';
import { expectSpans, type Records } from './expectSpans.ts';

interface Case {
  name: string;
  format: string;
  records: Records;
  spans: string[];
}

const line = (step_num: number, more: object): object => ({
  ...{ step_num, action_timestamp: '1@1', reward: 0, done: false, screenshot_file: 'a.png' },
  ...more,
});
const message = (role: string, content: string): object => ({ role_name: 'x', role, content });

const CASES: Case[] = [
  {
    name: 'OSWorld: the action in its response; several actions of one; another episode',
    format: 'device_steps',
    records: {
      lines: [
        line(1, { action: 'click(1)', response: 'I click.\n```python\nclick(1)\n```' }),
        line(2, { action: 'key("a")', response: 'I type.' }),
        line(2, { action: 'key("b")', response: 'I type.' }),
        line(1, { action: { action_type: 'CLICK', x: 1 } }),
      ],
    },
    spans: [
      '0.1 reasoning I click.',
      '0.1 action click(1)',
      '0.2 reasoning I type.',
      '0.2 action key("a")',
      '0.2 action key("b")',
      '1.1 action {"action_type":"CLICK","x":1}',
    ],
  },
  {
    name: 'Mind2Web: steps in words',
    format: 'device_steps',
    records: [
      {
        annotation_id: 'm',
        confirmed_task: 'Book it.',
        action_reprs: ['[link] Flights -> CLICK'],
        actions: [{ operation: { op: 'CLICK' } }],
      },
    ],
    spans: ['0.0 task Book it.', '0.1 action [link] Flights -> CLICK'],
  },
  {
    name: 'GUI-Odyssey',
    format: 'device_steps',
    records: {
      episode_id: 'e',
      task_info: { task: 'x', instruction: 'Search.' },
      steps: [
        {
          ...{ action: 'CLICK', info: [[1, 2]], description: 'The home screen.' },
          ...{ intention: 'Open it.', low_level_instruction: 'Click on A.' },
        },
      ],
    },
    spans: [
      '0.0 task Search.',
      '0.1 observation The home screen.',
      '0.1 reasoning Open it.',
      '0.1 reasoning Click on A.',
      '0.1 action CLICK',
      '0.1 action [[1,2]]',
    ],
  },
  {
    name: 'AndroidControl',
    format: 'device_steps',
    records: {
      goal: 'Open it.',
      actions: [{ action_type: 'open_app', app_name: 'A' }],
      step_instructions: ['Open A.'],
    },
    spans: [
      '0.0 task Open it.',
      '0.1 reasoning Open A.',
      '0.1 action {"action_type":"open_app","app_name":"A"}',
    ],
  },
  {
    name: 'Cline: what the screen shows',
    format: 'cline_screen',
    records: [
      { ts: 1, type: 'say', say: 'text', text: 'List it.' },
      { ts: 2, type: 'say', say: 'api_req_started', text: '{"request":"x"}' },
      { ts: 3, type: 'say', say: 'reasoning', text: 'I list.' },
      { ts: 4, type: 'say', say: 'text', text: 'Looking.' },
      { ts: 5, type: 'ask', ask: 'command', text: 'ls' },
      { ts: 6, type: 'say', say: 'command_output', text: 'a' },
      { ts: 7, type: 'ask', ask: 'tool', text: 'half', partial: true },
      { ts: 8, type: 'say', say: 'completion_result', text: 'One file.' },
      { ts: 9, type: 'ask', ask: 'completion_result', text: '' },
    ],
    spans: [
      '0.0 task List it.',
      '0.1 reasoning I list.',
      '0.1 reasoning Looking.',
      '0.1 action ls',
      '0.1 observation a',
      '0.2 answer One file.',
    ],
  },
  {
    name: 'CAMEL: messages by their number',
    format: 'camel_roles',
    records: {
      lines: [
        {
          id: '7',
          message_1: message('user', 'Instruction: row.'),
          message_2: message('assistant', 'Solution: rowed.'),
          message_10: message('assistant', 'Solution: back.'),
          message_9: message('user', 'Instruction: return.'),
        },
      ],
    },
    spans: [
      '0.0 task Instruction: row.',
      '0.1 answer Solution: rowed.',
      '0.1 task Instruction: return.',
      '0.2 answer Solution: back.',
    ],
  },
];

describe('recordings of devices and screens', () => {
  test.each(CASES)('$name', ({ records, format, spans }) => {
    expectSpans(records, format, spans);
  });
});
