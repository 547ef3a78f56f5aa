import type { Trajectory } from '@deepcoder/trajectory';
import { isAgentKind } from '../kinds.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import type { DataSettings } from '../types.ts';
import type { ChatTemplate } from './chatTemplate.ts';
import { plainFile, type ParsedFile } from './plainFile.ts';
import { policyFor, type PolicySettings } from './policy.ts';
import { renderChat } from './renderChat.ts';
import { renderRaw } from './renderRaw.ts';
import { renderReact } from './renderReact.ts';
import type { Rendered, RenderResult } from './rendered.ts';

export type RenderSettings = PolicySettings &
  Pick<DataSettings, 'render' | 'samples' | 'reasoningHistory'>;

export interface RenderContext {
  settings: RenderSettings;
  tokenizer: Tokenizer;
  /** Null where the tokenizer has none. */
  template: ChatTemplate | null;
}

/** The training texts of one trajectory of a file, or why there are none. */
export function renderRecord(
  file: ParsedFile,
  trajectory: Trajectory,
  context: RenderContext,
): RenderResult {
  const { parsed } = file;
  const { settings, tokenizer, template } = context;
  const own = parsed.spans.filter(({ traj }) => traj === trajectory.index);
  if (!own.some(({ kind }) => isAgentKind(kind))) {
    return {
      ok: false,
      code: 'no-agent-content',
      message: 'the agent says and does nothing in it',
    };
  }
  const policy = policyFor(parsed, trajectory, settings);
  const how = chooseRender(file, trajectory, context);
  const endOfText = tokenizer.special.eosTokenId === null ? '' : (tokenizer.special.eosToken ?? '');
  if (how === 'raw') {
    if (!isPlainText(file, trajectory)) {
      const message = 'its contents lie in JSON; raw is for text files, take chat or react';
      return { ok: false, code: 'not-placed', message };
    }
    const { text, isForeign, parsed: own } = plainFile(file);
    const raw = { text, isForeign, spans: own.spans, labels: own.labels };
    const place = own.trajectories[trajectory.index] ?? trajectory;
    return one(how, renderRaw(place, raw, { policy, endOfText }));
  }
  if (how === 'chat' && template !== null) {
    const specialTokens = tokenizer.special.all;
    const { samples, reasoningHistory } = settings;
    const context = { template, policy, samples, reasoningHistory, specialTokens };
    return renderChat(trajectory, parsed.spans, context);
  }
  return one('react', renderReact(trajectory, parsed.spans, { policy, endOfText }));
}

function one(how: 'raw' | 'react', rendered: Rendered): RenderResult {
  return { ok: true, how, texts: [rendered], notes: [] };
}

/** Markers of chat templates that stand in some text files. */
const ROLE_MARKER = /<\|im_start\|>|<\|start_header_id\|>|\[INST\]|<start_of_turn>/;

/**
 * `auto`: text files as they stand, unless they hold the markers of a template that this tokenizer
 * does not know; the rest by the checkpoint's template, or as Thought, Action, Observation without one.
 */
function chooseRender(
  file: ParsedFile,
  trajectory: Trajectory,
  { settings, tokenizer, template }: RenderContext,
): 'raw' | 'chat' | 'react' {
  if (settings.render !== 'auto') return settings.render;
  if (isPlainText(file, trajectory)) {
    const marker = ROLE_MARKER.exec(file.text.slice(trajectory.start, trajectory.end))?.[0];
    if (marker === undefined || tokenizer.idOf(marker) !== null) return 'raw';
  }
  return template === null ? 'react' : 'chat';
}

/** A text that a model could have seen as it stands: no JSON around it, nothing escaped. */
function isPlainText({ text, parsed }: ParsedFile, { index }: Trajectory): boolean {
  if (/^\s*(\{\s*["}]|\[\s*[[{"\]])/.test(text)) return false;
  return parsed.spans.every(({ traj }, i) => traj !== index || (parsed.escapes[i] ?? 0) === 0);
}
