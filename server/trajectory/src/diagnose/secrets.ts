import type { Problem } from '@deepcoder/vocabulary';

/** Keys and tokens by the shapes that their makers gave them. */
const SECRETS: readonly [name: string, pattern: string][] = [
  ['private key', '-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----'],
  ['AWS access key', '\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b'],
  ['Anthropic key', '\\bsk-ant-[\\w-]{20,}'],
  ['OpenAI key', '\\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}'],
  ['GitHub token', '\\bgh[pousr]_[A-Za-z0-9]{36,}\\b'],
  ['GitHub token', '\\bgithub_pat_\\w{50,}\\b'],
  ['GitLab token', '\\bglpat-[\\w-]{20,}'],
  ['Google API key', '\\bAIza[\\w-]{35}'],
  ['Hugging Face token', '\\bhf_[A-Za-z0-9]{30,}\\b'],
  ['Slack token', '\\bxox[abprs]-[A-Za-z0-9-]{10,}'],
  ['Stripe key', '\\b[rs]k_live_[A-Za-z0-9]{20,}'],
  ['npm token', '\\bnpm_[A-Za-z0-9]{36}\\b'],
  ['JSON web token', '\\beyJ[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]{10,}'],
];

const ANY = new RegExp(SECRETS.map(([, pattern]) => `(${pattern})`).join('|'), 'g');

/** Warns of what looks like a secret; the message names the kind, not the secret. */
export function findSecrets(text: string): Problem[] {
  const problems: Problem[] = [];
  for (const match of text.matchAll(ANY)) {
    const kind = SECRETS[match.slice(1).findIndex(Boolean)]![0];
    problems.push({
      code: 'secret',
      message: `This looks like a secret (${kind}).`,
      start: match.index,
      end: match.index + match[0].length,
      severity: 'warning',
    });
  }
  return problems;
}
