import {
  argumentsText,
  DEEPEST_ARGUMENTS,
  nestingDepth,
  toolDefinitions,
  type Span,
  type Trajectory,
} from '@deepcoder/trajectory';
import { exactJson } from './argumentsValue.ts';
import { formsFor, type ChatForm } from './chatForms.ts';
import { mergeUsers, plainMessages, planMessages } from './chatPlan.ts';
import type { PlannedMessage } from './plannedMessage.ts';
import { keptText, turnTexts, wholeText, type ChatTexts } from './chatTexts.ts';
import { TemplateRefusal } from './chatTemplate.ts';
import { isRewritten } from './isRewritten.ts';
import type { RenderNote, RenderResult } from './rendered.ts';
import { renderWithTools } from './renderWithTools.ts';
import type { ChatContext, RecordContext } from './chatContext.ts';

/**
 * A trajectory through the checkpoint's chat template: one text, or one a turn where the template
 * shows earlier turns otherwise once later ones exist (that turn's text is what the model sees then).
 * Calls have the template's own form where it can show all that the record says in it.
 */
export function renderChat(
  trajectory: Trajectory,
  spans: readonly Span[],
  context: ChatContext,
): RenderResult {
  const deep = tooDeep(trajectory);
  if (deep !== null) return { ok: false, code: 'not-placed', message: deep };
  const tools = toolDefinitions(trajectory.tools, exactJson);
  const template =
    tools.length > 0 ? (context.template.forTools ?? context.template) : context.template;
  const { render, notes } = renderWithTools(template, tools);
  const own: RecordContext = { ...context, render, traits: template.traits };
  const forms = formsFor(trajectory, template.traits);
  const results: RenderResult[] = [];
  for (const form of forms) {
    const result = renderForm(planMessages(trajectory, spans, { form, shown: own.shown }), own);
    results.push(result);
    if (!result.ok) continue;
    const said = formNotes(trajectory, { form, failed: results[0]!, own });
    return { ...result, notes: [...notes, ...said, ...result.notes] };
  }
  return results.at(-1)!;
}

/** What is in the way of looking into calls, whose arguments go through the template as values. */
function tooDeep({ messages }: Trajectory): string | null {
  for (const message of messages) {
    if (message.role !== 'assistant') continue;
    for (const call of message.calls) {
      const depth = nestingDepth(argumentsText(call));
      if (depth > DEEPEST_ARGUMENTS) {
        const name = JSON.stringify(call.name?.text ?? '');
        return `the arguments of the call ${name} of turn ${message.step} are nested ${depth} levels deep; ${DEEPEST_ARGUMENTS} are the most; take data.render: react, or leave it out`;
      }
    }
  }
  return null;
}

function renderForm(plan: readonly PlannedMessage[], context: RecordContext): RenderResult {
  if (plan.length === 0) return { ok: false, code: 'no-agent-content', message: 'it is empty' };
  try {
    return renderPlan(plan, context);
  } catch (cause) {
    if (!(cause instanceof TemplateRefusal)) throw cause;
    // Some templates want user and assistant by turns.
    const merged = mergeUsers(plan);
    return merged.length < plan.length ? renderMerged(merged, context) : refused(cause);
  }
}

function renderMerged(plan: readonly PlannedMessage[], context: RecordContext): RenderResult {
  try {
    return renderPlan(plan, context);
  } catch (cause) {
    if (!(cause instanceof TemplateRefusal)) throw cause;
    return refused(cause);
  }
}

function refused({ message }: TemplateRefusal): RenderResult {
  const reason = `the chat template refuses it: ${message}`;
  return { ok: false, code: 'template-refused', message: reason };
}

const LATER = 'the chat template shows earlier turns otherwise once later ones exist';

function renderPlan(plan: readonly PlannedMessage[], context: RecordContext): RenderResult {
  const { samples, reasoningHistory } = context;
  const perTurn = samples === 'per_turn';
  const bareHistory = reasoningHistory === 'strip' && plan.some(({ bare }) => bare !== null);
  if (bareHistory) {
    const why = 'data.reasoning_history is strip';
    return chatResult(turnTexts(plan, context, { bareHistory }), [{ code: 'per-turn', why }]);
  }
  const isAsked = samples === 'whole' && reasoningHistory === 'auto';
  const changes = !isAsked && changesLater(plan, context);
  if (changes && reasoningHistory === 'keep') {
    return chatResult(keptText(plan, context, { perTurn }), [
      { code: 'thoughts-kept', why: LATER },
    ]);
  }
  if (!perTurn && !changes) return chatResult(wholeText(plan, context));
  const why = perTurn ? 'data.samples is per_turn' : LATER;
  return chatResult(turnTexts(plan, context, { bareHistory: false }), [{ code: 'per-turn', why }]);
}

function chatResult(texts: ChatTexts, notes: RenderNote[] = []): RenderResult {
  if (typeof texts === 'string') return { ok: false, code: 'not-placed', message: texts };
  const own = texts.map((text) => ({ ...text, withPrefix: false }));
  return { ok: true, how: 'chat', texts: own, notes };
}

/** Whether turns have to be put together, or are shown otherwise once later ones exist. */
function changesLater(
  plan: readonly PlannedMessage[],
  { render, traits, policy }: RecordContext,
): boolean {
  const isLearnt = ({ step }: PlannedMessage): boolean =>
    step !== null && policy.isSupervised(step);
  if (plan.some((message) => isLearnt(message) && message.apart.length > 0)) return true;
  if (traits.opensThought && plan.some(isLearnt)) return true;
  return traits.rewrites && isRewritten(plainMessages(plan), render, traits);
}

/** What is not said in the template's own form, and why. */
function formNotes(
  { messages }: Trajectory,
  { form, failed, own }: { form: ChatForm; failed: RenderResult; own: RecordContext },
): RenderNote[] {
  const notes: RenderNote[] = [];
  const hasCalls = messages.some((one) => one.role === 'assistant' && one.calls.length > 0);
  const hasResults = messages.some(({ role }) => role === 'tool');
  const { calls, tool } = own.traits;
  if (hasCalls && form.calls === null) {
    const none = 'the chat template has no form for calls';
    const why = failed.ok || calls === null ? none : failed.message;
    notes.push({ code: 'calls-as-text', why });
  }
  if (hasResults && !form.tool && (tool.native || tool.inline)) {
    notes.push({ code: 'results-as-user', why: 'the chat template refuses them otherwise' });
  }
  return notes;
}
