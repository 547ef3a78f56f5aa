import type { Format } from './format.ts';
import { readReact } from './react/readReact.ts';
import { reactText } from './reactText.ts';

/** ReAct text in the strings of a JSON file: a column, prompt and completion, or prompts by name. */
export const reactJson: Format = {
  id: 'react_json',
  title: 'ReAct text in JSON strings',
  detect: (probe) => (probe.inString ? reactText.detect(probe) : null),
  text: readReact,
  ...(reactText.demonstrations && { demonstrations: reactText.demonstrations }),
};
