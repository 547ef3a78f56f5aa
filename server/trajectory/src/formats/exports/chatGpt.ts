import type { Builder } from '../../assemble/builder.ts';
import { content, get, getAny, getPath, isString, itemsOf, str } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import type { Slice } from '../../text/source.ts';
import { agentText } from '../shared/agentText.ts';
import { roleOf } from '../shared/roles.ts';

/** A message of ChatGPT's export: its author, what kind of content it is, and for whom. */
export function chatGptMessage(build: Builder, message: JsonNode): void {
  const role = roleOf(str(getPath(message, 'author', 'role')));
  const body = get(message, 'content');
  const type = str(get(body, 'content_type'));
  if (type === 'reasoning_recap') return;
  const texts = textsOf(body);
  if (role === 'assistant') agentMessage(build, message, { type, texts });
  else if (role === 'tool') {
    build.result({ name: str(getPath(message, 'author', 'name')) });
    for (const text of texts) build.put('observation', text);
  } else if (texts.length > 0) {
    const kind = role === 'system' ? 'system' : role === 'user' && isAsked(type) ? 'task' : 'other';
    build.outer(kind);
    for (const text of texts) build.put(kind, text);
  }
}

/** Standing instructions are sent in the user's name. */
function isAsked(type: string | null): boolean {
  return type !== 'user_editable_context' && type !== 'model_editable_context';
}

function agentMessage(
  build: Builder,
  message: JsonNode,
  { type, texts }: { type: string | null; texts: Slice[] },
): void {
  const recipient = get(message, 'recipient');
  const isCall = isString(recipient) && str(recipient) !== 'all';
  if (texts.length === 0) return;
  build.run();
  if (type === 'thoughts') for (const text of texts) build.put('reasoning', text);
  else if (isCall) build.call({ name: content(recipient), arguments: texts[0] ?? null });
  else for (const text of texts) agentText(build, text);
}

function textsOf(body: JsonNode | null): Slice[] {
  const thoughts = itemsOf(get(body, 'thoughts')).map((one) => getAny(one, 'content', 'summary'));
  const parts = itemsOf(get(body, 'parts')).map((part) =>
    isString(part) ? part : get(part, 'text'),
  );
  const own = getAny(body, 'text', 'result', 'user_instructions', 'model_set_context');
  return [...thoughts, ...parts, own].flatMap((node) => {
    const text = isString(node) ? content(node) : null;
    return text && text.end > text.start ? [text] : [];
  });
}

/** DeepSeek's export has the same tree with fragments for messages. */
export function fragments(build: Builder, message: JsonNode): void {
  for (const fragment of itemsOf(get(message, 'fragments'))) {
    const type = str(get(fragment, 'type'));
    const text = content(get(fragment, 'content'));
    if (type === 'REQUEST') build.outer('task', text);
    else if (type === 'THINK' || type === 'RESPONSE') {
      build.run();
      if (type === 'THINK') build.put('reasoning', text);
      else build.say(text);
    }
  }
}
