import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalHash, sha256 } from '../../src/json/canonical.ts';
import { type NormalizeInput, normalizePlan } from '../../src/plan/normalize.ts';
import { PlanError } from '../../src/plan/plan-error.ts';
import type { SubmittedPlan } from '../../src/plan/schema.ts';

const INPUT: NormalizeInput = { tenant_id: 'acme-corp', newId: (prefix) => `${prefix}-1` };

type Submission = Partial<SubmittedPlan>;
type SubmittedStep = SubmittedPlan['steps'][number];

const STEP: SubmittedStep = { step_id: 's1', tool_name: 'send_email', arguments: { to: 'ann@acme.example' } };
const PLAN: SubmittedPlan = { agent: { agent_id: 'agent-1' }, steps: [STEP] };

const hashOf = (plan: unknown, input = INPUT): string => normalizePlan(plan, input).plan_hash;
const withPlan = (over: Submission): Submission => ({ ...PLAN, ...over });
const withStep = (over: Partial<SubmittedStep>): Submission => withPlan({ steps: [{ ...STEP, ...over }] });
const withSource = (over: object): Submission =>
  withPlan({ provenance: [{ source_type: 'memory', source_name: 'notes', ...over }] });

function errorsOf(plan: unknown): readonly { pointer: string; message: string }[] {
  try {
    normalizePlan(plan, INPUT);
  } catch (error) {
    expect(error).toBeInstanceOf(PlanError);
    expect((error as PlanError).code).toBe('invalid_plan');
    return (error as PlanError).errors;
  }
  throw new Error('the plan was accepted');
}

describe('the hash of a plan', () => {
  it('is the canonical hash of its normal form', () => {
    const { plan, canonical, plan_hash } = normalizePlan(PLAN, INPUT);
    expect(plan_hash).toBe(canonicalHash(plan));
    expect(JSON.parse(canonical)).toEqual(plan);
  });

  it('does not depend on the order of any names', () => {
    const anyArguments = fc.dictionary(anyName(), fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true });
    fc.assert(
      fc.property(anyArguments, anyArguments, fc.func(fc.nat()), (args, metadata, rank) => {
        const plan = withPlan({ metadata, steps: [{ ...STEP, arguments: args }] });
        expect(hashOf(shuffled(plan, (key) => rank(key)))).toBe(hashOf(plan));
      }),
      { numRuns: 300 },
    );
  });

  const SOURCE = withSource({});
  it.each<[what: string, a: Submission, b: Submission]>([
    ['the agent', PLAN, withPlan({ agent: { agent_id: 'agent-2' } })],
    ['the name of the agent', PLAN, withPlan({ agent: { agent_id: 'agent-1', agent_name: 'n' } })],
    ['the tenant', PLAN, withPlan({ agent: { agent_id: 'agent-1', tenant_id: 'globex' } })],
    ['the bundle', PLAN, withPlan({ agent: { agent_id: 'agent-1', policy_bundle: 'strict' } })],
    ['the budget', PLAN, withPlan({ agent: { agent_id: 'agent-1', budget_context: 'b' } })],
    ['the runtime mode', PLAN, withPlan({ agent: { agent_id: 'agent-1', runtime_mode: 'sidecar' } })],
    ['whom it acts for', PLAN, withPlan({ on_behalf_of: { type: 'user', id: 'ann' } })],
    ['its parent', PLAN, withPlan({ parent: { trace_id: 'run-0' } })],
    ['its session', PLAN, withPlan({ session_id: 'session-1' })],
    ['its environment', PLAN, withPlan({ environment: 'production' })],
    ['its prompt', withPlan({ prompt: 'Pay Ann.' }), withPlan({ prompt: 'Pay Bob.' })],
    ['its metadata', PLAN, withPlan({ metadata: { ticket: 7 } })],
    ['a source', PLAN, SOURCE],
    ['the type of a source', SOURCE, withSource({ source_type: 'skill' })],
    ['the name of a source', SOURCE, withSource({ source_name: 'other' })],
    ['the claim of a source', SOURCE, withSource({ trust_level: 'trusted' })],
    ['the content of a source', withSource({ content: 'a' }), withSource({ content: 'b' })],
    ['the signature of a source', SOURCE, withSource({ signature: 'x' })],
    ['what a source is made from', SOURCE, withSource({ derived_from: ['mail'] })],
    ['the id of a step', PLAN, withStep({ step_id: 's2' })],
    ['the tool', PLAN, withStep({ tool_name: 'read_email' })],
    ['an argument', PLAN, withStep({ arguments: { to: 'bob@acme.example' } })],
    ['the type of an argument', withStep({ arguments: { n: 1 } }), withStep({ arguments: { n: '1' } })],
    ['an argument of null', withStep({ arguments: {} }), withStep({ arguments: { n: null } })],
    ['the sensitivity of a step', PLAN, withStep({ sensitivity_level: 'high' })],
    ['the dollars of a step', PLAN, withStep({ estimated_cost: { usd: 0.000001 } })],
    ['the tokens of a step', PLAN, withStep({ estimated_cost: { tokens: 1 } })],
    ['the provenance of a step', PLAN, withStep({ provenance: [{ source_type: 'memory' }] })],
    ['the number of steps', PLAN, withPlan({ steps: [STEP, { tool_name: 'wait' }] })],
    [
      'the order of steps',
      withPlan({ steps: [STEP, { ...STEP, step_id: 's2' }] }),
      withPlan({ steps: [{ ...STEP, step_id: 's2' }, STEP] }),
    ],
    [
      'what a step waits for',
      withPlan({ steps: [STEP, { ...STEP, step_id: 's2' }] }),
      withPlan({ steps: [STEP, { ...STEP, step_id: 's2', depends_on: ['s1'] }] }),
    ],
  ])('changes with %s', (_, a, b) => {
    expect(hashOf(b)).not.toBe(hashOf(a));
  });

  it.each<[what: string, over: Submission]>([
    ['the trace', { trace_id: 'run-7' }],
    ['the id of the plan', { execution_plan_id: 'plan-7' }],
    ['the mode', { mode: 'dry_run' }],
    ['an approval', { approval_id: 'approval-7' }],
    ['the wish for a permit', { request_permit: true }],
    ['a correlation', { correlation_id: 'mail-7' }],
  ])('does not change with %s, which is no part of what is approved', (_, over) => {
    expect(hashOf(withPlan(over))).toBe(hashOf(PLAN));
  });

  it('does not change where a default is written out', () => {
    const agent = { agent_id: 'agent-1', runtime_mode: 'gateway', tenant_id: 'acme-corp' } as const;
    const step = { ...STEP, depends_on: [], provenance: [], estimated_cost: { usd: 0, tokens: 0 } };
    expect(hashOf({ agent, provenance: [], steps: [step] })).toBe(hashOf(PLAN));
    expect(hashOf(withStep({ arguments: {} }))).toBe(
      hashOf(withPlan({ steps: [{ tool_name: 'send_email' }] })),
    );
  });

  it('does not change where a content is named by its hash', () => {
    const content_hash = sha256('text');
    expect(hashOf(withSource({ content: 'text' }))).toBe(hashOf(withSource({ content_hash })));
    expect(hashOf(withSource({ content: 'text', content_hash }))).toBe(hashOf(withSource({ content_hash })));
  });

  it('keeps the hash that is claimed beside that of the content, where they differ', () => {
    const claimed = sha256('other');
    const [source] = normalizePlan(withSource({ content: 'text', content_hash: claimed }), INPUT).plan
      .provenance;
    expect(source).toMatchObject({ content_hash: sha256('text'), claimed_content_hash: claimed });
  });
});

describe('normalizePlan', () => {
  it('fills in what the plan does not name, and says what it named', () => {
    const { envelope, plan, names_plan, names_trace } = normalizePlan(
      { agent: { agent_id: 'agent-1' }, steps: [{ tool_name: 'a' }, { tool_name: 'b' }] },
      INPUT,
    );
    expect(envelope).toEqual({
      trace_id: 'run-1',
      execution_plan_id: 'plan-1',
      mode: 'enforce',
      request_permit: false,
    });
    expect(plan.steps.map((step) => step.step_id)).toEqual(['s1', 's2']);
    expect(plan.agent.tenant_id).toBe('acme-corp');
    expect({ names_plan, names_trace }).toEqual({ names_plan: false, names_trace: false });
  });

  it('reads a shorthand as the plan of one step that it stands for', () => {
    const short = { agent_name: 'mailer', tool_name: 'send_email', arguments: { to: 'ann' }, dry_run: true };
    const { plan, envelope } = normalizePlan(short, INPUT);
    expect(plan.agent).toEqual({ agent_name: 'mailer', runtime_mode: 'gateway', tenant_id: 'acme-corp' });
    expect(plan.steps).toMatchObject([{ step_id: 's1', tool_name: 'send_email', arguments: { to: 'ann' } }]);
    expect(envelope.mode).toBe('dry_run');
  });

  it('makes each step wait for what it names and for what it refers to, once each', () => {
    const [a, c] = [{ $from: 's1' }, { $from: 's3', path: '/x' }];
    const steps = [
      { ...STEP },
      { ...STEP, step_id: 's2', depends_on: ['s3', 's1', 's3'], arguments: { c, a: [a] } },
      { ...STEP, step_id: 's3', arguments: { a } },
    ];
    const { plan } = normalizePlan(withPlan({ steps }), INPUT);
    expect(plan.steps.map((step) => step.depends_on)).toEqual([[], ['s1', 's3'], ['s1']]);
  });

  it.each<[what: string, plan: unknown, pointer: string, words: string]>([
    ['an unknown field', { ...PLAN, extra: 1 }, '/extra', 'unknown field "extra"'],
    ['an id that stands twice', withPlan({ steps: [STEP, STEP] }), '/steps/1/step_id', 'stands twice'],
    [
      'an id that is another by position',
      withPlan({ steps: [{ tool_name: 'a' }, STEP] }),
      '/steps/1/step_id',
      'stands twice',
    ],
    ['an unknown step', withStep({ depends_on: ['s9'] }), '/steps/0/depends_on/0', 'no step of this plan'],
    ['a circle', withStep({ arguments: { a: { $from: 's1' } } }), '/steps/0', 'through a cycle'],
  ])('refuses %s', (_, plan, pointer, words) => {
    const errors = errorsOf(plan);
    expect(errors.map((error) => error.pointer)).toEqual([pointer]);
    expect(errors[0]?.message).toContain(words);
  });

  it('tells of every field that is wrong at once', () => {
    const errors = errorsOf({ agent: {}, steps: [{ tool_name: 7 }], mode: 'yes' });
    expect(errors.map((error) => error.pointer).sort()).toEqual([
      '/agent/agent_id',
      '/mode',
      '/steps/0/tool_name',
    ]);
  });

  it('leaves what was submitted as it was', () => {
    const submitted = withPlan({
      steps: [{ ...STEP }, { tool_name: 'b', depends_on: ['s1'], arguments: { a: { $from: 's1' } } }],
    });
    const before = structuredClone(submitted);
    normalizePlan(submitted, INPUT);
    expect(submitted).toEqual(before);
  });
});

/** The same value with the members of all its objects in another order. */
function shuffled(value: unknown, rank: (key: string) => number): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => shuffled(item, rank));
  const entries = Object.entries(value).map(([key, member]) => [key, shuffled(member, rank)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => rank(a) - rank(b)));
}

function anyName(): fc.Arbitrary<string> {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.nat(20).map(String), fc.constantFrom('to', 'é'));
  return text.filter((name) => name !== '$from' && name !== '__proto__');
}
