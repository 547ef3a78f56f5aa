/**
 * Of a dialect and what is compared: the containers in which it is read wrongly with the seeds of the fast test.
 * `npm run generate -- known` takes out what is right by now; nothing is added by hand.
 */
export const KNOWN: Readonly<Record<string, string>> = {
  'chat: tool_calls / format': 'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls / spans':
    'pretty array | lines | one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: tool_calls / messages':
    'one line | lines after a banner | lines, the first cut at its head | by id | by id, one level down | list under trajectories | list under Zq_7 | record as a string in a column | array of strings',
  'chat: tool_calls / tools': 'all',
  'chat: arguments as objects / format': 'lines after a banner | lines, the first cut at its head',
  'chat: arguments as objects / spans':
    'document | array | one line | lines with CRLF | lines after a banner | lines, the first cut at its head | by id | by id, one level down | list under data | list under traj | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: arguments as objects / messages':
    'array | one line | lines after a banner | lines, the first cut at its head | by id | by id, one level down | list under traj | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column',
  'chat: arguments as objects / tools': 'all',
  'chat: flat calls / format': 'lines after a banner | lines, the first cut at its head',
  'chat: flat calls / spans':
    'document | pretty array | byte order mark | lines after a banner | lines, the first cut at its head | lines with extra columns | by id | by id, one level down | list under traj | list under trajectories | list under conversations | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: flat calls / messages':
    'document | lines after a banner | lines, the first cut at its head | by id | by id, one level down | list under traj | list under conversations | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: flat calls / tools': 'all',
  'chat: flat calls, objects / format': 'lines after a banner | lines, the first cut at its head',
  'chat: flat calls, objects / spans':
    'document | pretty array | one line | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string',
  'chat: flat calls, objects / messages':
    'document | pretty array | lines after a banner | lines, the first cut at its head | lines with extra columns | by id | by id, one level down | record as a string in a column',
  'chat: flat calls, objects / tools': 'all',
  'chat: calls as a string / format': 'lines after a banner | lines, the first cut at its head',
  'chat: calls as a string / spans': 'all',
  'chat: calls as a string / messages': 'all',
  'chat: calls as a string / tools': 'all',
  'chat: function_call / format': 'lines after a banner | lines, the first cut at its head',
  'chat: function_call / spans':
    'document | pretty document | array | lines | lines with CRLF | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | document with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under logs | list under conversations | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: function_call / messages':
    'array | lines with CRLF | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | shuffled keys | by id | by id, one level down | record as a string in a column | list as a string',
  'chat: function_call / tools': 'all',
  'chat: parts / format': 'lines after a banner | lines, the first cut at its head',
  'chat: parts / spans':
    'document | pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under results | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: parts / messages':
    'document | pretty document | array | lines | one line | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | by id | by id, one level down | list under data | list under traj | list under logs | record in a column',
  'chat: parts / tools': 'all',
  'chat: text and calls apart / format': 'lines after a banner | lines, the first cut at its head',
  'chat: text and calls apart / spans': 'all',
  'chat: text and calls apart / messages': 'all',
  'chat: text and calls apart / tools': 'all',
  'chat: developer, role names in other spellings / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: developer, role names in other spellings / spans':
    'pretty document | array | lines | lines with CRLF | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | shuffled keys | by id | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | array of strings',
  'chat: developer, role names in other spellings / messages':
    'lines | lines after a banner | lines, the first cut at its head | list under trajectories | list under conversations | list under results | record in a column | record as a string in a column',
  'chat: developer, role names in other spellings / tools': 'all',
  'chat: bare list / format': 'lines after a banner | lines, the first cut at its head',
  'chat: bare list / spans':
    'array | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id | by id, one level down | list under trajectories | list under conversations | list under items | list under results | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: bare list / messages':
    'array | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | record in a column | record as a string in a column | list as a string',
  'chat: conversations / format': 'lines after a banner | lines, the first cut at its head',
  'chat: conversations / spans':
    'pretty document | array | pretty array | lines | one line | lines with CRLF | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under results | record in a column | record as a string in a column | list as a string',
  'chat: conversations / messages':
    'pretty document | lines with CRLF | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | by id | by id, one level down | record in a column | record as a string in a column | list as a string',
  'chat: conversations / tools': 'all',
  'chat: traj / format': 'lines after a banner | lines, the first cut at its head',
  'chat: traj / spans':
    'pretty document | array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under traj | list under logs | list under conversations | list under items | list under results | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: traj / messages':
    'pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | list under traj | list under items | record in a column | record as a string in a column',
  'chat: prompt and completion / format': 'lines after a banner | lines, the first cut at its head',
  'chat: prompt and completion / spans':
    'document | array | lines | lines with CRLF | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id | by id, one level down | list under logs | list under conversations | list under Zq_7 | record in a column | record as a string in a column | array of strings',
  'chat: prompt and completion / messages':
    'lines after a banner | lines, the first cut at its head | lines with extra columns | by id | by id, one level down | list under conversations | list under Zq_7 | record in a column | record as a string in a column',
  'chat: prompt and completion / tools': 'all',
  'chat: logged request / format': 'lines after a banner | lines, the first cut at its head',
  'chat: logged request / spans':
    'document | pretty document | array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id, one level down | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: logged request / messages':
    'pretty document | lines with CRLF | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id, one level down | list under items | list under results | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: logged request / tools': 'all',
  'chat: thinking in reasoning_content / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: thinking in reasoning_content / spans':
    'pretty array | lines | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id, one level down | list under data | list under traj | list under results | record in a column | record as a string in a column | list as a string',
  'chat: thinking in reasoning_content / messages':
    'pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | by id, one level down | list under traj | record in a column | record as a string in a column',
  'chat: thinking in reasoning_content / tools': 'all',
  'chat: thinking in reasoning / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in reasoning / spans':
    'pretty document | pretty array | lines | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id | by id, one level down | list under data | list under traj | list under conversations | list under items | list under results | list under Zq_7 | record in a column | list as a string | array of strings',
  'chat: thinking in reasoning / messages':
    'lines | lines after a banner | lines, the first cut at its head | by id, one level down | list under data | record in a column | list as a string | array of strings',
  'chat: thinking in reasoning / tools': 'all',
  'chat: thinking in thinking / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in thinking / spans':
    'array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under items | list under results | record in a column | record as a string in a column | list as a string',
  'chat: thinking in thinking / messages':
    'lines | lines after a banner | lines, the first cut at its head | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under trajectories | list under results | record in a column | record as a string in a column',
  'chat: thinking in thinking / tools': 'all',
  'chat: thinking in tag / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in tag / spans':
    'document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under data | list under trajectories | list under logs | list under conversations | list under results | list under Zq_7 | record as a string in a column | array of strings',
  'chat: thinking in tag / messages':
    'document | array | lines | pretty values one after the other | lines after a banner | lines, the first cut at its head | by id | by id, one level down | list under conversations',
  'chat: thinking in tag / tools': 'all',
  'chat: thinking in details / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in details / spans': 'all',
  'chat: thinking in details / messages':
    'pretty document | lines with CRLF | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | by id | by id, one level down | list under logs | list under conversations | list under items | record in a column | record as a string in a column | array of strings',
  'chat: thinking in details / tools': 'all',
  'chat: thinking in both details / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: thinking in both details / spans':
    'document | pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | list under trajectories | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: thinking in both details / messages':
    'lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | by id | list under results | record in a column | record as a string in a column | list as a string',
  'chat: thinking in both details / tools': 'all',
  'chat: thinking in a part / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in a part / spans':
    'array | pretty array | lines | one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under Zq_7 | record as a string in a column | array of strings',
  'chat: thinking in a part / messages':
    'array | lines | lines after a banner | lines, the first cut at its head | by id | by id, one level down | list under data | list under traj | list under Zq_7 | record as a string in a column',
  'chat: thinking in a part / tools': 'all',
  'chat: thinking in a thinking part / spans':
    'array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id | by id, one level down | list under traj | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column',
  'chat: thinking in a thinking part / messages':
    'array | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | by id, one level down | list under traj | list under conversations | list under Zq_7 | record in a column',
  'chat: thinking in a thinking part / tools': 'all',
  'chat: user says tool_response / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: user says tool_response / spans': 'all',
  'chat: user says tool_response / messages': 'all',
  'chat: user says tool_response / tools': 'all',
  'chat: user says OBSERVATION / format': 'lines after a banner | lines, the first cut at its head',
  'chat: user says OBSERVATION / spans': 'all',
  'chat: user says OBSERVATION / messages': 'all',
  'chat: user says OBSERVATION / tools': 'all',
  'chat: user says EXECUTION RESULT / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: user says EXECUTION RESULT / spans':
    'document | pretty document | array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: user says EXECUTION RESULT / messages':
    'document | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | shuffled keys | by id, one level down | list under traj | list under trajectories | list under conversations | list under results | record in a column | record as a string in a column',
  'chat: user says EXECUTION RESULT / tools': 'all',
  'chat: calls written as Hermes / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Hermes / spans':
    'document | array | pretty array | lines | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under traj | list under trajectories | list under items | list under results | list under Zq_7 | record in a column',
  'chat: calls written as Hermes / messages':
    'array | pretty array | lines | byte order mark | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under items | list under results | record in a column',
  'chat: calls written as Hermes / tools': 'all',
  'chat: calls written as Qwen3-Coder / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Qwen3-Coder / spans':
    'pretty document | array | pretty array | lines | one line | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | by id | by id, one level down | list under data | list under traj | list under logs | list under conversations | list under items | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: calls written as Qwen3-Coder / messages': 'all',
  'chat: calls written as Qwen3-Coder / tools': 'all',
  'chat: calls written as SWE-smith XML / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as SWE-smith XML / spans': 'all',
  'chat: calls written as SWE-smith XML / messages': 'all',
  'chat: calls written as SWE-smith XML / tools': 'all',
  'chat: calls written as GLM-4.5 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as GLM-4.5 / spans': 'all',
  'chat: calls written as GLM-4.5 / messages': 'all',
  'chat: calls written as GLM-4.5 / tools': 'all',
  'chat: calls written as Kimi K2 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Kimi K2 / spans': 'all',
  'chat: calls written as Kimi K2 / messages': 'all',
  'chat: calls written as Kimi K2 / tools': 'all',
  'chat: calls written as MiniMax M1 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as MiniMax M1 / spans': 'all',
  'chat: calls written as MiniMax M1 / messages': 'all',
  'chat: calls written as MiniMax M1 / tools': 'all',
  'chat: calls written as MiniMax M2 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as MiniMax M2 / spans': 'all',
  'chat: calls written as MiniMax M2 / messages': 'all',
  'chat: calls written as MiniMax M2 / tools': 'all',
  'chat: calls written as DeepSeek V3 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as DeepSeek V3 / spans': 'all',
  'chat: calls written as DeepSeek V3 / messages': 'all',
  'chat: calls written as DeepSeek V3 / tools': 'all',
  'chat: calls written as DeepSeek V3.1 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as DeepSeek V3.1 / spans': 'all',
  'chat: calls written as DeepSeek V3.1 / messages': 'all',
  'chat: calls written as DeepSeek V3.1 / tools': 'all',
  'chat: calls written as Mistral list / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Mistral list / spans': 'all',
  'chat: calls written as Mistral list / messages': 'all',
  'chat: calls written as Mistral list / tools': 'all',
  'chat: calls written as Mistral args / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Mistral args / spans': 'all',
  'chat: calls written as Mistral args / messages': 'all',
  'chat: calls written as Mistral args / tools': 'all',
  'chat: calls written as Llama python_tag / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Llama python_tag / spans': 'all',
  'chat: calls written as Llama python_tag / messages': 'all',
  'chat: calls written as Llama python_tag / tools': 'all',
  'chat: calls written as Anthropic invoke / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Anthropic invoke / spans': 'all',
  'chat: calls written as Anthropic invoke / messages': 'all',
  'chat: calls written as Anthropic invoke / tools': 'all',
  'chat: calls written as Granite list / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Granite list / spans': 'all',
  'chat: calls written as Granite list / messages': 'all',
  'chat: calls written as Granite list / tools': 'all',
  'chat: calls written as Nemotron TOOLCALL / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Nemotron TOOLCALL / spans':
    'pretty document | array | pretty array | lines | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id | by id, one level down | list under data | list under traj | list under trajectories | list under items | list under results | list under Zq_7 | record as a string in a column | list as a string',
  'chat: calls written as Nemotron TOOLCALL / messages':
    'array | pretty array | lines | lines with CRLF | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id | by id, one level down | list under results | record as a string in a column',
  'chat: calls written as Nemotron TOOLCALL / tools': 'all',
  'chat: tool_calls beside Hermes / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Hermes / spans':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id, one level down | list under data | list under trajectories | list under items | list under Zq_7 | record in a column | record as a string in a column',
  'chat: tool_calls beside Hermes / messages':
    'array | pretty array | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | by id, one level down | list under data',
  'chat: tool_calls beside Hermes / tools': 'all',
  'chat: tool_calls beside Qwen3-Coder / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Qwen3-Coder / spans':
    'document | pretty document | array | pretty array | lines | one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | by id | by id, one level down | list under data | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | array of strings',
  'chat: tool_calls beside Qwen3-Coder / messages':
    'lines | one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | document with extra columns | by id | list under conversations | record in a column | record as a string in a column | array of strings',
  'chat: tool_calls beside Qwen3-Coder / tools': 'all',
  'chat: tool_calls beside SWE-smith XML / format': 'lines after a banner',
  'chat: tool_calls beside SWE-smith XML / spans':
    'pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | lines after a banner | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id, one level down | list under traj | list under trajectories | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column',
  'chat: tool_calls beside SWE-smith XML / messages':
    'pretty array | lines | one line | lines after a banner | by id, one level down | list under Zq_7 | record in a column | record as a string in a column',
  'chat: tool_calls beside SWE-smith XML / tools': 'all',
  'chat: tool_calls beside GLM-4.5 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside GLM-4.5 / spans':
    'array | pretty array | lines | one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id | by id, one level down | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: tool_calls beside GLM-4.5 / messages':
    'array | pretty values one after the other | lines after a banner | lines, the first cut at its head | by id | by id, one level down | record in a column | record as a string in a column | list as a string',
  'chat: tool_calls beside GLM-4.5 / tools': 'all',
  'chat: tool_calls beside GLM-4.5 / incremental': 'record as a string in a column',
  'chat: tool_calls beside Kimi K2 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Kimi K2 / spans': 'all',
  'chat: tool_calls beside Kimi K2 / messages':
    'pretty array | byte order mark | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | by id, one level down | list under items | list under Zq_7 | record as a string in a column',
  'chat: tool_calls beside Kimi K2 / tools': 'all',
  'chat: tool_calls beside MiniMax M1 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside MiniMax M1 / spans': 'all',
  'chat: tool_calls beside MiniMax M1 / messages':
    'pretty document | lines after a banner | lines, the first cut at its head | by id | by id, one level down | list under data | list under logs | list under Zq_7 | record in a column | record as a string in a column',
  'chat: tool_calls beside MiniMax M1 / tools': 'all',
  'chat: tool_calls beside MiniMax M2 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside MiniMax M2 / spans': 'all',
  'chat: tool_calls beside MiniMax M2 / messages':
    'lines | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | by id | by id, one level down | list under logs | list under results | record as a string in a column',
  'chat: tool_calls beside MiniMax M2 / tools': 'all',
  'chat: tool_calls beside DeepSeek V3 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside DeepSeek V3 / spans': 'all',
  'chat: tool_calls beside DeepSeek V3 / messages':
    'array | pretty array | one line | lines with CRLF | lines after a banner | lines, the first cut at its head | by id | by id, one level down | record in a column | record as a string in a column',
  'chat: tool_calls beside DeepSeek V3 / tools': 'all',
  'chat: tool_calls beside DeepSeek V3.1 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside DeepSeek V3.1 / spans': 'all',
  'chat: tool_calls beside DeepSeek V3.1 / messages':
    'pretty document | lines | one line | pretty values one after the other | lines after a banner | lines, the first cut at its head | shuffled keys | by id | by id, one level down | list under data | list under trajectories | record in a column | record as a string in a column',
  'chat: tool_calls beside DeepSeek V3.1 / tools': 'all',
  'chat: tool_calls beside Mistral list / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Mistral list / spans': 'all',
  'chat: tool_calls beside Mistral list / messages':
    'lines with CRLF | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | by id | by id, one level down | list under data | record in a column | record as a string in a column',
  'chat: tool_calls beside Mistral list / tools': 'all',
  'chat: tool_calls beside Mistral args / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Mistral args / spans': 'all',
  'chat: tool_calls beside Mistral args / messages':
    'one line | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id | by id, one level down | list under trajectories | list under logs | record as a string in a column',
  'chat: tool_calls beside Mistral args / tools': 'all',
  'chat: tool_calls beside Llama python_tag / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Llama python_tag / spans': 'all',
  'chat: tool_calls beside Llama python_tag / messages':
    'lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | by id | by id, one level down | list under trajectories | record in a column | record as a string in a column',
  'chat: tool_calls beside Llama python_tag / tools': 'all',
  'chat: tool_calls beside Anthropic invoke / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Anthropic invoke / spans': 'all',
  'chat: tool_calls beside Anthropic invoke / messages':
    'array | one line | lines with CRLF | byte order mark | lines after a banner | lines, the first cut at its head | document with extra columns | by id | by id, one level down | list under data | list under logs | list under results | record in a column | record as a string in a column',
  'chat: tool_calls beside Anthropic invoke / tools': 'all',
  'chat: tool_calls beside Granite list / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Granite list / spans': 'all',
  'chat: tool_calls beside Granite list / messages':
    'lines after a banner | lines, the first cut at its head | lines with extra columns | by id | by id, one level down | list under logs | list under items | record in a column | record as a string in a column',
  'chat: tool_calls beside Granite list / tools': 'all',
  'chat: tool_calls beside Nemotron TOOLCALL / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Nemotron TOOLCALL / spans':
    'pretty document | array | pretty array | lines | lines with CRLF | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id, one level down | list under trajectories | list under items | list under results | record in a column | record as a string in a column | array of strings',
  'chat: tool_calls beside Nemotron TOOLCALL / messages':
    'pretty array | pretty values one after the other | lines after a banner | lines, the first cut at its head | by id, one level down | record in a column | record as a string in a column',
  'chat: tool_calls beside Nemotron TOOLCALL / tools': 'all',
  'chat: one message a line / format': 'lines after a banner',
  'chat: one message a line / spans':
    'lines | lines without an end | lines with CRLF | byte order mark | lines after a banner | blank lines between | array | pretty array | shuffled keys | list under Zq_7',
  'chat: one message a line / messages':
    'lines | lines with CRLF | byte order mark | lines after a banner | array | pretty array | shuffled keys | list under Zq_7',
  'chat: LLaMA-Factory parts / format':
    'lines after a banner | lines, the first cut at its head | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'chat: LLaMA-Factory parts / spans': 'all',
  'chat: LLaMA-Factory parts / messages': 'all',
};
