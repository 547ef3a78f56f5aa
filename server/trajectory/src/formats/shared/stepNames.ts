import { perName } from './perName.ts';

export type Part = 'thought' | 'action' | 'input' | 'observation';

/** Names of members, without case and marks between words. */
export const PARTS = new Map<string, Part>([
  ...names('thought', 'thought', 'thoughts', 'reasoning', 'thinking', 'rationale', 'think', 'plan'),
  ...names(
    'action',
    'action',
    'act',
    'command',
    'cmd',
    'toolcall',
    'tool',
    'toolname',
    'actionstr',
  ),
  ...names(
    'input',
    'args',
    'arguments',
    'toolinput',
    'actioninput',
    'toolargs',
    'params',
    'parameters',
    'kwargs',
  ),
  ...names(
    'observation',
    'observation',
    'observations',
    'obs',
    'result',
    'output',
    'response',
    'feedback',
  ),
  ...names('observation', 'tooloutput', 'toolresult', 'toolresponse', 'state', 'environment'),
]);

export const TASKS = new Set([
  ...['task', 'taskdescription', 'question', 'instruction', 'goal', 'objective', 'prompt', 'query'],
  ...['problem', 'problemstatement', 'intent', 'usertask'],
]);

export const ANSWERS = new Set(['answer', 'finalanswer', 'finalresponse', 'finaloutput']);
/** What leads to the answer. */
export const CONCLUSIONS = new Set(['reasoning', 'rationale']);

/** A picture of what the agent acts on: the step's screen. */
export const SCREENS = new Set([
  ...['screenshot', 'screenshotpath', 'screenshotfile', 'image', 'imagepath', 'imageurl'],
  ...['img', 'imgpath', 'imgurl'],
]);

function names(part: Part, ...keys: string[]): [string, Part][] {
  return keys.map((key) => [key, part]);
}

export const plain = perName((key) =>
  key
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .replace(/text$/, ''),
);
