import type { AuditEvent } from '../audit/event.ts';
import { followLog } from '../audit/follow-log.ts';
import { AUDIT_FILE, auditFileOf, type Command, type Given, type Terminal, UsageError } from './command.ts';
import { safeJsonText, safeText } from './safe-text.ts';

export const tailCommand: Command = {
  name: 'audit tail',
  summary: 'Show the last events of the log, and those that come',
  options: {
    ...AUDIT_FILE,
    lines: { value: 'N', description: 'how many of the last events (20)' },
    follow: { description: 'go on until interrupted' },
    json: { description: 'the lines as they stand in the log; on a terminal with escapes' },
  },
  exits: {},
  run: tail,
};

async function tail(given: Given, terminal: Terminal): Promise<number> {
  const lines = String(given['lines'] ?? '20');
  if (!/^\d{1,9}$/.test(lines)) throw new UsageError('--lines: a whole number is needed');
  const stop = new AbortController();
  if (given['follow'] === true) process.once('SIGINT', () => stop.abort());
  const file = auditFileOf(given);
  for await (const { line, event } of followLog(
    file,
    Number(lines),
    given['follow'] === true ? stop.signal : undefined,
  )) {
    // To a program the very bytes, which it may hash; to a terminal nothing that it would act upon.
    const json = terminal.isScreen ? safeJsonText(line) : line;
    terminal.out(`${given['json'] === true ? json : safeText(textOf(event))}\n`);
  }
  return 0;
}

function textOf(event: AuditEvent): string {
  const { timestamp, sequence, event_type, decision, reason, agent_id, tool_name, trace_id } = event;
  const words = [timestamp, String(sequence).padStart(8), event_type.padEnd(20), (decision ?? '').padEnd(16)];
  const rest = Object.entries({ reason, agent: agent_id, tool: tool_name, trace: trace_id });
  const named = rest.filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${value}`);
  return `${words.join(' ')} ${named.join(' ')}`.trimEnd();
}
