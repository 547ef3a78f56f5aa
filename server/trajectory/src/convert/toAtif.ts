import type { AssistantMessage, Message, ToolMessage } from '../types.ts';
import {
  reportMasks,
  argumentsOf,
  isPicture,
  isTurn,
  joined,
  mixed,
  partsOfTurn,
  toolsOf,
  withoutPictures,
  type Conversion,
} from './conversion.ts';

interface Step {
  step_id: number;
  source: 'system' | 'user' | 'agent';
  message: string | Part[];
  reasoning_content?: string;
  tool_calls?: object[];
  observation?: { results: object[] };
}

/** Of a message with pictures; from version 1.6 on. */
type Part =
  { type: 'text'; text: string } | { type: 'image'; source: { media_type: string; path: string } };

/** ATIF, one trajectory a line. Results stand in the step that they follow. */
export function toAtif(conversion: Conversion): string {
  reportMasks(conversion);
  const { trajectory } = conversion;
  const steps: Step[] = [];
  for (const message of trajectory.messages) addMessage(conversion, steps, message);
  const tools = toolsOf(conversion);
  return JSON.stringify({
    schema_version: `ATIF-v1.${trajectory.messages.some(({ pictures }) => pictures) ? 6 : 4}`,
    session_id: trajectory.id ?? String(trajectory.index),
    agent: {
      ...{ name: 'unknown', version: '0' },
      ...(tools.length > 0 && { tool_definitions: tools }),
    },
    steps,
  });
}

function addMessage(conversion: Conversion, steps: Step[], message: Message): void {
  if (message.role === 'tool') addResult(conversion, steps, message);
  else if (isTurn(message)) steps.push({ step_id: steps.length + 1, ...turn(conversion, message) });
  else {
    if (message.role === 'other') {
      conversion.lost(
        'kind-changed',
        'ATIF has no kind for this; it becomes a system step.',
        message.pieces[0] ?? null,
      );
    }
    const source = message.role === 'user' ? 'user' : 'system';
    if (message.pictures)
      steps.push({ step_id: steps.length + 1, source, message: parts(conversion, message) });
    else {
      for (const { text } of message.pieces)
        steps.push({ step_id: steps.length + 1, source, message: text });
    }
  }
}

function addResult(conversion: Conversion, steps: Step[], message: ToolMessage): void {
  const step = steps[steps.length - 1];
  const texts = message.pieces.length > 0 ? message.pieces.map(({ text }) => text) : [''];
  const contents = message.pictures ? [parts(conversion, message)] : texts;
  const results = contents.map((content) => ({
    ...(message.callId !== null && { source_call_id: message.callId }),
    content,
  }));
  if (!step) {
    conversion.lost(
      'not-held',
      'ATIF has no place for a result before the first step; it is left out.',
      message.pieces[0] ?? null,
    );
    return;
  }
  step.observation = { results: [...(step.observation?.results ?? []), ...results] };
}

function parts({ pictureOf }: Conversion, message: Message): Part[] {
  return mixed(message).map((one): Part => {
    if (!isPicture(one)) return { type: 'text', text: one.text };
    const { mediaType, url } = pictureOf(one);
    return { type: 'image', source: { media_type: mediaType ?? 'image/png', path: url } };
  });
}

function turn(conversion: Conversion, message: AssistantMessage): Omit<Step, 'step_id'> {
  withoutPictures(conversion, message);
  const { reasoning, rest } = partsOfTurn(conversion, message);
  const acts = message.calls.length > 0;
  const texts = rest.map((piece) => {
    const kind = conversion.kindOf(piece);
    if (kind === 'action') return `<action>${piece.text}</action>`;
    return acts ? `<answer>${piece.text}</answer>` : piece.text;
  });
  if (reasoning.length > 1) {
    conversion.lost('pieces-joined', 'Several thoughts of a turn become one.', reasoning[0]!);
  }
  if (rest.length > 1) {
    conversion.lost('pieces-joined', 'Several texts of a turn become one.', rest[0]!);
  }
  if (acts && rest.some((piece) => conversion.kindOf(piece) === 'action')) {
    const text = 'An action written as text beside calls will be taken for a copy of them.';
    conversion.lost('ambiguous-text', text, rest[0]!);
  }
  const calls = message.calls.map((call, i) => ({
    tool_call_id: call.id ?? `call_${message.step}_${i + 1}`,
    function_name: call.name?.text ?? '',
    arguments: argumentsOf(conversion, call) ?? {},
  }));
  return {
    source: 'agent',
    message: texts.join('\n\n'),
    ...(reasoning.length > 0 && { reasoning_content: joined(reasoning) }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}
