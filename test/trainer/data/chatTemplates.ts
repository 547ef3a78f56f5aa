/** Small chat templates that behave like the families in use. */

/** Content only, any role. */
export const PLAIN =
  '{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';

/** Calls and reasoning as tags; reasoning before the last question is dropped, tools speak as user. */
export const REWRITING = `
{%- set ns = namespace(last=0) -%}
{%- for m in messages -%}{%- if m.role == 'user' -%}{%- set ns.last = loop.index0 -%}{%- endif -%}{%- endfor -%}
{%- for m in messages -%}
{%- if m.role == 'assistant' -%}
{{- '<|im_start|>assistant\\n' -}}
{%- if loop.index0 > ns.last and (loop.last or m.reasoning_content) -%}
{{- '<think>\\n' + (m.reasoning_content or '') + '\\n</think>\\n\\n' -}}
{%- endif -%}
{{- m.content -}}
{%- for c in m.tool_calls or [] -%}
{{- '\\n<tool_call>\\n{"name": "' + c.function.name + '", "arguments": ' -}}
{%- if c.function.arguments is string -%}{{- c.function.arguments -}}{%- else -%}{{- c.function.arguments | tojson -}}{%- endif -%}
{{- '}\\n</tool_call>' -}}
{%- endfor -%}
{{- '<|im_end|>\\n' -}}
{%- elif m.role == 'tool' -%}
{{- '<|im_start|>user\\n<tool_response>\\n' + m.content + '\\n</tool_response><|im_end|>\\n' -}}
{%- else -%}
{{- '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}`;

/**
 * Begin-of-text, headers, its own end for turns with calls, results as JSON strings with the tool's
 * name once more, edges trimmed, the day's date.
 */
export const HEADERS = `{{- bos_token }}
{%- for m in messages %}
{%- if m.role == 'tool' %}
{{- '<|start_header_id|>ipython ' + m.name + '<|end_header_id|>\\n\\n' + (m.content | tojson) + '<|eot_id|>' }}
{%- else %}
{{- '<|start_header_id|>' + m.role + '<|end_header_id|>\\n\\n' }}
{%- if m.role == 'system' %}{{- 'Today: ' + strftime_now('%d %b %Y') + '\\n' }}{%- endif %}
{{- m.content | trim }}
{%- for c in m.tool_calls or [] %}
{{- '{"name": "' + c.function.name + '", "parameters": ' + (c.function.arguments | tojson) + '}' }}
{%- endfor %}
{{- '<|eom_id|>' if m.tool_calls else '<|eot_id|>' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{%- endif %}`;

/** A call in the place of content, and one only. */
export const ONE_CALL = `{%- for m in messages %}
{{- '<|im_start|>' + m.role + '\\n' }}
{%- if m.tool_calls %}
{%- if m.tool_calls | length != 1 %}{{- raise_exception('one call at a time') }}{%- endif %}
{{- m.tool_calls[0].function.name + ' ' + (m.tool_calls[0].function.arguments | tojson) }}
{%- else %}{{- m.content }}{%- endif %}
{{- '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}`;

/** Forgets the thoughts of every turn. */
export const FORGETFUL = `{%- for m in messages %}
{{- '<|im_start|>' + m.role + '\\n' + m.content.split('</think>')[-1] + '<|im_end|>\\n' }}
{%- endfor %}`;

/** User and assistant by turns, no system role, no tools. */
export const STRICT = `{{ bos_token }}{% for m in messages %}
{%- if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('user and assistant must take turns') }}{% endif %}
{%- if m.role not in ['user', 'assistant'] %}{{ raise_exception('unknown role') }}{% endif %}
{%- if m.role == 'user' %}{{ '[INST] ' + m.content + ' [/INST]' }}{% else %}{{ ' ' + m.content + '</s>' }}{% endif %}
{%- endfor %}`;

/** Arguments one by one in a syntax of its own. */
export const OWN_SYNTAX = `{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content }}
{%- for c in m.tool_calls or [] %}{{ '<function=' + c.function.name + '>' }}
{%- for k, v in c.function.arguments.items() %}{{ '<parameter=' + k + '>\\n' }}{{ v if v is string else v | tojson }}{{ '\\n</parameter>' }}{% endfor %}{{ '</function>' }}{% endfor %}
{{- '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`;
