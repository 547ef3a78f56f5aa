import type { Builder } from '../../assemble/builder.ts';
import { content, get, isArray, isObject, str } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { scanJson } from '../../json/scanJson.ts';
import { Finder } from '../../text/finder.ts';
import { plainSlice, type Slice, type Source } from '../../text/source.ts';

const IN_USER = /<(\/?)(?:tool_response|TOOL_RESPONSE|function_results)>/g;
const IN_TOOL =
  /<(\/?)(?:tool_response|TOOL_RESPONSE|function_results|response|results)>|<\|(?:(START)|END)_TOOL_RESULT\|>/g;

const FIRST =
  /\s*(?:<(?:tool_response|TOOL_RESPONSE|function_results|response|results)>|<\|START_TOOL_RESULT\|>)/y;
const RETURN_OF = /\s*## Return of ([^\r\n]+)(?:\r?\n|$)/y;
const TOOL_CONTENT = '[TOOL_CONTENT]';

/** Results of tools in a rendered template: in turns of their own, or in the user's. */
export class ResultReader {
  private readonly inUser: Finder;
  private readonly inTool: Finder;

  constructor(
    private readonly build: Builder,
    private readonly source: Source,
  ) {
    this.inUser = new Finder(source.text, IN_USER);
    this.inTool = new Finder(source.text, IN_TOOL);
  }

  /** Qwen's template and others let the user's turn carry the results, each in tags. */
  user(slice: Slice): void {
    if (this.build.currentStep === 0) this.build.outer('task', slice);
    else this.tagged(slice, this.inUser, 'task');
  }

  tool(slice: Slice, name: string | null): void {
    FIRST.lastIndex = slice.start;
    if (FIRST.test(this.source.text)) this.tagged(slice, this.inTool, 'observation');
    else if (!this.envelope(slice)) this.plain(slice, name);
  }

  private tagged({ start, end }: Slice, tags: Finder, outside: 'task' | 'observation'): void {
    const { build, source } = this;
    let at = start;
    let within = false;
    for (;;) {
      const tag = tags.next(at, end);
      const slice = plainSlice(source, at, tag?.start ?? end);
      const isBlank = source.text.slice(slice.start, slice.end).trim() === '';
      if (within || (!isBlank && outside === 'observation')) {
        build.result();
        build.put('observation', slice);
      } else if (!isBlank) build.outer('task', slice);
      if (!tag) return;
      build.label(plainSlice(source, tag.start, tag.end));
      within = tag.groups[1] === undefined ? tag.groups[2] !== undefined : tag.groups[1] === '';
      at = tag.end;
    }
  }

  /** Mistral's `{content, call_id}`, one or a list of them, or the id, a mark and the content. */
  private envelope(slice: Slice): boolean {
    const { build, source } = this;
    const marked = source.text.slice(slice.start, slice.end).indexOf(TOOL_CONTENT);
    if (marked >= 0) {
      const at = slice.start + marked + TOOL_CONTENT.length;
      build.label(plainSlice(source, slice.start, at));
      build.result({ callId: source.text.slice(slice.start, slice.start + marked).trim() });
      build.put('observation', plainSlice(source, at, slice.end));
      return true;
    }
    const { value } = scanJson(source, slice.start, slice.end);
    const list = isArray(value) ? value.items : value ? [value] : [];
    if (list.length === 0 || !list.every(isEnvelope)) return false;
    for (const item of list) {
      build.result({ callId: str(get(item, 'call_id')) });
      build.put('observation', content(get(item, 'content')));
    }
    return true;
  }

  /** Kimi's begin with a heading that has the call's id. */
  private plain(slice: Slice, name: string | null): void {
    const { build, source } = this;
    RETURN_OF.lastIndex = slice.start;
    const heading = RETURN_OF.exec(source.text);
    const start = heading && RETURN_OF.lastIndex <= slice.end ? RETURN_OF.lastIndex : slice.start;
    build.label(plainSlice(source, slice.start, start));
    build.result({ callId: heading?.[1]?.trimEnd() ?? null, name });
    build.put('observation', plainSlice(source, start, slice.end));
  }
}

function isEnvelope(item: JsonNode): boolean {
  return isObject(item) && get(item, 'content') !== null && get(item, 'call_id') !== null;
}
