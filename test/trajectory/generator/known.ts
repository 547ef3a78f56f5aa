/**
 * Of a dialect and what is compared: the containers in which it is read wrongly with the seeds of the fast test.
 * `npm run generate -- known` takes out what is right by now; nothing is added by hand.
 */
export const KNOWN: Readonly<Record<string, string>> = {
  'chat: tool_calls / format': 'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls / spans':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls / messages':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: arguments as objects / format': 'lines after a banner | lines, the first cut at its head',
  'chat: arguments as objects / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: arguments as objects / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: arguments as objects / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: flat calls / format': 'lines after a banner | lines, the first cut at its head',
  'chat: flat calls / spans':
    'byte order mark | lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column | list as a string',
  'chat: flat calls / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: flat calls / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: flat calls, objects / format': 'lines after a banner | lines, the first cut at its head',
  'chat: flat calls, objects / spans':
    'lines after a banner | lines, the first cut at its head | list under logs | record as a string in a column',
  'chat: flat calls, objects / messages':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: flat calls, objects / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: calls as a string / format': 'lines after a banner | lines, the first cut at its head',
  'chat: calls as a string / spans':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: calls as a string / messages':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: calls as a string / tools':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: function_call / format': 'lines after a banner | lines, the first cut at its head',
  'chat: function_call / spans':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: function_call / messages':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: function_call / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: parts / format': 'lines after a banner | lines, the first cut at its head',
  'chat: parts / spans':
    'lines after a banner | lines, the first cut at its head | list under data',
  'chat: parts / messages': 'lines after a banner | lines, the first cut at its head',
  'chat: parts / tools': 'lines after a banner | lines, the first cut at its head',
  'chat: text and calls apart / format': 'lines after a banner | lines, the first cut at its head',
  'chat: text and calls apart / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: text and calls apart / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: text and calls apart / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: developer, role names in other spellings / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: developer, role names in other spellings / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: developer, role names in other spellings / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: developer, role names in other spellings / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: bare list / format': 'lines after a banner | lines, the first cut at its head',
  'chat: bare list / spans':
    'lines after a banner | lines, the first cut at its head | lines, the first cut at its end',
  'chat: bare list / messages':
    'lines after a banner | lines, the first cut at its head | lines, the first cut at its end',
  'chat: conversations / format': 'lines after a banner | lines, the first cut at its head',
  'chat: conversations / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: conversations / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: conversations / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: traj / format': 'lines after a banner | lines, the first cut at its head',
  'chat: traj / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: traj / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: prompt and completion / format': 'lines after a banner | lines, the first cut at its head',
  'chat: prompt and completion / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column | list as a string',
  'chat: prompt and completion / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column | list as a string',
  'chat: prompt and completion / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: logged request / format': 'lines after a banner | lines, the first cut at its head',
  'chat: logged request / spans':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: logged request / messages':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: logged request / tools':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: thinking in reasoning_content / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: thinking in reasoning_content / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in reasoning_content / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in reasoning_content / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in reasoning / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in reasoning / spans':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: thinking in reasoning / messages':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: thinking in reasoning / tools':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: thinking in thinking / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in thinking / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in thinking / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in thinking / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in tag / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in tag / spans':
    'lines after a banner | lines, the first cut at its head | list under conversations',
  'chat: thinking in tag / messages': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in tag / tools': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in details / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in details / spans':
    'lines after a banner | lines, the first cut at its head | by id | record in a column | record as a string in a column',
  'chat: thinking in details / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in details / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in both details / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: thinking in both details / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in both details / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in both details / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: thinking in a part / format': 'lines after a banner | lines, the first cut at its head',
  'chat: thinking in a part / spans':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: thinking in a part / messages':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: thinking in a part / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: thinking in a thinking part / spans':
    'lines after a banner | lines, the first cut at its head | list under Zq_7 | record in a column',
  'chat: thinking in a thinking part / messages':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: thinking in a thinking part / tools': 'all',
  'chat: user says tool_response / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: user says tool_response / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: user says tool_response / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: user says tool_response / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: user says OBSERVATION / format': 'lines after a banner | lines, the first cut at its head',
  'chat: user says OBSERVATION / spans':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: user says OBSERVATION / messages':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: user says OBSERVATION / tools':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: user says EXECUTION RESULT / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: user says EXECUTION RESULT / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: user says EXECUTION RESULT / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: user says EXECUTION RESULT / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Hermes / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Hermes / spans':
    'document | lines after a banner | lines, the first cut at its head',
  'chat: calls written as Hermes / messages':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Hermes / tools':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Qwen3-Coder / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Qwen3-Coder / spans':
    'lines after a banner | lines, the first cut at its head | list under traj | record in a column | record as a string in a column',
  'chat: calls written as Qwen3-Coder / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Qwen3-Coder / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as SWE-smith XML / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as SWE-smith XML / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as SWE-smith XML / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as SWE-smith XML / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as GLM-4.5 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as GLM-4.5 / spans':
    'lines after a banner | lines, the first cut at its head | by id | record in a column | record as a string in a column',
  'chat: calls written as GLM-4.5 / messages':
    'lines after a banner | lines, the first cut at its head | by id | record in a column | record as a string in a column',
  'chat: calls written as GLM-4.5 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Kimi K2 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Kimi K2 / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Kimi K2 / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Kimi K2 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as MiniMax M1 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as MiniMax M1 / spans':
    'lines after a banner | lines, the first cut at its head | list under data | list under conversations | record in a column | record as a string in a column',
  'chat: calls written as MiniMax M1 / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as MiniMax M1 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as MiniMax M2 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as MiniMax M2 / spans':
    'pretty array | lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as MiniMax M2 / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as MiniMax M2 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as DeepSeek V3 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as DeepSeek V3 / spans':
    'lines after a banner | lines, the first cut at its head | list under Zq_7 | record in a column | record as a string in a column',
  'chat: calls written as DeepSeek V3 / messages':
    'lines after a banner | lines, the first cut at its head | list under Zq_7 | record in a column | record as a string in a column',
  'chat: calls written as DeepSeek V3 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as DeepSeek V3.1 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as DeepSeek V3.1 / spans':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: calls written as DeepSeek V3.1 / messages':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: calls written as DeepSeek V3.1 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: calls written as Mistral list / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Mistral list / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Mistral list / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Mistral list / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Mistral args / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Mistral args / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Mistral args / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Mistral args / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Llama python_tag / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Llama python_tag / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column | array of strings',
  'chat: calls written as Llama python_tag / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Llama python_tag / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Anthropic invoke / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Anthropic invoke / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Anthropic invoke / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Anthropic invoke / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Granite list / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Granite list / spans':
    'array | lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Granite list / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Granite list / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: calls written as Nemotron TOOLCALL / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: calls written as Nemotron TOOLCALL / spans':
    'lines after a banner | lines, the first cut at its head | record as a string in a column | list as a string',
  'chat: calls written as Nemotron TOOLCALL / messages':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: calls written as Nemotron TOOLCALL / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls beside Hermes / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Hermes / spans':
    'pretty values one after the other | lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Hermes / messages':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Hermes / tools':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Qwen3-Coder / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Qwen3-Coder / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Qwen3-Coder / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Qwen3-Coder / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside SWE-smith XML / format': 'lines after a banner',
  'chat: tool_calls beside SWE-smith XML / spans':
    'lines after a banner | record in a column | record as a string in a column',
  'chat: tool_calls beside SWE-smith XML / messages':
    'lines after a banner | record in a column | record as a string in a column',
  'chat: tool_calls beside SWE-smith XML / tools':
    'lines after a banner | record in a column | record as a string in a column',
  'chat: tool_calls beside GLM-4.5 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside GLM-4.5 / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside GLM-4.5 / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside GLM-4.5 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside GLM-4.5 / incremental': 'record as a string in a column',
  'chat: tool_calls beside Kimi K2 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Kimi K2 / spans':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls beside Kimi K2 / messages':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls beside Kimi K2 / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls beside MiniMax M1 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside MiniMax M1 / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside MiniMax M1 / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside MiniMax M1 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside MiniMax M2 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside MiniMax M2 / spans':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls beside MiniMax M2 / messages':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls beside MiniMax M2 / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls beside DeepSeek V3 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside DeepSeek V3 / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside DeepSeek V3 / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside DeepSeek V3 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside DeepSeek V3.1 / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside DeepSeek V3.1 / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside DeepSeek V3.1 / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside DeepSeek V3.1 / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Mistral list / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Mistral list / spans':
    'lines after a banner | lines, the first cut at its head | list under trajectories | record in a column | record as a string in a column',
  'chat: tool_calls beside Mistral list / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Mistral list / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Mistral args / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Mistral args / spans':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls beside Mistral args / messages':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls beside Mistral args / tools':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'chat: tool_calls beside Llama python_tag / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Llama python_tag / spans':
    'lines with CRLF | lines after a banner | lines, the first cut at its head | record in a column',
  'chat: tool_calls beside Llama python_tag / messages':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: tool_calls beside Llama python_tag / tools':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'chat: tool_calls beside Anthropic invoke / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Anthropic invoke / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Anthropic invoke / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Anthropic invoke / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Granite list / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Granite list / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Granite list / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Granite list / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Nemotron TOOLCALL / format':
    'lines after a banner | lines, the first cut at its head',
  'chat: tool_calls beside Nemotron TOOLCALL / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column | array of strings',
  'chat: tool_calls beside Nemotron TOOLCALL / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: tool_calls beside Nemotron TOOLCALL / tools':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: one message a line / format': 'lines after a banner',
  'chat: one message a line / spans': 'lines after a banner',
  'chat: one message a line / messages': 'lines after a banner',
  'chat: LLaMA-Factory parts / format': 'lines after a banner | lines, the first cut at its head',
  'chat: LLaMA-Factory parts / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'chat: LLaMA-Factory parts / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'anthropic: user as blocks / spans':
    'array | lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'anthropic: user as blocks / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'anthropic: user as string / spans':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'anthropic: user as string / messages':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'anthropic: user as string / incremental': 'record as a string in a column',
  'anthropic: bare list / format':
    'lines after a banner | lines, the first cut at its head | by id, one level down | record in a column | record as a string in a column',
  'anthropic: bare list / spans':
    'lines after a banner | lines, the first cut at its head | lines, the first cut at its end',
  'anthropic: bare list / messages':
    'lines after a banner | lines, the first cut at its head | lines, the first cut at its end',
  'anthropic: one message a line / format':
    'lines after a banner | list under events | list under Zq_7',
  'anthropic: one message a line / spans': 'byte order mark | lines after a banner',
  'anthropic: one message a line / messages': 'lines after a banner',
  'gemini: results of role user / format':
    'lines after a banner | lines, the first cut at its head',
  'gemini: results of role user / spans':
    'array | lines after a banner | lines, the first cut at its head | record in a column',
  'gemini: results of role user / messages':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'gemini: results of role function / format':
    'lines after a banner | lines, the first cut at its head',
  'gemini: results of role function / spans':
    'pretty values one after the other | lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'gemini: results of role function / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'gemini: bare contents / format': 'lines after a banner | lines, the first cut at its head',
  'gemini: bare contents / spans':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | record in a column | record as a string in a column | list as a string | array of strings',
  'gemini: bare contents / messages':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | record in a column | record as a string in a column | list as a string | array of strings',
  'responses: input / format': 'lines after a banner | lines, the first cut at its head',
  'responses: input / spans':
    'lines after a banner | lines, the first cut at its head | list under data | list under items | list as a string',
  'responses: input / messages': 'lines after a banner | lines, the first cut at its head',
  'responses: bare items / format':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'responses: bare items / spans':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'responses: bare items / messages':
    'array | pretty array | lines | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'responses: one item a line / format':
    'lines after a banner | list under events | list under Zq_7',
  'responses: one item a line / spans':
    'lines after a banner | list under events | list under Zq_7',
  'responses: one item a line / messages':
    'lines after a banner | list under events | list under Zq_7',
  'sharegpt: human and gpt / format': 'lines after a banner | lines, the first cut at its head',
  'sharegpt: human and gpt / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'sharegpt: human and gpt / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'sharegpt: user and assistant / format':
    'lines after a banner | lines, the first cut at its head',
  'sharegpt: user and assistant / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'sharegpt: user and assistant / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'sharegpt: system as a message / format':
    'lines after a banner | lines, the first cut at its head',
  'sharegpt: system as a message / spans':
    'lines after a banner | lines, the first cut at its head | by id, one level down | record as a string in a column',
  'sharegpt: system as a message / messages':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'sharegpt: in tags / format': 'lines after a banner | lines, the first cut at its head',
  'sharegpt: in tags / spans': 'all',
  'sharegpt: in tags / messages':
    'document | pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | document with extra columns | shuffled keys | by id | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under results | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'codex rollout / format': 'lines after a banner',
  'codex rollout / spans':
    'lines | lines without an end | byte order mark | lines after a banner | array | extra keys',
  'codex rollout / messages': 'lines after a banner',
  'claude code / format': 'lines after a banner',
  'claude code / spans': 'lines after a banner',
  'claude code / messages': 'lines after a banner',
  'copilot cli / format': 'lines after a banner',
  'copilot cli / spans': 'lines after a banner',
  'copilot cli / messages': 'lines after a banner',
  'pi / format': 'lines after a banner',
  'pi / spans': 'lines after a banner',
  'pi / messages': 'lines after a banner',
  'kimi wire / format': 'lines after a banner',
  'kimi wire / spans': 'lines after a banner',
  'kimi wire / messages': 'lines after a banner',
  'cursor transcript / format': 'lines after a banner',
  'cursor transcript / spans': 'all',
  'mini-swe-agent 1 / format': 'lines after a banner | lines, the first cut at its head',
  'mini-swe-agent 1 / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column | list as a string',
  'mini-swe-agent 1 / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column | list as a string',
  'mini-swe-agent 1, rows without its mark / format':
    'lines after a banner | lines, the first cut at its head',
  'mini-swe-agent 1, rows without its mark / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'mini-swe-agent 1, rows without its mark / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'mini-swe-agent 2 / format': 'lines after a banner | lines, the first cut at its head',
  'mini-swe-agent 2 / spans':
    'lines after a banner | lines, the first cut at its head | record as a string in a column | list as a string',
  'mini-swe-agent 2 / messages':
    'lines after a banner | lines, the first cut at its head | record as a string in a column | list as a string',
  'swe-agent traj / format': 'lines after a banner | lines, the first cut at its head',
  'swe-agent traj / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'swe-agent traj / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column',
  'nebius rows / format': 'lines after a banner | lines, the first cut at its head',
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
  'labelled chat: traj / format': 'lines after a banner | lines, the first cut at its head',
  'labelled chat: traj / spans':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'labelled chat: traj / messages':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'adp / format': 'lines after a banner | lines, the first cut at its head',
  'adp / spans':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'adp / messages':
    'lines after a banner | lines, the first cut at its head | record as a string in a column',
  'atif / format': 'lines after a banner | lines, the first cut at its head',
  'atif / spans':
    'lines after a banner | lines, the first cut at its head | list under data | record in a column',
  'atif / messages': 'lines after a banner | lines, the first cut at its head | record in a column',
  'smolagents code / format': 'lines after a banner | lines, the first cut at its head',
  'smolagents code / spans':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column | list as a string',
  'smolagents code / messages':
    'lines after a banner | lines, the first cut at its head | record in a column | record as a string in a column | list as a string',
  'inspect log / format': 'lines after a banner | lines, the first cut at its head',
  'inspect log / spans':
    'lines after a banner | lines, the first cut at its head | record in a column',
  'inspect log / messages':
    'lines after a banner | lines, the first cut at its head | record in a column',
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
  'openhands 1: events / messages': 'lines after a banner',
  'openhands 1: list / format': 'lines after a banner | lines, the first cut at its head',
  'openhands 1: list / spans':
    'document | pretty document | array | pretty array | lines | one line | lines with CRLF | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines, the first cut at its end | lines with extra columns | document with extra columns | shuffled keys | by id, one level down | list under data | list under traj | list under trajectories | list under logs | list under conversations | list under items | list under Zq_7 | record in a column | record as a string in a column | list as a string | array of strings',
  'openhands 1: list / messages': 'lines after a banner | lines, the first cut at its head',
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
  'alfworld / spans': 'byte order mark | lines of strings',
  'webshop / format':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data',
  'webshop / spans':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data | lines of strings',
  'langchain console / format':
    'rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data | lines of strings',
  'langchain console / spans':
    'text | several in a text | text with CRLF | blank lines around | rows with text | rows with trajectory | rows with traj | rows with prompt | rows with content | rows with Zq_7 | document with text | rows with prompt completion | rows with input output | rows with question response | strings by name | strings by name, one level down | list of strings | list of strings under data | lines of strings',
  'template: Qwen3-Coder / messages': 'text with CRLF',
  'template: GLM-4.5 / messages': 'text with CRLF',
  'template: MiniMax M2 / messages': 'text with CRLF',
  'template: Mistral v3 / spans': 'text with CRLF',
  'trace: OTel GenAI / format': 'lines after a banner',
  'trace: OTel GenAI / spans': 'lines after a banner',
  'trace: OTel GenAI / messages': 'lines after a banner',
  'trace: Vercel AI SDK / format': 'lines after a banner',
  'trace: Vercel AI SDK / spans': 'byte order mark | lines after a banner',
  'trace: Vercel AI SDK / messages': 'lines after a banner',
  'trace: OpenInference / format': 'lines after a banner',
  'trace: OpenInference / spans': 'lines after a banner',
  'trace: OpenInference / messages': 'lines after a banner',
  'trace: LangSmith / format': 'lines after a banner',
  'trace: LangSmith / spans': 'lines after a banner',
  'trace: LangSmith / messages': 'lines after a banner',
  'trace: Langfuse / format': 'lines after a banner | lines, the first cut at its head',
  'trace: Langfuse / spans':
    'lines | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | by id | by id, one level down | list under data | list under trajectories | list under logs | list under Zq_7 | record in a column | record as a string in a column | list as a string',
  'trace: Langfuse / messages':
    'lines | byte order mark | pretty values one after the other | lines after a banner | lines, the first cut at its head | lines with extra columns | by id | by id, one level down | list under data | list under trajectories | list under logs | list under Zq_7 | record in a column | record as a string in a column | list as a string',
};
