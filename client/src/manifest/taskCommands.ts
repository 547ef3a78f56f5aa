/** Commands of the program that run as tasks: with a terminal that shows how they come along, and ends them. */
export const TASK_COMMANDS = [
  'train',
  'check',
  'resume',
  'eval',
  'play',
  'score',
  'merge',
  'tokenizer',
  'setup',
  'teacher',
  'jobs',
  'quickstart',
] as const;
