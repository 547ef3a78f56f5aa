import type { Trajectory } from '@deepcoder/trajectory';
import type { CallStyle, TemplateTraits, ThoughtStyle } from './templateTraits.ts';
import type { ThinkTags } from './thinkTags.ts';

/** One way of saying a record in the messages that a template reads. */
export interface ChatForm {
  /** For turns without and with calls in the template's own form. */
  thought: { answer: ThoughtStyle; call: ThoughtStyle };
  thinkTags: ThinkTags;
  /** Null: calls are written into the content as tags. */
  calls: CallStyle | null;
  /** Results have a role of their own; else they are what the user says. */
  tool: boolean;
  system: boolean;
}

/**
 * The ways to try for a record, the template's own first: some templates show one call a turn only, or no
 * result but after a call.
 */
export function formsFor(trajectory: Trajectory, traits: TemplateTraits): ChatForm[] {
  const { thought, thinkTags, calls, tool, system } = traits;
  const hasCalls = trajectory.messages.some(
    (message) => message.role === 'assistant' && message.calls.length > 0,
  );
  const hasResults = trajectory.messages.some(({ role }) => role === 'tool');
  const rest = { thought, thinkTags, system };
  const forms: ChatForm[] = [];
  if (calls !== null && hasCalls) forms.push({ ...rest, calls, tool: tool.native });
  if (tool.inline || forms.length === 0) forms.push({ ...rest, calls: null, tool: tool.inline });
  if (hasResults && forms.at(-1)?.tool !== false) forms.push({ ...rest, calls: null, tool: false });
  if (!hasResults && forms.at(-1)?.calls !== null)
    forms.push({ ...rest, calls: null, tool: false });
  return forms;
}
