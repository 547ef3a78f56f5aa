/**
 * Of a dialect and what is compared: the containers in which it is read wrongly with the seeds of the fast test.
 * `npm run generate -- known` takes out what is right by now; nothing is added by hand.
 */
export const KNOWN: Readonly<Record<string, string>> = {
  'chat: tool_calls / format': 'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls / spans':
    'pretty array | lines | one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: tool_calls / messages':
    'one line | lines after a banner | lines, the first cut at its head | list under trajectories | list under Zq_7 | record as a string in a column | array of strings',
  'chat: tool_calls / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: arguments as objects / format': 'lines after a banner | lines, the first cut at its head',
  'chat: arguments as objects / spans':
    'document | array | one line | lines with CRLF | lines after a banner | lines, the first cut at its head | by id | by id, one level down | list under data | list under traj | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: arguments as objects / messages':
    'array | one line | lines after a banner | lines, the first cut at its head | by id, one level down | list under traj | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column',
  'chat: arguments as objects / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: flat calls / format': 'lines after a banner | lines, the first cut at its head',
  'chat: flat calls / spans':
    'document | pretty array | byte order mark | lines after a banner | lines, the first cut at its head | lines with extra columns | by id | by id, one level down | list under traj | list under trajectories | list under conversations | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: flat calls / messages':
    'document | lines after a banner | lines, the first cut at its head | by id | list under traj | list under conversations | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: flat calls / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: flat calls, objects / format': 'lines after a banner | lines, the first cut at its head',
  'chat: flat calls, objects / spans':
    'document | pretty array | one line | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string',
  'chat: flat calls, objects / messages':
    'document | pretty array | lines after a banner | lines, the first cut at its head | lines with extra columns | record as a string in a column',
  'chat: flat calls, objects / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: calls as a string / format': 'lines after a banner | lines, the first cut at its head',
  'chat: calls as a string / spans':
    'pretty document | pretty array | lines | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | shuffled keys | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | list as a string',
  'chat: calls as a string / messages':
    'lines | lines with CRLF | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | shuffled keys | list under results | record in a column',
  'chat: calls as a string / tools':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: function_call / format': 'lines after a banner | lines, the first cut at its head',
  'chat: function_call / spans':
    'document | pretty document | array | lines | lines with CRLF | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | document with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under logs | list under conversations | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: function_call / messages':
    'array | lines with CRLF | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | shuffled keys | by id | record as a string in a column | list as a string',
  'chat: function_call / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: parts / format': 'lines after a banner | lines, the first cut at its head',
  'chat: parts / spans':
    'document | pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under results | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: parts / messages':
    'document | pretty document | array | lines | one line | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | list under data | list under traj | list under logs | record in a column',
  'chat: parts / tools': 'lines after a banner | lines, the first cut at its head',
  'chat: text and calls apart / format': 'lines after a banner | lines, the first cut at its head',
  'chat: text and calls apart / spans':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under conversations | list under items | record in a column | record as a string in a column',
  'chat: text and calls apart / messages':
    'lines | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under conversations | list under items | record in a column | record as a string in a column',
  'chat: text and calls apart / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: developer, role names in other spellings / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: developer, role names in other spellings / spans':
    'pretty document | array | lines | lines with CRLF | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | shuffled keys | by id | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | array of strings',
  'chat: developer, role names in other spellings / messages':
    'lines | lines after a banner | lines, the first cut at its head | list under trajectories | list under conversations | list under results | record in a column | record as a string in a column',
  'chat: developer, role names in other spellings / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: bare list / format': 'lines after a banner | lines, the first cut at its head',
  'chat: bare list / spans':
    'array | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id | by id, one level down | list under trajectories | list under conversations | list under items | list under results | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: bare list / messages':
    'array | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | record in a column | record as a string in a column | list as a string',
  'chat: conversations / format': 'lines after a banner | lines, the first cut at its head',
  'chat: conversations / spans':
    'pretty document | array | pretty array | lines | one line | lines with CRLF | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id | list under data | list under traj | list under trajectories | list under logs | list under results | record in a column | record as a string in a column | list as a string',
  'chat: conversations / messages':
    'pretty document | lines with CRLF | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | record in a column | record as a string in a column | list as a string',
  'chat: conversations / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: traj / format': 'lines after a banner | lines, the first cut at its head',
  'chat: traj / spans':
    'pretty document | array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under traj | list under logs | list under conversations | list under items | list under results | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: traj / messages':
    'pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | list under traj | list under items | record in a column | record as a string in a column',
  'chat: prompt and completion / format': 'lines after a banner | lines, the first cut at its head',
  'chat: prompt and completion / spans':
    'document | array | lines | lines with CRLF | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id | by id, one level down | list under logs | list under conversations | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: prompt and completion / messages':
    'lines after a banner | lines, the first cut at its head | lines with extra columns | list under conversations | list under Zq_7 | record in a column | record as a string in a column | list as a string',
  'chat: prompt and completion / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: logged request / format': 'lines after a banner | lines, the first cut at its head',
  'chat: logged request / spans':
    'document | pretty document | array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id, one level down | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: logged request / messages':
    'pretty document | lines with CRLF | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | list under items | list under results | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: logged request / tools':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: thinking in reasoning_content / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: thinking in reasoning_content / spans':
    'pretty array | lines | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | list under data | list under traj | list under results | record in a column | record as a string in a column | list as a string',
  'chat: thinking in reasoning_content / messages':
    'pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | list under traj | record in a column | record as a string in a column',
  'chat: thinking in reasoning_content / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in reasoning / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in reasoning / spans':
    'pretty document | pretty array | lines | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id | by id, one level down | list under data | list under traj | list under conversations | list under items | list under results | list under Zq_7 | record in a column | list as a string | array of strings',
  'chat: thinking in reasoning / messages':
    'lines | lines after a banner | lines, the first cut at its head | by id, one level down | list under data | record in a column | list as a string | array of strings',
  'chat: thinking in reasoning / tools':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: thinking in thinking / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in thinking / spans':
    'array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under items | list under results | record in a column | record as a string in a column | list as a string',
  'chat: thinking in thinking / messages':
    'lines | lines after a banner | lines, the first cut at its head | lines with extra columns | shuffled keys | list under data | list under trajectories | list under results | record in a column | record as a string in a column',
  'chat: thinking in thinking / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in tag / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in tag / spans':
    'document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under data | list under trajectories | list under logs | list under conversations | list under results | list under Zq_7 | record as a string in a column | array of strings',
  'chat: thinking in tag / messages':
    'document | array | lines | pretty values one after the other | lines after a banner | lines, the first cut at its head | list under conversations',
  'chat: thinking in tag / tools': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in details / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in details / spans':
    'pretty document | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under logs | list under conversations | list under items | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: thinking in details / messages':
    'pretty document | lines with CRLF | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | list under logs | list under conversations | list under items | record in a column | record as a string in a column | array of strings',
  'chat: thinking in details / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in both details / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: thinking in both details / spans':
    'document | pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | list under trajectories | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: thinking in both details / messages':
    'lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | list under results | record in a column | record as a string in a column | list as a string',
  'chat: thinking in both details / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in a part / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in a part / spans':
    'array | pretty array | lines | one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under Zq_7 | record as a string in a column | array of strings',
  'chat: thinking in a part / messages':
    'array | lines | lines after a banner | lines, the first cut at its head | by id, one level down | list under data | list under traj | list under Zq_7 | record as a string in a column',
  'chat: thinking in a part / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: thinking in a thinking part / spans':
    'array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id | by id, one level down | list under traj | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column',
  'chat: thinking in a thinking part / messages':
    'array | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | list under traj | list under conversations | list under Zq_7 | record in a column',
  'chat: thinking in a thinking part / tools': 'all',
  'chat: user says tool_response / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: user says tool_response / spans':
    'pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id | by id, one level down | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under Zq_7 | record in a column | record as a string in a column | list as a string',
  'chat: user says tool_response / messages':
    'pretty document | array | pretty array | lines | one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | by id, one level down | list under traj | list under trajectories | list under Zq_7 | record in a column | record as a string in a column | list as a string',
  'chat: user says tool_response / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: user says OBSERVATION / format': 'lines after a banner | lines, the first cut at its head',
  'chat: user says OBSERVATION / spans':
    'document | pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id | list under traj | list under trajectories | list under conversations | list under results | record in a column | record as a string in a column',
  'chat: user says OBSERVATION / messages':
    'document | pretty document | array | one line | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | shuffled keys | record in a column | record as a string in a column',
  'chat: user says OBSERVATION / tools':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: user says EXECUTION RESULT / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: user says EXECUTION RESULT / spans':
    'document | pretty document | array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: user says EXECUTION RESULT / messages':
    'document | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | shuffled keys | list under traj | list under trajectories | list under conversations | list under results | record in a column | record as a string in a column',
  'chat: user says EXECUTION RESULT / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Hermes / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Hermes / spans':
    'document | array | pretty array | lines | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id | list under traj | list under trajectories | list under items | list under results | list under Zq_7 | record in a column',
  'chat: calls written as Hermes / messages':
    'array | pretty array | lines | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | list under items | list under results | record in a column',
  'chat: calls written as Hermes / tools':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Qwen3-Coder / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Qwen3-Coder / spans':
    'pretty document | array | pretty array | lines | one line | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id | by id, one level down | list under data | list under traj | list under logs | list under conversations | list under items | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: calls written as Qwen3-Coder / messages': 'all',
  'chat: calls written as Qwen3-Coder / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as SWE-smith XML / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as SWE-smith XML / spans': 'all',
  'chat: calls written as SWE-smith XML / messages': 'all',
  'chat: calls written as SWE-smith XML / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as GLM-4.5 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as GLM-4.5 / spans': 'all',
  'chat: calls written as GLM-4.5 / messages': 'all',
  'chat: calls written as GLM-4.5 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Kimi K2 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Kimi K2 / spans': 'all',
  'chat: calls written as Kimi K2 / messages': 'all',
  'chat: calls written as Kimi K2 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as MiniMax M1 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as MiniMax M1 / spans': 'all',
  'chat: calls written as MiniMax M1 / messages': 'all',
  'chat: calls written as MiniMax M1 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as MiniMax M2 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as MiniMax M2 / spans': 'all',
  'chat: calls written as MiniMax M2 / messages': 'all',
  'chat: calls written as MiniMax M2 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as DeepSeek V3 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as DeepSeek V3 / spans': 'all',
  'chat: calls written as DeepSeek V3 / messages': 'all',
  'chat: calls written as DeepSeek V3 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as DeepSeek V3.1 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as DeepSeek V3.1 / spans': 'all',
  'chat: calls written as DeepSeek V3.1 / messages': 'all',
  'chat: calls written as DeepSeek V3.1 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: calls written as Mistral list / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Mistral list / spans': 'all',
  'chat: calls written as Mistral list / messages': 'all',
  'chat: calls written as Mistral list / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Mistral args / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Mistral args / spans': 'all',
  'chat: calls written as Mistral args / messages': 'all',
  'chat: calls written as Mistral args / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Llama python_tag / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Llama python_tag / spans': 'all',
  'chat: calls written as Llama python_tag / messages': 'all',
  'chat: calls written as Llama python_tag / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Anthropic invoke / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Anthropic invoke / spans': 'all',
  'chat: calls written as Anthropic invoke / messages': 'all',
  'chat: calls written as Anthropic invoke / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Granite list / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Granite list / spans': 'all',
  'chat: calls written as Granite list / messages': 'all',
  'chat: calls written as Granite list / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Nemotron TOOLCALL / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Nemotron TOOLCALL / spans':
    'pretty document | array | pretty array | lines | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id, one level down | list under data | list under traj | list under trajectories | list under items | list under results | list under Zq_7 | record as a string in a column | list as a string',
  'chat: calls written as Nemotron TOOLCALL / messages':
    'array | pretty array | lines | lines with CRLF | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id, one level down | list under results | record as a string in a column',
  'chat: calls written as Nemotron TOOLCALL / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls beside Hermes / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Hermes / spans':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id, one level down | list under data | list under trajectories | list under items | list under Zq_7 | record in a column | record as a string in a column',
  'chat: tool_calls beside Hermes / messages':
    'array | pretty array | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | list under data',
  'chat: tool_calls beside Hermes / tools':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Qwen3-Coder / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Qwen3-Coder / spans':
    'document | pretty document | array | pretty array | lines | one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | by id | by id, one level down | list under data | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | array of strings',
  'chat: tool_calls beside Qwen3-Coder / messages':
    'lines | one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | document with extra columns | list under conversations | record in a column | record as a string in a column | array of strings',
  'chat: tool_calls beside Qwen3-Coder / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside SWE-smith XML / format': 'lines after a banner',
  'chat: tool_calls beside SWE-smith XML / spans':
    'pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | lines after a banner | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id, one level down | list under traj | list under trajectories | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column',
  'chat: tool_calls beside SWE-smith XML / messages':
    'pretty array | lines | one line | lines after a banner | by id, one level down | list under Zq_7 | record in a column | record as a string in a column',
  'chat: tool_calls beside SWE-smith XML / tools':
    'lines after a banner | record in a column | record as a string in a column',
  'chat: tool_calls beside GLM-4.5 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside GLM-4.5 / spans':
    'array | pretty array | lines | one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: tool_calls beside GLM-4.5 / messages':
    'array | pretty values one after the other | lines after a banner | lines, the first cut at its head | by id | record in a column | record as a string in a column | list as a string',
  'chat: tool_calls beside GLM-4.5 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside GLM-4.5 / incremental': 'record as a string in a column',
  'chat: tool_calls beside Kimi K2 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Kimi K2 / spans': 'all',
  'chat: tool_calls beside Kimi K2 / messages':
    'pretty array | byte order mark | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | list under items | list under Zq_7 | record as a string in a column',
  'chat: tool_calls beside Kimi K2 / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls beside MiniMax M1 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside MiniMax M1 / spans': 'all',
  'chat: tool_calls beside MiniMax M1 / messages':
    'pretty document | lines after a banner | lines, the first cut at its head | list under data | list under logs | list under Zq_7 | record in a column | record as a string in a column',
  'chat: tool_calls beside MiniMax M1 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside MiniMax M2 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside MiniMax M2 / spans': 'all',
  'chat: tool_calls beside MiniMax M2 / messages':
    'lines | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | list under logs | list under results | record as a string in a column',
  'chat: tool_calls beside MiniMax M2 / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls beside DeepSeek V3 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside DeepSeek V3 / spans': 'all',
  'chat: tool_calls beside DeepSeek V3 / messages':
    'array | pretty array | one line | lines with CRLF | lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside DeepSeek V3 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside DeepSeek V3.1 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside DeepSeek V3.1 / spans': 'all',
  'chat: tool_calls beside DeepSeek V3.1 / messages':
    'pretty document | lines | one line | pretty values one after the other | lines after a banner | lines, the first cut at its head | shuffled keys | list under data | list under trajectories | record in a column | record as a string in a column',
  'chat: tool_calls beside DeepSeek V3.1 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Mistral list / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Mistral list / spans': 'all',
  'chat: tool_calls beside Mistral list / messages':
    'lines with CRLF | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | by id, one level down | list under data | record in a column | record as a string in a column',
  'chat: tool_calls beside Mistral list / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Mistral args / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Mistral args / spans': 'all',
  'chat: tool_calls beside Mistral args / messages':
    'one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id | list under trajectories | list under logs | record as a string in a column',
  'chat: tool_calls beside Mistral args / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls beside Llama python_tag / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Llama python_tag / spans': 'all',
  'chat: tool_calls beside Llama python_tag / messages':
    'lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | list under trajectories | record in a column | record as a string in a column',
  'chat: tool_calls beside Llama python_tag / tools':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: tool_calls beside Anthropic invoke / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Anthropic invoke / spans': 'all',
  'chat: tool_calls beside Anthropic invoke / messages':
    'array | one line | lines with CRLF | byte order mark | lines after a banner | lines, the first cut at its head | document with extra columns | list under data | list under logs | list under results | record in a column | record as a string in a column',
  'chat: tool_calls beside Anthropic invoke / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Granite list / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Granite list / spans': 'all',
  'chat: tool_calls beside Granite list / messages':
    'lines after a banner | lines, the first cut at its head | lines with extra columns | by id | list under logs | list under items | record in a column | record as a string in a column',
  'chat: tool_calls beside Granite list / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Nemotron TOOLCALL / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Nemotron TOOLCALL / spans':
    'pretty document | array | pretty array | lines | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id, one level down | list under trajectories | list under items | list under results | record in a column | record as a string in a column | array of strings',
  'chat: tool_calls beside Nemotron TOOLCALL / messages':
    'pretty array | pretty values one after the other | lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Nemotron TOOLCALL / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: one message a line / format': 'lines after a banner',
  'chat: one message a line / spans':
    'lines | lines without an end | byte order mark | lines after a banner | blank lines between | array | shuffled keys | list under Zq_7',
  'chat: one message a line / messages': 'lines after a banner | list under Zq_7',
  'chat: LLaMA-Factory parts / format': 'lines after a banner | lines, the first cut at its head',
  'chat: LLaMA-Factory parts / spans':
    'document | array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id | by id, one level down | list under data | list under traj | list under logs | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: LLaMA-Factory parts / messages':
    'document | array | pretty array | lines | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | by id, one level down | list under logs | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | array of strings',
  'anthropic: user as blocks / spans':
    'pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column',
  'anthropic: user as blocks / messages':
    'pretty document | array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | shuffled keys | list under traj | list under trajectories | list under conversations | list under items | list under Zq_7 | record in a column | record as a string in a column',
  'anthropic: user as string / spans':
    'document | pretty document | pretty array | lines | one line | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | document with extra columns | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record as a string in a column | list as a string',
  'anthropic: user as string / messages':
    'pretty document | pretty array | lines | one line | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | by id, one level down | list under conversations | list under items | list under Zq_7 | record as a string in a column | list as a string',
  'anthropic: user as string / incremental': 'record as a string in a column',
  'anthropic: bare list / format':
    'lines after a banner | lines, the first cut at its head | by id, one level down | record in a column | record as a string in a column',
  'anthropic: bare list / spans':
    'document | array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under Zq_7 | record in a column | record as a string in a column | array of strings',
  'anthropic: bare list / messages':
    'array | pretty array | lines | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under conversations | list under items | list under Zq_7 | record in a column | array of strings',
  'anthropic: one message a line / format':
    'lines after a banner | list under events | list under Zq_7',
  'anthropic: one message a line / spans':
    'lines | lines without an end | lines with CRLF | byte order mark | lines after a banner | pretty array | shuffled keys | extra keys | list under events | list under Zq_7',
  'anthropic: one message a line / messages':
    'lines | lines without an end | lines with CRLF | byte order mark | lines after a banner | pretty array | list under Zq_7',
  'gemini: results of role user / format':
    'lines after a banner | lines, the first cut at its head',
  'gemini: results of role user / spans':
    'pretty document | array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id, one level down | list under data | list under conversations | list under results | list under Zq_7 | record in a column | list as a string | array of strings',
  'gemini: results of role user / messages':
    'array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | by id, one level down | list under data | list under conversations | list under results | list under Zq_7 | record in a column | list as a string | array of strings',
  'gemini: results of role function / format':
    'lines after a banner | lines, the first cut at its head',
  'gemini: results of role function / spans':
    'pretty document | array | pretty array | one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under trajectories | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'gemini: results of role function / messages':
    'pretty document | array | pretty array | one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | shuffled keys | by id | by id, one level down | list under trajectories | list under conversations | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'gemini: bare contents / format': 'lines after a banner | lines, the first cut at its head',
  'gemini: bare contents / spans':
    'document | pretty document | array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'gemini: bare contents / messages':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'responses: input / format': 'lines after a banner | lines, the first cut at its head',
  'responses: input / spans':
    'document | array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record as a string in a column | list as a string | array of strings',
  'responses: input / messages':
    'lines | one line | lines with CRLF | lines after a banner | lines, the first cut at its head | by id, one level down | list under data | list under trajectories | list under conversations | list under results | list under Zq_7 | record as a string in a column | list as a string',
  'responses: bare items / format':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'responses: bare items / spans':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'responses: bare items / messages':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'responses: one item a line / format':
    'lines after a banner | list under events | list under Zq_7',
  'responses: one item a line / spans':
    'lines without an end | lines with CRLF | lines after a banner | pretty array | extra keys | list under events | list under Zq_7',
  'responses: one item a line / messages':
    'lines without an end | lines with CRLF | lines after a banner | pretty array | extra keys | list under events | list under Zq_7',
  'sharegpt: human and gpt / format': 'lines after a banner | lines, the first cut at its head',
  'sharegpt: human and gpt / spans':
    'document | pretty document | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'sharegpt: human and gpt / messages':
    'pretty array | lines with CRLF | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | by id, one level down | list under data | list under traj | list under trajectories | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'sharegpt: user and assistant / format':
    'lines after a banner | lines, the first cut at its head',
  'sharegpt: user and assistant / spans':
    'document | pretty document | array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | list under data | list under traj | list under items | record in a column | record as a string in a column | list as a string | array of strings',
  'sharegpt: user and assistant / messages':
    'lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | list under data | list under traj | list under items | record in a column | record as a string in a column | list as a string',
  'sharegpt: system as a message / format':
    'lines after a banner | lines, the first cut at its head',
  'sharegpt: system as a message / spans':
    'document | array | pretty array | one line | lines with CRLF | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under traj | list under trajectories | list under logs | list under conversations | list under items | record as a string in a column | array of strings',
  'sharegpt: system as a message / messages':
    'pretty array | one line | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | shuffled keys | by id | by id, one level down | list under traj | list under trajectories | list under logs | list under items | record as a string in a column | array of strings',
  'sharegpt: in tags / format': 'lines after a banner | lines, the first cut at its head',
  'sharegpt: in tags / spans': 'all',
  'sharegpt: in tags / messages':
    'document | pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'codex rollout / format': 'lines after a banner',
  'codex rollout / spans':
    'lines | lines without an end | lines with CRLF | byte order mark | lines after a banner | array | shuffled keys | extra keys | list under events',
  'codex rollout / messages': 'lines after a banner | shuffled keys',
  'claude code / format': 'lines after a banner',
  'claude code / spans':
    'lines | lines with CRLF | byte order mark | lines after a banner | array | shuffled keys | list under events | list under Zq_7',
  'claude code / messages':
    'lines | lines with CRLF | byte order mark | lines after a banner | array | shuffled keys | list under events | list under Zq_7',
  'copilot cli / format': 'lines after a banner',
  'copilot cli / spans':
    'lines after a banner | array | pretty array | list under events | list under Zq_7',
  'copilot cli / messages': 'lines after a banner | list under events',
  'pi / format': 'lines after a banner',
  'pi / spans':
    'lines with CRLF | lines after a banner | array | pretty array | shuffled keys | list under events',
  'pi / messages': 'lines after a banner | shuffled keys | list under events',
  'kimi wire / format': 'lines after a banner',
  'kimi wire / spans':
    'lines without an end | lines with CRLF | byte order mark | lines after a banner | shuffled keys | extra keys | list under Zq_7',
  'kimi wire / messages': 'lines after a banner | shuffled keys | extra keys',
  'cursor transcript / format': 'lines after a banner',
  'cursor transcript / spans': 'all',
  'mini-swe-agent 1 / format':
    'lines after a banner | lines, the first cut at its head | lines, the first cut at its end',
  'mini-swe-agent 1 / spans':
    'array | pretty array | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | shuffled keys | record in a column | record as a string in a column | list as a string',
  'mini-swe-agent 1 / messages':
    'array | pretty array | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | shuffled keys | record in a column | record as a string in a column | list as a string',
  'mini-swe-agent 1, rows without its mark / format':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'mini-swe-agent 1, rows without its mark / spans':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'mini-swe-agent 1, rows without its mark / messages':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'mini-swe-agent 2 / format':
    'lines after a banner | lines, the first cut at its head | lines, the first cut at its end',
  'mini-swe-agent 2 / spans':
    'array | pretty array | lines with CRLF | byte order mark | lines after a banner | lines, the first cut at its head | shuffled keys | by id | list under traj | list under conversations | list under Zq_7 | record as a string in a column | list as a string | array of strings',
  'mini-swe-agent 2 / messages':
    'array | pretty array | lines after a banner | lines, the first cut at its head | shuffled keys | list under conversations | record as a string in a column | list as a string',
  'swe-agent traj / format': 'lines after a banner | lines, the first cut at its head',
  'swe-agent traj / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'swe-agent traj / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'nebius rows / format': 'all',
  'nebius rows / spans': 'all',
  'nebius rows / messages': 'all',
  'labelled chat: AgentInstruct / format':
    'lines after a banner | lines, the first cut at its head',
  'labelled chat: AgentInstruct / spans':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'labelled chat: AgentInstruct / messages':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'labelled chat: messages / format': 'lines after a banner | lines, the first cut at its head',
  'labelled chat: messages / spans': 'lines after a banner | lines, the first cut at its head',
  'labelled chat: messages / messages': 'lines after a banner | lines, the first cut at its head',
  'labelled chat: traj / format': 'all',
  'labelled chat: traj / spans': 'all',
  'labelled chat: traj / messages':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'adp / format': 'lines after a banner | lines, the first cut at its head',
  'adp / spans':
    'array | pretty array | lines | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | by id, one level down | list under logs | list under items | list under results | list under Zq_7 | record as a string in a column | list as a string',
  'adp / messages':
    'array | pretty array | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | by id, one level down | list under logs | list under results | list under Zq_7 | record as a string in a column | list as a string',
  'atif / format': 'lines after a banner | lines, the first cut at its head',
  'atif / spans':
    'pretty document | array | lines | lines with CRLF | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'atif / messages':
    'lines after a banner | lines, the first cut at its head | lines, the first cut at its end | record in a column | array of strings',
  'smolagents code / format': 'lines after a banner | lines, the first cut at its head',
  'smolagents code / spans':
    'array | pretty array | lines | one line | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | list under trajectories | list under logs | list under results | record in a column | record as a string in a column | list as a string',
  'smolagents code / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column | list as a string',
  'inspect log / format': 'lines after a banner | lines, the first cut at its head',
  'inspect log / spans':
    'document | pretty document | array | pretty array | lines | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id, one level down | list under data | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | array of strings',
  'inspect log / messages':
    'array | pretty array | lines | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | by id, one level down | list under trajectories | list under results | list under Zq_7 | record in a column | array of strings',
  'intercode / format': 'lines after a banner | lines, the first cut at its head',
  'intercode / spans': 'lines after a banner | lines, the first cut at its head',
  'intercode / messages': 'lines after a banner | lines, the first cut at its head',
  'step records under steps / spans': 'all',
  'step records under steps / messages': 'all',
  'step records under trajectory / spans': 'all',
  'step records under trajectory / messages': 'all',
  'step records under history / spans': 'all',
  'step records under history / messages': 'all',
  'step records, one a line / spans': 'all',
  'openhands 0: events / format': 'lines after a banner',
  'openhands 0: events / spans': 'lines after a banner',
  'openhands 0: events / messages': 'lines after a banner',
  'openhands 0: history / format': 'lines after a banner | lines, the first cut at its head',
  'openhands 0: history / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'openhands 0: history / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'openhands 0: events without model calls / format': 'lines after a banner',
  'openhands 0: events without model calls / spans': 'lines after a banner',
  'openhands 0: events without model calls / messages': 'lines after a banner',
  'openhands 1: events / format': 'lines after a banner',
  'openhands 1: events / spans':
    'lines | lines without an end | lines with CRLF | byte order mark | lines after a banner | blank lines between | pretty array | shuffled keys | list under events | list under Zq_7',
  'openhands 1: events / messages': 'lines after a banner | pretty array',
  'openhands 1: list / format': 'lines after a banner | lines, the first cut at its head',
  'openhands 1: list / spans':
    'document | pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'openhands 1: list / messages':
    'array | byte order mark | lines after a banner | lines, the first cut at its head | lines with extra columns | by id, one level down | list under conversations | list under results | record in a column',
  'react: numbered / format': 'lines of strings',
  'react: numbered / spans':
    'byte order mark | rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | lines of strings',
  'react: numbered / messages':
    'byte order mark | rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | rows with prompt completion | rows with input output | rows with question response | lines of strings',
  'react: plain / format': 'lines of strings',
  'react: plain / spans':
    'byte order mark | rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | lines of strings',
  'react: plain / messages':
    'byte order mark | rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | rows with prompt completion | rows with input output | rows with question response | lines of strings',
  'react: task as head / format': 'lines of strings',
  'react: task as head / spans':
    'byte order mark | rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | lines of strings',
  'react: task as head / messages':
    'byte order mark | rows with text | rows with traj | rows with prompt | rows with content | rows with Zq_7 | rows with prompt completion | rows with input output | rows with question response | lines of strings',
  'react: labels on lines of their own / format': 'lines of strings',
  'react: labels on lines of their own / spans':
    'byte order mark | rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | lines of strings',
  'react: labels on lines of their own / messages':
    'byte order mark | rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | rows with prompt completion | rows with input output | rows with question response | lines of strings',
  'react: bold / format':
    'text | several in a text | text with CRLF | byte order mark | blank lines around | strings by name, one level down | list of strings under data | lines of strings',
  'react: bold / spans': 'all',
  'react: bold / messages': 'all',
  'react: bold, colon outside / format':
    'text | several in a text | text with CRLF | byte order mark | blank lines around | rows with traj | document with text | rows with prompt completion | rows with question response | strings by name, one level down | list of strings | list of strings under data | lines of strings',
  'react: bold, colon outside / spans': 'all',
  'react: bold, colon outside / messages': 'all',
  'react: headings / format':
    'text | several in a text | text with CRLF | byte order mark | blank lines around | strings by name, one level down | list of strings under data | lines of strings',
  'react: headings / spans': 'all',
  'react: headings / messages': 'all',
  'react: blank before the colon / format':
    'text | several in a text | text with CRLF | byte order mark | blank lines around | rows with traj | rows with content | rows with Zq_7 | document with text | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data | lines of strings',
  'react: blank before the colon / spans': 'all',
  'react: blank before the colon / messages': 'all',
  'react: wide colon / format':
    'text | several in a text | text with CRLF | byte order mark | blank lines around | rows with text | rows with traj | rows with prompt | rows with content | document with text | rows with prompt completion | strings by name | strings by name, one level down | list of strings | list of strings under data | lines of strings',
  'react: wide colon / spans': 'all',
  'react: wide colon / messages': 'all',
  'react: observation on the line of the action / format': 'lines of strings',
  'react: observation on the line of the action / spans': 'all',
  'react: observation on the line of the action / messages': 'all',
  'react: action input and final answer / format': 'lines of strings',
  'react: action input and final answer / spans':
    'byte order mark | rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | lines of strings',
  'react: action input and final answer / messages':
    'byte order mark | rows with text | rows with trajectory | rows with traj | rows with prompt | rows with Zq_7 | rows with prompt completion | rows with input output | rows with question response | lines of strings',
  'alfworld / format': 'lines of strings',
  'alfworld / spans': 'byte order mark | lines of strings',
  'webshop / format':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'webshop / spans':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data | lines of strings',
  'langchain console / format':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data | lines of strings',
  'langchain console / spans':
    'text | several in a text | text with CRLF | blank lines around | rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data | lines of strings',
  'template: Qwen3 / incremental': 'rows with Zq_7 | rows with prompt completion',
  'template: Qwen3-Coder / messages': 'all',
  'template: Qwen3-Coder / incremental': 'rows with Zq_7',
  'template: Hermes ChatML with a tool role / spans': 'all',
  'template: Hermes ChatML with a tool role / incremental': 'rows with content',
  'template: Llama 3.1 / format':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: Llama 3.1 / spans': 'all',
  'template: Llama 3.1 / messages': 'all',
  'template: Gemma / format':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: Gemma / spans':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: Gemma / messages':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: DeepSeek V3 / format':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: DeepSeek V3 / spans': 'all',
  'template: DeepSeek V3 / messages': 'all',
  'template: DeepSeek R1 / format':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: DeepSeek R1 / spans':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: DeepSeek R1 / messages':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: DeepSeek V3.1 / format':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: DeepSeek V3.1 / spans': 'all',
  'template: DeepSeek V3.1 / messages': 'all',
  'template: GLM-4.5 / format': 'all',
  'template: GLM-4.5 / spans': 'all',
  'template: GLM-4.5 / messages': 'all',
  'template: Kimi K2 / format': 'all',
  'template: Kimi K2 / spans': 'all',
  'template: Kimi K2 / messages': 'all',
  'template: MiniMax M2 / format': 'all',
  'template: MiniMax M2 / spans': 'all',
  'template: MiniMax M2 / messages': 'all',
  'template: Mistral v3 / format': 'all',
  'template: Mistral v3 / spans': 'all',
  'template: Mistral v3 / messages': 'all',
  'template: Mistral v7 / format': 'all',
  'template: Mistral v7 / spans': 'all',
  'template: Mistral v7 / messages': 'all',
  'template: Llama 2 / format': 'all',
  'template: Llama 2 / spans': 'all',
  'template: Llama 2 / messages': 'all',
  'template: Phi-4 / format':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: Phi-4 / spans':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: Phi-4 / messages':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: Zephyr / format':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: Zephyr / spans':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: Zephyr / messages':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'template: Granite / format': 'all',
  'template: Granite / spans': 'all',
  'template: Granite / messages': 'all',
  'template: Harmony / format': 'all',
  'template: Harmony / spans': 'all',
  'template: Harmony / messages': 'all',
  'trace: OTel GenAI / format': 'lines after a banner',
  'trace: OTel GenAI / spans':
    'lines with CRLF | lines after a banner | blank lines between | array | pretty array | shuffled keys | list under Zq_7',
  'trace: OTel GenAI / messages': 'all',
  'trace: Vercel AI SDK / format': 'all',
  'trace: Vercel AI SDK / spans': 'all',
  'trace: Vercel AI SDK / messages': 'all',
  'trace: OpenInference / format': 'lines after a banner',
  'trace: OpenInference / spans': 'all',
  'trace: OpenInference / messages': 'lines | lines after a banner | shuffled keys',
  'trace: LangSmith / format': 'lines after a banner',
  'trace: LangSmith / spans':
    'lines without an end | byte order mark | lines after a banner | blank lines between | array | pretty array | shuffled keys | extra keys | list under events',
  'trace: LangSmith / messages': 'byte order mark | lines after a banner | pretty array',
  'trace: Langfuse / format': 'lines after a banner | lines, the first cut at its head',
  'trace: Langfuse / spans':
    'document | pretty document | array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string',
  'trace: Langfuse / messages':
    'pretty document | lines | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | by id | by id, one level down | list under data | list under trajectories | list under logs | list under conversations | list under Zq_7 | record in a column | record as a string in a column | list as a string',
};
