/**
 * Of a dialect and what is compared: the containers in which it is read wrongly with the seeds of the fast test.
 * `npm run generate -- known` takes out what is right by now; nothing is added by hand.
 */
export const KNOWN: Readonly<Record<string, string>> = {
  'chat: prompt and completion / spans': 'list as a string',
  'chat: prompt and completion / messages': 'list as a string',
  'chat: calls written as Qwen3-Coder / incremental': 'record as a string in a column',
  'chat: tool_calls beside Hermes / incremental': 'record as a string in a column',
  'anthropic: user as string / incremental': 'record as a string in a column',
  'mini-swe-agent 1 / spans': 'list as a string',
  'mini-swe-agent 1 / messages': 'list as a string',
  'mini-swe-agent 2 / spans': 'list as a string',
  'mini-swe-agent 2 / messages': 'list as a string',
  'smolagents code / spans': 'list as a string',
  'smolagents code / messages': 'list as a string',
};
