import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/audit/event.ts';
import { checkLine } from '../../src/audit/event-check.ts';
import { eventLine } from '../../src/audit/event-line.ts';
import { prepareGroup } from '../../src/audit/prepared-group.ts';
import type { LogLine } from '../../src/audit/read-forward.ts';
import { FORMAT, FORMATS } from '../../src/sinks/formats/format.ts';
import { syslogFrame } from '../../src/sinks/syslog-frame.ts';

const ORIGIN = { origin: 'aisecops-interceptor/0f3c', version: '9.9.9' };
const NO_HASH = `sha256:${'0'.repeat(64)}`;

/** A line as the log would have written it. */
function lineOf(context: Partial<AuditEvent>, draft: Partial<AuditEvent> = {}): LogLine {
  const { trace_id, tenant_id, agent_id, agent_name, policy_bundle, execution_plan_id } = context;
  const group = prepareGroup({
    context: JSON.parse(
      JSON.stringify({ trace_id, tenant_id, agent_id, agent_name, policy_bundle, execution_plan_id }),
    ),
    events: [{ event_type: 'decision_made', ...draft } as never],
  });
  const [prepared] = group.lines;
  if (prepared === undefined) throw new Error('no line');
  const place = {
    event_id: '019a437f-2b3c-7def-8abc-0123456789ab',
    sequence: 4711,
    prev_hash: NO_HASH,
    trace_sequence: 4,
    trace_prev_hash: NO_HASH,
    timestamp: '2026-11-02T09:14:07.215Z',
  };
  const { line } = eventLine(group.frame, prepared, { payload: prepared.payload, place });
  const raw = Buffer.from(line);
  return { raw, event: checkLine(raw), end: 0 };
}

const BLOCKED = lineOf(
  {
    trace_id: 'run-123',
    tenant_id: 'acme-corp',
    agent_id: 'agent-finance-01',
    agent_name: 'finance_agent',
    policy_bundle: `sha256:${'9'.repeat(64)}`,
    execution_plan_id: 'plan-8f42',
  },
  { decision: 'block', reason: 'recipient_not_allowlisted', control: 'policy', tool_name: 'send_email' },
);

/** Header and extension of a CEF line, read the plain way: by its escapes. */
function readCef(text: string): { header: string[]; fields: Map<string, string> } {
  const parts = [...text.matchAll(/((?:\\.|[^\\|])*)\|/gy)].slice(0, 7);
  const header = parts.map(([, part = '']) => part.replaceAll(/\\(.)/g, '$1'));
  const extension = text.slice(parts.reduce((sum, [part]) => sum + part.length, 0));
  const marks = [...extension.matchAll(/(?:^| )(\w+)(?<!\\)=/g)];
  const fields = marks.map(({ 0: mark, 1: key = '', index }, number): [string, string] => {
    const end = marks[number + 1]?.index ?? extension.length;
    return [key, extension.slice(index + mark.length, end).replaceAll(/\\(.)/g, '$1')];
  });
  return { header, fields: new Map(fields) };
}

describe('the formats', () => {
  it('leave a JSON line as it is', () => {
    expect(FORMAT.json(BLOCKED, ORIGIN)).toBe(BLOCKED.raw.toString());
  });

  it('write OCSF 1.9 API Activity with the line and its digest', () => {
    const record = JSON.parse(FORMAT.ocsf(BLOCKED, ORIGIN));
    const digest = execFileSync('sha256sum', { input: BLOCKED.raw }).toString().slice(0, 64);
    expect(record).toEqual({
      ...{
        category_uid: 6,
        category_name: 'Application Activity',
        class_uid: 6003,
        class_name: 'API Activity',
      },
      ...{ activity_id: 99, activity_name: 'decision_made', type_uid: 600_399 },
      ...{
        time: 1_793_610_847_215,
        severity_id: 3,
        severity: 'Medium',
        message: 'recipient_not_allowlisted',
      },
      ...{ action_id: 2, action: 'Denied', disposition_id: 2, disposition: 'Blocked' },
      metadata: {
        version: '1.9.0',
        profiles: ['security_control'],
        product: { name: 'Interceptor', vendor_name: 'AISecOps', version: '9.9.9' },
        log_name: ORIGIN.origin,
        log_version: '1.0',
        event_code: 'decision_made',
        original_event_uid: BLOCKED.event.event_id,
        original_time: '2026-11-02T09:14:07.215Z',
        sequence: 4711,
        correlation_uid: 'run-123',
        tenant_uid: 'acme-corp',
      },
      actor: { app_uid: 'agent-finance-01', app_name: 'finance_agent' },
      api: { operation: 'send_email', request: { uid: 'plan-8f42' } },
      src_endpoint: { svc_name: 'finance_agent' },
      policy: { uid: `sha256:${'9'.repeat(64)}` },
      raw_data: BLOCKED.raw.toString(),
      raw_data_size: BLOCKED.raw.length,
      raw_data_hash: { algorithm_id: 3, algorithm: 'SHA-256', value: digest },
      unmapped: { hash: BLOCKED.event.hash, prev_hash: NO_HASH, decision: 'block', control: 'policy' },
    });
  });

  it('write ECS with the line as event.original', () => {
    expect(JSON.parse(FORMAT.ecs(BLOCKED, ORIGIN))).toMatchObject({
      '@timestamp': '2026-11-02T09:14:07.215Z',
      ecs: { version: '8.17.0' },
      message: 'decision_made block recipient_not_allowlisted',
      event: {
        ...{ action: 'decision_made', outcome: 'failure', type: ['denied'], sequence: 4711, severity: 5 },
        ...{ id: BLOCKED.event.event_id, hash: BLOCKED.event.hash, original: BLOCKED.raw.toString() },
      },
      trace: { id: 'run-123' },
      organization: { id: 'acme-corp' },
      aisecops: { decision: 'block', agent_id: 'agent-finance-01', tool_name: 'send_email' },
    });
  });

  it('write CEF that names the event and its hash', () => {
    const text = FORMAT.cef(BLOCKED, ORIGIN);
    expect(
      text.startsWith('CEF:0|AISecOps|Interceptor|9.9.9|decision_made|decision made|6|rt=1793610847215 '),
    ).toBe(true);
    expect(Object.fromEntries(readCef(text).fields)).toMatchObject({
      ...{ act: 'block', reason: 'recipient_not_allowlisted', suid: 'agent-finance-01', cn1: '4711' },
      ...{
        cs1: 'run-123',
        cs1Label: 'trace_id',
        cs3: 'send_email',
        cs6: BLOCKED.event.hash,
        cs6Label: 'hash',
      },
    });
  });

  it.each([
    ['allow', 1, 1, 1],
    ['block', 2, 2, 3],
    ['require_approval', 0, 14, 2],
  ])('say of %s what OCSF has for it', (decision, action_id, disposition_id, severity_id) => {
    const record = JSON.parse(FORMAT.ocsf(lineOf({}, { decision }), ORIGIN));
    expect(record).toMatchObject({ action_id, disposition_id, severity_id });
  });

  it('say of an event without agent and decision that it is of the gateway itself', () => {
    const record = JSON.parse(FORMAT.ocsf(lineOf({}, { event_type: 'audit_recovered' }), ORIGIN));
    expect(record).toMatchObject({
      ...{
        severity_id: 4,
        actor: { app_name: 'aisecops-interceptor' },
        api: { operation: 'audit_recovered' },
      },
      src_endpoint: { svc_name: 'aisecops-interceptor' },
    });
    expect(record).not.toHaveProperty('action_id');
  });

  it('are one line each, in which no value can pass for another one', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      fc.string({
        unit: fc.constantFrom(
          '|',
          '=',
          '\\',
          ' ',
          '\n',
          '\r',
          '\u0000',
          '\u001b',
          '\u2028',
          '\u202e',
          'act',
          'x',
        ),
        minLength: 1,
        maxLength: 12,
      }),
    );
    const names = fc.record({
      trace_id: hostile,
      agent_id: hostile,
      agent_name: hostile,
      tenant_id: hostile,
    });
    fc.assert(
      fc.property(names, hostile, (context, tool_name) => {
        const line = lineOf(context, { decision: 'block', tool_name });
        for (const name of FORMATS) expect(FORMAT[name](line, ORIGIN)).not.toMatch(/[\n\r\0]/);
        expect(JSON.parse(FORMAT.ocsf(line, ORIGIN)).raw_data).toBe(line.raw.toString());
        expect(JSON.parse(FORMAT.ecs(line, ORIGIN)).event.original).toBe(line.raw.toString());
        const { header, fields } = readCef(FORMAT.cef(line, ORIGIN));
        const shown = (text: string) => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
        expect(header).toHaveLength(7);
        expect([fields.get('act'), fields.get('suid'), fields.get('suser')]).toEqual([
          'block',
          shown(context.agent_id),
          shown(context.agent_name),
        ]);
        expect(fields.get('cs3')).toBe(shown(tool_name));
        expect(FORMAT.cef(line, ORIGIN)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202e]/u);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a syslog frame', () => {
  it('has the form of RFC 5424, and its length in bytes before it', () => {
    const frame = syslogFrame(BLOCKED.event, { text: 'grüß', facility: 13, host: 'gate 1.exämple\n' });
    const message =
      '<108>1 2026-11-02T09:14:07.215Z gate1.exmple aisecops-interceptor - decision_made - grüß';
    expect(frame.toString()).toBe(`${Buffer.byteLength(message)} ${message}`);
  });

  it.each([
    ['decision_made', 'allow', 6],
    ['decision_made', 'require_approval', 5],
    ['decision_made', 'block', 4],
    ['audit_recovered', undefined, 3],
  ])('gives %s %s the severity %i', (event_type, decision, severity) => {
    const { event } = lineOf({}, { event_type, decision } as never);
    const frame = syslogFrame(event, { text: '', facility: 4, host: '' }).toString();
    expect(frame).toContain(` <${4 * 8 + severity}>1 `);
    expect(frame).toContain('215Z - aisecops-interceptor');
  });
});
