import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/approvals/approval.ts';
import {
  approve as approveBy,
  cancel,
  type Review,
  reject,
  statusAt,
} from '../../src/approvals/approval-rules.ts';
import { isSameName, type SamePerson } from '../../src/policy/person-name.ts';
import { type Caller, ROLES } from '../../src/tokens/caller.ts';
import { approvalOf, callerOf, LATER, NOW } from './approval-fixture.ts';

function approve(approval: Approval, caller: Caller, given: Review) {
  return approveBy(approval, { caller, isSamePerson: isSameName }, given);
}

const review = (caller: Caller, at = NOW) => ({ name: caller.name, at });

describe('approve and reject', () => {
  it.each<[string, Partial<Approval>, Caller, string]>([
    ['a caller without the role', {}, callerOf('ann', ['operator']), 'not_an_approver'],
    ['a runtime', {}, callerOf('ann', ['runtime', 'analyst']), 'not_an_approver'],
    [
      'an agent, whatever its roles',
      {},
      callerOf('ann', ['approver', 'admin'], { agent_id: 'agent-1' }),
      'not_an_approver',
    ],
    [
      'who submitted the plan',
      {},
      callerOf('ann', ['approver'], { token_id: 'tok-runner' }),
      'self_approval',
    ],
    [
      'who submitted it with another token',
      {},
      callerOf('runner', ['approver'], { token_id: 'tok-other' }),
      'self_approval',
    ],
    [
      'on whose behalf it was made',
      { on_behalf_of: { type: 'user', id: 'ann' } },
      callerOf('ann'),
      'self_approval',
    ],
    [
      'an admin on whose behalf it was made',
      { on_behalf_of: { type: 'user', id: 'ann' } },
      callerOf('ann', ['admin']),
      'self_approval',
    ],
    ['who is not among the named', { approvers: ['security'] }, callerOf('ann'), 'not_an_approver'],
    [
      'an admin who is not among the named',
      { approvers: ['security'] },
      callerOf('ann', ['admin']),
      'not_an_approver',
    ],
    [
      'anyone, when it is rejected',
      { status: 'rejected', closed_by: { name: 'bob', at: NOW } },
      callerOf('ann'),
      'approval_closed',
    ],
    [
      'anyone, when it is approved',
      { status: 'approved', granted_by: [{ name: 'bob', at: NOW }] },
      callerOf('ann'),
      'approval_closed',
    ],
    ['anyone, when it is consumed', { status: 'consumed' }, callerOf('ann'), 'approval_closed'],
    ['anyone, at the very moment it expires', { expires_at: NOW }, callerOf('ann'), 'approval_expired'],
  ])('refuses %s', (_, over, caller, code) => {
    const refused = expect.objectContaining({ code });
    expect(() => approve(approvalOf(over), caller, review(caller))).toThrow(refused);
    expect(() => reject(approvalOf(over), caller, review(caller))).toThrow(refused);
  });

  it('names who was first', () => {
    const closed = approvalOf({ status: 'rejected', closed_by: { name: 'bob', at: NOW, note: 'no' } });
    expect(() => approve(closed, callerOf('ann'), review(callerOf('ann')))).toThrow(
      `rejected: decided by bob at ${NOW}`,
    );
  });

  it('lets an admin decide on what it submitted itself', () => {
    const admin = callerOf('runner', ['admin']);
    expect(approve(approvalOf(), admin, review(admin)).status).toBe('approved');
  });

  it('takes two different people where two are required', () => {
    const [ann, bob] = [callerOf('ann'), callerOf('bob')];
    const once = approve(approvalOf({ required: 2 }), ann, review(ann));
    expect(once.status).toBe('pending');
    const sameWithAnotherToken = { ...ann, token_id: 'tok-other' };
    expect(() => approve(once, sameWithAnotherToken, review(ann))).toThrow(
      expect.objectContaining({ code: 'already_approved' }),
    );
    const twice = approve(once, bob, review(bob));
    expect(twice).toMatchObject({ status: 'approved', granted_by: [{ name: 'ann' }, { name: 'bob' }] });
  });

  it('does not count somebody and the holder of a token they made as two', () => {
    const [ann, bob] = [callerOf('ann'), callerOf('bob')];
    const isMaker: SamePerson = (one, other) => one === 'ann' && other === 'bob';
    const once = approve(approvalOf({ required: 2 }), ann, review(ann));
    const attempt = () => approveBy(once, { caller: bob, isSamePerson: isMaker }, review(bob));
    expect(attempt).toThrow(expect.objectContaining({ code: 'already_approved' }));
    expect(attempt).toThrow(/token made/);
  });

  it('ends by one no, also after a yes', () => {
    const [ann, bob] = [callerOf('ann'), callerOf('bob')];
    const once = approve(approvalOf({ required: 2 }), ann, review(ann));
    expect(reject(once, bob, { ...review(bob), note: 'no' })).toMatchObject({
      status: 'rejected',
      closed_by: { name: 'bob', note: 'no' },
    });
  });

  it('never approves with fewer different names than required, whoever tries in whatever order', () => {
    const name = fc.constantFrom('ann', 'bob', 'eve', 'runner', 'boss');
    const attempt = fc.record({ name, role: fc.constantFrom(...ROLES), token: fc.nat(3) });
    fc.assert(
      fc.property(
        fc.array(attempt, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        (attempts, required) => {
          let approval = approvalOf({ required, on_behalf_of: { type: 'user', id: 'boss' } });
          for (const { name: by, role, token } of attempts) {
            const caller = callerOf(by, [role], { token_id: `tok-${token}` });
            try {
              approval = approve(approval, caller, review(caller));
            } catch (error) {
              expect(error).toHaveProperty('code');
            }
          }
          const names = new Set(approval.granted_by.map((grant) => grant.name));
          expect(names.size).toBe(approval.granted_by.length);
          expect(names.has('boss')).toBe(false);
          expect(approval.status).toBe(names.size >= required ? 'approved' : 'pending');
        },
      ),
    );
  });
});

describe('cancel', () => {
  it('is for who asked, and for an admin, until it is used', () => {
    const runner = callerOf('runner', ['runtime'], { token_id: 'tok-runner' });
    const admin = callerOf('root', ['admin']);
    expect(cancel(approvalOf(), runner, review(runner)).status).toBe('cancelled');
    expect(cancel(approvalOf({ status: 'approved' }), admin, review(admin)).status).toBe('cancelled');
    const refusals = [
      [approvalOf(), callerOf('ann'), 'not_an_approver'],
      [approvalOf({ status: 'consumed' }), admin, 'approval_closed'],
      [approvalOf({ status: 'approved', expires_at: NOW }), admin, 'approval_expired'],
    ] as const;
    for (const [approval, caller, code] of refusals) {
      expect(() => cancel(approval, caller, review(caller))).toThrow(expect.objectContaining({ code }));
    }
  });
});

it('statusAt lets pending and approved run out, and nothing else', () => {
  for (const status of ['pending', 'approved'] as const) {
    expect(statusAt(approvalOf({ status }), NOW)).toBe(status);
    expect(statusAt(approvalOf({ status }), LATER)).toBe('expired');
  }
  for (const status of ['rejected', 'consumed', 'cancelled', 'expired'] as const) {
    expect(statusAt(approvalOf({ status }), LATER)).toBe(status);
  }
});
