/**
 * Of a dialect and what is compared: the containers in which it is read wrongly with the seeds of the fast test.
 * `npm run generate -- known` takes out what is right by now; nothing is added by hand.
 */
export const KNOWN: Readonly<Record<string, string>> = {
  'chat: bare list / format': 'lines after a banner | lines, the first cut at its head',
  'chat: bare list / spans':
    'lines after a banner | lines, the first cut at its head | lines, the first cut at its end',
  'chat: bare list / messages':
    'lines after a banner | lines, the first cut at its head | lines, the first cut at its end',
  'chat: prompt and completion / spans': 'list as a string',
  'chat: prompt and completion / messages': 'list as a string',
  'chat: thinking in a thinking part / tools':
    'document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: calls written as Qwen3-Coder / incremental': 'record as a string in a column',
  'chat: tool_calls beside Hermes / incremental': 'record as a string in a column',
  'anthropic: user as string / incremental': 'record as a string in a column',
  'anthropic: bare list / format':
    'lines after a banner | lines, the first cut at its head | by id, one level down | record in a column | record as a string in a column',
  'anthropic: bare list / spans':
    'lines after a banner | lines, the first cut at its head | lines, the first cut at its end',
  'anthropic: bare list / messages':
    'lines after a banner | lines, the first cut at its head | lines, the first cut at its end',
  'anthropic: one message a line / format': 'list under events | list under Zq_7',
  'gemini: bare contents / format': 'lines after a banner | lines, the first cut at its head',
  'gemini: bare contents / spans':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | record in a column | record as a string in a column | list as a string | array of strings',
  'gemini: bare contents / messages':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | record in a column | record as a string in a column | list as a string | array of strings',
  'responses: bare items / format':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'responses: bare items / spans':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'responses: bare items / messages':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'responses: one item a line / format': 'list under events | list under Zq_7',
  'responses: one item a line / spans': 'list under events | list under Zq_7',
  'responses: one item a line / messages': 'list under events | list under Zq_7',
  'sharegpt: in tags / spans':
    'array | lines, the first cut at its head | by id | list under data | list under trajectories | list under logs | list under conversations | list under items | list under Zq_7 | record in a column | record as a string in a column | array of strings',
  'sharegpt: in tags / messages':
    'document | pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'codex rollout / spans': 'byte order mark | array | extra keys | list under events',
  'mini-swe-agent 1 / spans': 'list as a string',
  'mini-swe-agent 1 / messages': 'list as a string',
  'mini-swe-agent 2 / spans': 'list as a string',
  'mini-swe-agent 2 / messages': 'list as a string',
  'nebius rows / spans': 'all',
  'nebius rows / messages': 'all',
  'labelled chat: messages / spans': 'list under trajectories',
  'labelled chat: traj / spans': 'lines, the first cut at its end | list under logs',
  'smolagents code / spans': 'list as a string',
  'smolagents code / messages': 'list as a string',
  'inspect log / format': 'lines, the first cut at its head',
  'inspect log / spans': 'lines, the first cut at its head',
  'inspect log / messages': 'lines, the first cut at its head',
  'step records under trajectory / spans':
    'document | pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record as a string in a column | list as a string | array of strings',
  'step records under trajectory / messages':
    'document | pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record as a string in a column | list as a string | array of strings',
  'react: numbered / format': 'lines of strings',
  'react: numbered / spans': 'lines of strings',
  'react: numbered / messages': 'lines of strings',
  'react: plain / format': 'lines of strings',
  'react: plain / spans': 'lines of strings',
  'react: plain / messages': 'lines of strings',
  'react: task as head / format': 'lines of strings',
  'react: task as head / spans': 'lines of strings',
  'react: task as head / messages': 'lines of strings',
  'react: labels on lines of their own / format': 'lines of strings',
  'react: labels on lines of their own / spans': 'lines of strings',
  'react: labels on lines of their own / messages': 'lines of strings',
  'react: bold / format': 'lines of strings',
  'react: bold / spans': 'lines of strings',
  'react: bold / messages': 'lines of strings',
  'react: bold, colon outside / format': 'lines of strings',
  'react: bold, colon outside / spans': 'lines of strings',
  'react: bold, colon outside / messages': 'lines of strings',
  'react: headings / format': 'lines of strings',
  'react: headings / spans': 'lines of strings',
  'react: headings / messages': 'lines of strings',
  'react: blank before the colon / format': 'lines of strings',
  'react: blank before the colon / spans': 'lines of strings',
  'react: blank before the colon / messages': 'lines of strings',
  'react: wide colon / format': 'lines of strings',
  'react: wide colon / spans': 'lines of strings',
  'react: wide colon / messages': 'lines of strings',
  'react: observation on the line of the action / format': 'lines of strings',
  'react: observation on the line of the action / spans': 'lines of strings',
  'react: observation on the line of the action / messages': 'lines of strings',
  'react: action input and final answer / format': 'lines of strings',
  'react: action input and final answer / spans': 'lines of strings',
  'react: action input and final answer / messages': 'lines of strings',
  'alfworld / format': 'lines of strings',
  'alfworld / spans': 'lines of strings',
  'webshop / spans': 'lines of strings',
  'langchain console / format': 'lines of strings',
  'langchain console / spans': 'lines of strings',
  'trace: Langfuse / spans': 'list as a string',
  'trace: Langfuse / messages': 'list as a string',
};
