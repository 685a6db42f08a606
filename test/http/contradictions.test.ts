import { cpSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/audit/event.ts';
import { BundleArchive } from '../../src/bundles/bundle-archive.ts';
import { diffUnder } from '../../src/evaluation/diff-trace.ts';
import { recordedDecisions } from '../../src/evaluation/recorded-decision.ts';
import { reevaluate } from '../../src/evaluation/reevaluate.ts';
import type { Bundle } from '../../src/policy/bundle.ts';
import { compileBundleContent } from '../../src/policy/compile.ts';
import { forgeEvent } from '../audit/forge-log.ts';
import { runTool } from '../cli/run-tool.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;
let file: string;
let bundle: Bundle;

const TRACE = 'run-lie';

beforeAll(async () => {
  gateway = await startGateway();
  file = join(gateway.directory, 'audit', 'events.jsonl');
  const agent = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
  const steps = [{ tool_name: 'send_email', arguments: { to: 'x@evil.example', subject: 's', body: 'b' } }];
  const reply = await gateway.send('POST /evaluate', { body: { trace_id: TRACE, agent, steps } });
  expect(reply.status).toBe(200);
  const archive = new BundleArchive(join(dirname(file), 'policies'));
  const content = await archive.read((reply.body['bundle'] as { version: string }).version);
  bundle = compileBundleContent(content ?? {}).bundle as Bundle;
});
afterAll(() => gateway.stop());

type Changed = { [member: string]: unknown; payload?: Record<string, unknown> };
type Lie = { what: string; of: string; tell: (event: Changed) => void; pointer: string };

const inPayload = (of: string, member: string, value: unknown): Lie => ({
  what: `${of}: payload.${member}`,
  of,
  tell: (event) => {
    event.payload = { ...event.payload, [member]: value };
  },
  pointer: `/payload/${member}`,
});
const inEvent = (of: string, member: string, value: unknown): Lie => ({
  what: `${of}: ${member}`,
  of,
  tell: (event) => Object.assign(event, { [member]: value }),
  pointer: `/${member}`,
});

const LIES: Lie[] = [
  inPayload('decision_made', 'explanation', { summary: 'Allowed: all fine.' }),
  inPayload('decision_made', 'plan_hash', `sha256:${'1'.repeat(64)}`),
  inPayload('decision_made', 'tools', ['read_contract']),
  inPayload('guard_inspected', 'findings', [{ category: 'secret' }]),
  inEvent('decision_made', 'decision', 'allow'),
  inEvent('decision_made', 'agent_id', 'agent-support-01'),
  inEvent('decision_made', 'policy_bundle', `sha256:${'1'.repeat(64)}`),
  inEvent('decision_made', 'provenance', { lowest_trust: 'trusted', trust_level: 'trusted' }),
  inEvent('plan_received', 'agent_id', 'agent-support-01'),
  inEvent('plan_received', 'tenant_id', 'globex'),
  inEvent('identity_checked', 'tenant_id', 'globex'),
];

function recorded(): AuditEvent[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as AuditEvent).filter(({ trace_id }) => trace_id === TRACE);
}

describe('a record that says otherwise than its own facts come to', () => {
  it('is no record that the gateway writes', () => {
    const [decision] = recordedDecisions(recorded());
    expect(decision && reevaluate(decision, bundle)).toMatchObject({ result: 'identical', differences: [] });
    expect(diffUnder(recorded(), () => bundle)).toMatchObject({ identical: true, contradictions: [] });
  });

  it.each(LIES)('is found: $what', ({ of, tell, pointer }) => {
    const events = recorded();
    for (const event of events) if (event.event_type === of) tell(event as unknown as Changed);
    const [decision] = recordedDecisions(events);
    const { result, differences } = reevaluate(decision as never, bundle);
    expect(result).toBe('different');
    expect(differences.map((difference) => difference.pointer)).toContain(pointer);
    expect(diffUnder(events, () => bundle)).toMatchObject({
      identical: false,
      contradictions: [{ differences: expect.arrayContaining([expect.objectContaining({ pointer })]) }],
    });
  });

  const inContext = LIES.filter(({ pointer }) => !pointer.startsWith('/payload') && pointer !== '/decision');
  it.each(inContext)('is found where the decision cannot be made again: $what', ({ of, tell, pointer }) => {
    const events = recorded();
    const isSeen = (against?: Bundle) => {
      const { result, missing, differences } = reevaluate(recordedDecisions(events)[0] as never, against);
      return { result, missing, pointers: differences.map((difference) => difference.pointer) };
    };
    expect(isSeen()).toEqual({ result: 'not_reproducible', missing: 'bundle_missing', pointers: [] });
    for (const event of events) if (event.event_type === of) tell(event as unknown as Changed);
    expect(isSeen()).toMatchObject({ result: 'different', pointers: expect.arrayContaining([pointer]) });
    // As where a secret was taken out of the plan.
    const plan = events[0]?.payload?.['plan'] as { steps: { tool_name: string }[] };
    (plan as { metadata?: object }).metadata = { note: '[redacted:secret]' };
    expect(isSeen(bundle)).toMatchObject({ result: 'different', missing: 'plan_redacted' });
  });

  it('is told by --diff, which then ends with 12', async () => {
    const copy = join(gateway.directory, 'lie');
    cpSync(dirname(file), copy, { recursive: true });
    const lie = join(copy, 'events.jsonl');
    const at = readFileSync(lie, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes('"event_type":"decision_made"') && line.includes(TRACE));
    forgeEvent(lie, at, (event) => {
      (event['payload'] as { explanation: { summary: string } }).explanation.summary = 'Allowed: all fine.';
    });
    const args = ['--audit-file', lie, '--trace-id', TRACE, '--diff'];
    const { code, stdout, stderr } = await runTool(args, undefined, 'aisecops-replay');
    expect({ code, stdout }).toMatchObject({
      code: 12,
      stdout: expect.not.stringMatching(/no difference$/m),
    });
    expect(stderr).toMatch(
      /record of plan .* does not follow from its own facts:\n +decision \/payload\/explanation/,
    );
  });
});
