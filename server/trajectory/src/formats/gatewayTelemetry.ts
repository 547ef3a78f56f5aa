import { content, get, getAny, inside, isString, str } from '../json/jsonNode.ts';
import { nameBits } from '../json/keyNames.ts';
import { eventLines } from './shared/eventLines.ts';

/** Gateways that log messages in and out, and the tools' starts. */
export const gatewayTelemetry = eventLines({
  id: 'openclaw_telemetry',
  title: 'Agent gateway telemetry',
  recordNames: nameBits('type'),
  detect: (sample) =>
    /^(?:message\.(?:in|out)|agent\.start|tool\.(?:start|end))$/.test(
      str(get(sample, 'type')) ?? '',
    )
      ? `events of type \`${str(get(sample, 'type')) ?? ''}\``
      : null,
  event(build, event) {
    const type = str(get(event, 'type'));
    if (type === 'message.in') {
      const text = get(event, 'content');
      build.outer('task', isString(text) ? inside(text) : null);
    } else if (type === 'tool.start') {
      build.run();
      build.call({
        name: content(get(event, 'toolName')),
        arguments: content(get(event, 'params')),
      });
    } else if (type === 'tool.end') {
      build.result({ name: str(get(event, 'toolName')) });
      build.put('observation', content(getAny(event, 'result', 'output', 'error')));
    } else if (type === 'message.out') {
      build.run();
      build.say(content(get(event, 'content')));
    }
  },
});
