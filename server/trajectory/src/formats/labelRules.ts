import {
  labelPattern,
  type LabelPattern,
  type LabelRule,
  type SpanKind,
} from '@deepcoder/vocabulary';
import type { Builder } from '../assemble/builder.ts';
import { Lines } from '../text/lines.ts';
import { plainSlice, type Source } from '../text/source.ts';
import type { Format } from './format.ts';
import { Turns } from './shared/turns.ts';

/** Text that the user's own rules explain: lines that match a rule open a span of its kind. */
export const labelRules: Format = {
  id: 'label_rules',
  title: 'Own label rules',
  detect({ shape, head, rules }) {
    if (shape !== 'text' || !rules) return null;
    const { compiled } = compile(rules.rules);
    const lines = new Lines(head);
    while (lines.advance()) {
      const found = match(compiled, head, lines);
      if (found)
        return `line that the rule \`${found.rule.prefix ?? found.rule.pattern ?? ''}\` matches`;
    }
    return null;
  },
  text(build, source, range, rules) {
    const { compiled, broken } = compile(rules?.rules ?? []);
    for (const rule of broken) {
      const message = `The label rule \`${rule.pattern ?? ''}\` is no regular expression (of RE2's: without looking around or back).`;
      build.problem('error', 'bad-label-rule', message, { start: 0, end: 0 });
    }
    const reader = new RuleReader(build, source);
    const lines = new Lines(source.text, range.start, range.end);
    while (lines.advance()) reader.line(match(compiled, source.text, lines), lines.start);
    reader.flush(range.end);
  },
};

interface CompiledRule {
  rule: LabelRule;
  pattern: LabelPattern | null;
}

interface Match {
  rule: LabelRule;
  end: number;
}

/** A label stands at the start of a line: a pattern sees this much of it. */
const LOOK = 2000;

function compile(rules: readonly LabelRule[]): { compiled: CompiledRule[]; broken: LabelRule[] } {
  const compiled: CompiledRule[] = [];
  const broken: LabelRule[] = [];
  for (const rule of rules) {
    try {
      const pattern = rule.pattern === undefined ? null : labelPattern(rule.pattern);
      compiled.push({ rule, pattern });
    } catch {
      broken.push(rule);
    }
  }
  return { compiled, broken };
}

function match(rules: CompiledRule[], text: string, { start, end }: Lines): Match | null {
  let line: string | null = null;
  for (const { rule, pattern } of rules) {
    if (rule.prefix !== undefined && rule.prefix !== '' && text.startsWith(rule.prefix, start)) {
      return { rule, end: start + rule.prefix.length };
    }
    if (!pattern) continue;
    line ??= text.slice(start, Math.min(end, start + LOOK));
    const length = pattern.lengthAt(line);
    if (length > 0) return { rule, end: start + length };
  }
  return null;
}

class RuleReader {
  private open: { kind: SpanKind | 'ignore'; start: number } | null = null;
  private readonly turns: Turns;

  constructor(
    private readonly build: Builder,
    private readonly source: Source,
  ) {
    this.turns = new Turns(build);
  }

  line(found: Match | null, start: number): void {
    if (!found) return;
    this.flush(start);
    if (found.rule.trajectory) {
      this.build.trajectory(this.source.toRaw(start));
      this.turns.reset();
    }
    this.build.label(plainSlice(this.source, start, found.end));
    this.open = { kind: found.rule.kind, start: found.end };
  }

  flush(end: number): void {
    const { open, build } = this;
    this.open = null;
    if (!open || open.kind === 'ignore') return;
    const slice = plainSlice(this.source, open.start, end);
    if (open.kind === 'reasoning' || open.kind === 'action' || open.kind === 'answer') {
      this.turns.agent(open.kind === 'reasoning' ? 'thought' : open.kind);
      build.put(open.kind, slice);
    } else if (open.kind === 'observation') {
      build.result();
      build.put('observation', slice);
      this.turns.observed();
    } else {
      build.outer(open.kind, slice);
    }
  }
}
