import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endsWith, itemsOf } from '../../src/authzen/evaluations.ts';
import {
  actionSearchSchema,
  evaluationSchema,
  evaluationsSchema,
  SEMANTICS,
} from '../../src/authzen/request.ts';
import { actionCandidates, keyInToken, pageToken } from '../../src/authzen/search.ts';
import { requestPointer, submissionOf } from '../../src/authzen/submission.ts';
import { normalizePlan } from '../../src/plan/normalize.ts';
import { OBLIGATION_TYPES } from '../../src/plan/plan.ts';
import { PlanError } from '../../src/plan/plan-error.ts';

const SUBJECT = { type: 'agent', id: 'agent-1' };
const ACTION = { name: 'read_contract' };
const RESOURCE = { type: 'contract', id: 'C-7' };
const REQUEST = { subject: SUBJECT, action: ACTION, resource: RESOURCE };

function submitted(request: object): Record<string, unknown> {
  return submissionOf(evaluationSchema.parse(request));
}

describe('the plan of an access evaluation', () => {
  it('is one step of the agent, with the resource beside it', () => {
    expect(submitted(REQUEST)).toEqual({
      agent: { agent_id: 'agent-1' },
      steps: [{ tool_name: 'read_contract', arguments: {} }],
      metadata: { authzen: { subject: SUBJECT, resource: RESOURCE } },
    });
  });

  it('has all that a request can say', () => {
    const properties = { agent_name: 'finance', tenant_id: 'acme', budget_context: 'b', role: 'admin' };
    const context = {
      ...{ session_id: 's', trace_id: 'run-1', execution_plan_id: 'plan-1', environment: 'prod' },
      ...{ correlation_id: 'c', mode: 'dry_run', request_permit: true, prompt: 'Read it.' },
      on_behalf_of: { type: 'user', id: 'u' },
      parent: { trace_id: 'run-0' },
      provenance: [{ source_type: 'user_prompt' }],
    };
    const request = {
      subject: { ...SUBJECT, type: 'assistant', properties },
      action: { ...ACTION, properties: { contract_id: 'C-7' } },
      resource: { ...RESOURCE, properties: { sensitivity_level: 'high', status: 'active' } },
      context: { ...context, estimated_cost: { usd: 1 }, approval: { id: 'apr-1', approved_until: 'later' } },
    };
    expect(submitted(request)).toEqual({
      ...context,
      approval_id: 'apr-1',
      agent: {
        ...{ agent_id: 'agent-1', agent_type: 'assistant' },
        ...{ agent_name: 'finance', tenant_id: 'acme', budget_context: 'b' },
      },
      steps: [
        {
          tool_name: 'read_contract',
          arguments: { contract_id: 'C-7' },
          sensitivity_level: 'high',
          estimated_cost: { usd: 1 },
        },
      ],
      metadata: { authzen: { subject: request.subject, resource: request.resource } },
    });
  });

  it('keeps what of the context has no place in a plan, and no member of it can be one of the plan', () => {
    const others = {
      ip: '192.0.2.1',
      device: { trust: 'low' },
      steps: [],
      metadata: {},
      agent: 'x',
      arguments: {},
    };
    const plan = submitted({ ...REQUEST, context: { ...others, time: 'now', session_id: 's' } });
    expect(plan).toEqual({
      ...submitted(REQUEST),
      session_id: 's',
      metadata: { authzen: { subject: SUBJECT, resource: RESOURCE, context: others } },
    });
  });

  it('of a search has nothing that belongs to a decision', () => {
    const context = {
      ip: 'x',
      mode: 'enforce',
      approval_id: 'apr-1',
      approval: { id: 'apr-1' },
      request_permit: true,
    };
    const body = actionSearchSchema.parse({
      subject: SUBJECT,
      resource: RESOURCE,
      context: { ...context, execution_plan_id: 'p' },
    });
    const agent = { agent_id: 'agent-1', tenant_id: 't', status: 'active', capabilities: ['c'] };
    const bundle = { capabilities: [{ capability: 'c', tools: [{ name: 'read' }] }] };
    const [candidate] = actionCandidates(body, { caller: { tenant_id: 't' }, agent, bundle } as never);
    expect(candidate?.request.context).toEqual({ ip: 'x' });
  });

  it.each([
    [undefined, undefined],
    [[], []],
    [['notification', 'cap_argument'], []],
    [['notification', 'custom'], [...OBLIGATION_TYPES]],
  ])('with supported_obligations %j says %j', (given, said) => {
    const request = { ...REQUEST, context: { supported_obligations: given } };
    expect(submitted(request)['supported_obligations']).toEqual(said);
  });

  it('is bound to subject, action, resource and context, and not to when and how it is asked', () => {
    const hash = (request: object) => normalizePlan(submitted(request), { newId: (p) => p }).plan_hash;
    const changes = [
      { subject: { ...SUBJECT, properties: { role: 'admin' } } },
      { action: { ...ACTION, properties: { soft: true } } },
      { resource: { ...RESOURCE, id: 'C-8' } },
      { resource: { ...RESOURCE, properties: { status: 'archived' } } },
      { context: { ip: '192.0.2.1' } },
    ];
    for (const change of changes) expect(hash({ ...REQUEST, ...change })).not.toBe(hash(REQUEST));
    const context = { time: 'now', approval_id: 'apr-1', trace_id: 'run-9' };
    expect(hash({ ...REQUEST, context })).toBe(hash(REQUEST));
  });
});

describe('a fault of a plan', () => {
  it.each<[object, string]>([
    [{ subject: { ...SUBJECT, id: '' } }, '/subject/id'],
    [{ subject: { ...SUBJECT, type: '' } }, '/subject/type'],
    [{ subject: { ...SUBJECT, properties: { agent_name: '' } } }, '/subject/properties/agent_name'],
    [{ action: { name: '' } }, '/action/name'],
    [{ action: { ...ACTION, properties: { a: { $from: 's9', path: '' } } } }, '/action/properties/a/$from'],
    [
      { resource: { ...RESOURCE, properties: { sensitivity_level: 'secret' } } },
      '/resource/properties/sensitivity_level',
    ],
    [{ context: { estimated_cost: { usd: -1 } } }, '/context/estimated_cost/usd'],
    [{ context: { provenance: [{ source_type: 'oracle' }] } }, '/context/provenance/0/source_type'],
    [{ context: { trace_id: '../x' } }, '/context/trace_id'],
  ])('%j is told at its place in the request', (change, place) => {
    // Mapped as it is: what the schema of requests would find first, the plan has to find as well.
    const request = { ...REQUEST, action: { properties: {}, ...ACTION }, ...change };
    const submission = submissionOf(request as Parameters<typeof submissionOf>[0]);
    const refused = (() => {
      try {
        return normalizePlan(submission, { newId: (prefix) => `${prefix}-1` });
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(PlanError);
    const pointers = (refused as PlanError).errors.map(({ pointer }) => requestPointer(pointer));
    expect(pointers).toContain(place);
  });
});

/** What an evaluation of a row is, read from the specification word by word, with the names that certification wants merged. */
function naiveItem(top: Record<string, unknown>, own: Record<string, unknown>): Record<string, unknown> {
  const names: [string, string[]][] = [
    ['subject', ['type', 'id']],
    ['action', ['name']],
    ['resource', ['type', 'id']],
    ['context', []],
  ];
  const members = names.flatMap(([member, needed]) => {
    if (!(member in own)) return member in top ? [[member, top[member]]] : [];
    if (typeof own[member] !== 'object' || own[member] === null) return [[member, own[member]]];
    const beside = Object.entries(top[member] ?? {}).filter(([name]) => needed.includes(name));
    return [[member, { ...Object.fromEntries(beside), ...own[member] }]];
  });
  return Object.fromEntries(members);
}

describe('a row of evaluations', () => {
  const someOf = (members: Record<string, fc.Arbitrary<unknown>>) => fc.record(members, { requiredKeys: [] });
  const top = someOf({
    subject: fc.constantFrom(SUBJECT, { type: 'agent' }),
    action: fc.constant({ ...ACTION, properties: {} }),
    resource: fc.constantFrom(RESOURCE, { type: 'contract', properties: { top: 1 } }),
    context: fc.constant({ session_id: 'top' }),
  });
  const own = someOf({
    subject: fc.constantFrom({ type: 'agent', id: 'other' }, { id: 'other' }, null, 'text'),
    action: fc.constantFrom({ name: 'other' }, { properties: { own: 1 } }),
    resource: fc.constantFrom({ type: 'file', id: 'F-1' }, { id: 'F-2', properties: {} }, {}),
    context: fc.constantFrom({ session_id: 'own' }, {}),
    more: fc.jsonValue(),
  });

  it('takes each member whole from the evaluation, or from beside the list', () => {
    fc.assert(
      fc.property(top, fc.array(own, { minLength: 1, maxLength: 4 }), (beside, evaluations) => {
        const request = evaluationsSchema.parse({ ...beside, evaluations });
        const values = itemsOf(request).map(({ value }) => value);
        expect(values).toEqual(evaluations.map((one) => naiveItem(beside, one)));
      }),
    );
  });

  it('knows where each member came from', () => {
    const request = evaluationsSchema.parse({ action: ACTION, evaluations: [{ subject: SUBJECT }, 5] });
    const [first, second] = itemsOf(request);
    expect([first?.place('/action/name'), first?.place('/subject/id'), first?.place('/resource')]).toEqual([
      '/action/name',
      '/evaluations/0/subject/id',
      '/evaluations/0/resource',
    ]);
    expect(second?.place('')).toBe('/evaluations/1');
  });

  it('ends where its semantic says', () => {
    const ends = SEMANTICS.map((semantic) => [endsWith(true, semantic), endsWith(false, semantic)]);
    expect(ends).toEqual([
      [false, false],
      [false, true],
      [true, false],
    ]);
  });
});

describe('a page token', () => {
  it('gives its key back to its own question alone', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (question, other, key) => {
        expect(keyInToken(pageToken(question, key), question)).toBe(key);
        if (other !== question) expect(keyInToken(pageToken(question, key), other)).toBeUndefined();
      }),
    );
  });

  it('is refused when it is anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(keyInToken(text, 'q')).toBeUndefined();
      }),
    );
    for (const value of [null, 5, {}, [], ['q'], ['q', 5], ['q', 'k', 'more']]) {
      const token = Buffer.from(JSON.stringify(value)).toString('base64url');
      expect(keyInToken(token, 'q')).toBeUndefined();
    }
  });
});
