import { isPassing } from '../http/attempts.ts';
import { DeepCoderError } from '@deepcoder/config';

/** Something about the Hub that the user can put right: exit code 3, like a bad checkpoint. */
export function hubError(code: string, message: string, cause?: unknown): DeepCoderError {
  return new DeepCoderError(code, message, { exitCode: 3, cause });
}

/** What the Hub refused, in the words of who asked; null for answers that the client itself understands. */
export function refusal(
  response: Response,
  { what, hasToken }: { what: string; hasToken: boolean },
): DeepCoderError | null {
  const { status } = response;
  const reason = response.headers.get('X-Error-Code') ?? '';
  if (reason === 'GatedRepo') return gated(what, hasToken);
  if (status === 401) return unauthorized(what, hasToken);
  if (status === 403) return forbidden(what, hasToken);
  if (reason === 'RevisionNotFound') {
    return hubError(
      'hub-revision',
      `${what}: the Hub has no such revision; look at its page for names of branches and tags`,
    );
  }
  if (status === 404 && reason !== 'EntryNotFound') {
    return hubError('hub-not-found', `${what}: the Hub has no such repository; check the spelling`);
  }
  if (isPassing(status)) {
    return hubError('hub-unavailable', `${what}: the Hub answers ${status}; try again later`);
  }
  return null;
}

function gated(what: string, hasToken: boolean): DeepCoderError {
  const access = hasToken
    ? 'ask for access on its page with the account of your token'
    : 'ask for access on its page, then set HF_TOKEN to a token of that account';
  return hubError('hub-gated', `${what}: its owner decides who may have it; ${access}`);
}

function unauthorized(what: string, hasToken: boolean): DeepCoderError {
  const message = hasToken
    ? 'the Hub does not accept your token; make another one at huggingface.co/settings/tokens'
    : 'it does not exist, or is private; check the spelling, or set HF_TOKEN to a token that may read it';
  return hubError('hub-unauthorized', `${what}: ${message}`);
}

function forbidden(what: string, hasToken: boolean): DeepCoderError {
  const message = hasToken
    ? 'your token has no permission for this; choose one that has'
    : 'it needs a token; set HF_TOKEN';
  return hubError('hub-forbidden', `${what}: ${message}`);
}
