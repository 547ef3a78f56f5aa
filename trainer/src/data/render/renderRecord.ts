import type { Trajectory } from '@deepcoder/trajectory';
import { isAgentKind } from '@deepcoder/vocabulary';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import type { DataSettings } from '../types.ts';
import type { ChatTemplate } from './chatTemplate.ts';
import { plainFile, type ParsedFile } from './plainFile.ts';
import { policyFor, type PolicySettings } from './policy.ts';
import { renderChat } from './renderChat.ts';
import { renderRaw } from './renderRaw.ts';
import { renderReact } from './renderReact.ts';
import type { PictureSettings } from '../../vision/pictureSettings.ts';
import type { Rendered, RenderNote, RenderResult } from './rendered.ts';

export type RenderSettings = PolicySettings &
  Pick<DataSettings, 'render' | 'samples' | 'reasoningHistory'>;

export interface RenderContext {
  settings: RenderSettings;
  tokenizer: Tokenizer;
  /** Null where the tokenizer has none. */
  template: ChatTemplate | null;
  /** How the student is shown pictures; null where it does not see. */
  vision: PictureSettings | null;
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
  const seen = shownPictures(parsed, trajectory, how === 'chat' ? context.vision : null);
  const notes = seen.note === null ? [] : [seen.note];
  if (how === 'raw') {
    if (!isPlainText(file, trajectory)) {
      const message = 'its contents lie in JSON; raw is for text files, take chat or react';
      return { ok: false, code: 'not-placed', message };
    }
    const { text, isForeign, parsed: own } = plainFile(file);
    const raw = { text, isForeign, spans: own.spans, labels: own.labels };
    const place = own.trajectories[trajectory.index] ?? trajectory;
    return one(how, renderRaw(place, raw, { policy, endOfText }), notes);
  }
  if (how === 'chat' && template !== null) {
    const specialTokens = tokenizer.special.all;
    const { samples, reasoningHistory } = settings;
    const { shown } = seen;
    const context = { template, policy, shown, samples, reasoningHistory, specialTokens };
    const result = renderChat(trajectory, parsed.spans, context);
    return result.ok ? { ...result, notes: [...notes, ...result.notes] } : result;
  }
  return one('react', renderReact(trajectory, parsed.spans, { policy, endOfText }), notes);
}

function one(how: 'raw' | 'react', rendered: Rendered, notes: RenderNote[]): RenderResult {
  return { ok: true, how, texts: [rendered], notes };
}

/** The last pictures of a trajectory, as many as are shown, and a note where some are not. */
function shownPictures(
  { pictures }: ParsedFile['parsed'],
  { index, messages }: Trajectory,
  vision: PictureSettings | null,
): { shown: ReadonlySet<number>; note: RenderNote | null } {
  if (pictures.length === 0) return { shown: new Set(), note: null };
  const own = messages
    .flatMap((message) => (message.role === 'assistant' ? [] : (message.pictures ?? [])))
    .map(({ picture }) => picture);
  const most = vision === null ? 0 : (vision.maxPictures ?? own.length);
  const shown = new Set(most === 0 ? [] : own.slice(-most));
  const all = pictures.filter(({ traj }) => traj === index).length;
  if (shown.size === all) return { shown, note: null };
  const why =
    vision === null
      ? 'the student, or the form of the text (data.render), has no place for them'
      : 'student.vision.max_pictures, or they are in turns of the agent';
  return { shown, note: { code: 'pictures-left-out', why } };
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
