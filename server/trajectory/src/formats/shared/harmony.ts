import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../../assemble/builder.ts';
import { Finder, type Found } from '../../text/finder.ts';
import { plainSlice, type Source } from '../../text/source.ts';
import type { WhichCalls } from './writtenCall.ts';

/** Harmony, gpt-oss's form: a header with role, channel and recipient, then the message. */
const HEADER =
  /(<\|start\|>([^<]*))?(?:<\|channel\|>([^<]*))?(?:<\|constrain\|>[^<]*)?<\|message\|>/g;
const END = /<\|(?:end|call|return)\|>/g;

export function hasHarmony(text: string): boolean {
  return text.includes('<|message|>') && /<\|(?:channel|start)\|>/.test(text);
}

/** A text whose every part is a Harmony message; what stands between them is no content. */
export function readHarmony(
  build: Builder,
  source: Source,
  { range, calls, isFile }: { range: Range; calls: WhichCalls; isFile: boolean },
): void {
  const headers = new Finder(source.text, HEADER);
  const ends = new Finder(source.text, END);
  const reader = new HarmonyReader(build, source, calls);
  let header = headers.next(range.start, range.end);
  if (header && !isFile) {
    build.say(plainSlice(source, range.start, header.start));
  }
  while (header) {
    const next = headers.next(header.end, range.end);
    const limit = next?.start ?? range.end;
    const close = ends.next(header.end, limit);
    const content = { start: header.end, end: close?.start ?? limit };
    reader.message(header, content, isFile);
    if (close) build.label(plainSlice(source, close.start, close.end));
    header = next;
  }
}

class HarmonyReader {
  constructor(
    private readonly build: Builder,
    private readonly source: Source,
    private readonly calls: WhichCalls,
  ) {}

  message(header: Found, content: Range, isFile: boolean): void {
    const { build, source } = this;
    const [whole, , from = 'assistant', channel = ''] = header.groups;
    const [role = 'assistant'] = from.trim().split(/\s+/);
    const slice = plainSlice(source, content.start, content.end);
    if (role === 'system' && isFile && (!build.isOpen || build.currentStep > 0)) {
      build.trajectory(source.toRaw(header.start));
    }
    if (role === 'assistant') {
      const opening = header.groups[1]?.length ?? 0;
      if (opening > 0) {
        const roleEnd = header.start + '<|start|>'.length + from.indexOf(role) + role.length;
        this.label(header.start, roleEnd);
        this.agent(roleEnd, whole!, { header, content, channel });
      } else this.agent(header.start, whole!, { header, content, channel });
      return;
    }
    this.label(header.start, header.end);
    if (role === 'system' || role === 'developer') build.outer('system', slice);
    else if (role === 'user') build.outer('task', slice);
    else {
      build.result({ name: role.replace(/^functions\./, '') });
      build.put('observation', slice);
    }
  }

  /** The rest of the header is the agent's own. */
  private agent(
    at: number,
    whole: string,
    { header, content, channel }: { header: Found; content: Range; channel: string },
  ): void {
    const { build, source } = this;
    const slice = plainSlice(source, content.start, content.end);
    const recipient = /\bto=(functions\.)?([^\s<]+)/.exec(whole);
    build.run();
    if (recipient && recipient[2] !== 'user') {
      const name = recipient[2]!;
      const nameStart = header.start + recipient.index + 'to='.length + (recipient[1]?.length ?? 0);
      this.label(at, nameStart);
      this.label(nameStart + name.length, header.end);
      if (this.calls === 'here') {
        const nameSlice = plainSlice(source, nameStart, nameStart + name.length);
        build.call({ name: nameSlice, arguments: slice });
      }
      return;
    }
    this.label(at, header.end);
    if (channel.trim().startsWith('analysis')) build.put('reasoning', slice);
    else build.say(slice);
  }

  private label(start: number, end: number): void {
    this.build.label(plainSlice(this.source, start, end));
  }
}
