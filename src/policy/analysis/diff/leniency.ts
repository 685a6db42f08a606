import { canonicalJson } from '../../../json/canonical.ts';
import { isAtOrBelow } from '../../../json/pointer.ts';
import type { Action, ApprovalDemand, Obligation, PolicyVerdict } from '../../bundle.ts';

/** What a step gets, and on what terms. */
export type Terms = Pick<PolicyVerdict, 'action' | 'obligations' | 'demand'>;

export const STRENGTH: Record<Action, number> = { allow: 0, require_approval: 1, block: 2 };

/**
 * True where `after` lets something through that `before` did not: by a weaker action, or by the same one with an obligation
 * less or an approval that is easier to get.
 */
export function isLooser(before: Terms, after: Terms): boolean {
  const change = STRENGTH[after.action] - STRENGTH[before.action];
  if (change !== 0) return change < 0;
  return !coversObligations(after.obligations, before.obligations) || isEasier(before.demand, after.demand);
}

/** Whether everything that `wanted` asks for is asked for by `given`, or more. */
export function coversObligations(given: readonly Obligation[], wanted: readonly Obligation[]): boolean {
  return wanted.every((one) => given.some((other) => covers(other, one)));
}

function covers(given: Obligation, wanted: Obligation): boolean {
  // Nobody reads more than a limit lets through of what is not there to be read at all.
  if (given.type === 'redact_argument')
    return 'path' in wanted && wanted.type !== 'set_argument' && isAtOrBelow(wanted.path, given.path);
  return given.type === wanted.type && coversAlike(given, wanted);
}

/** Both of one type. */
function coversAlike(given: Obligation, wanted: Obligation): boolean {
  const [one, other] = [given as AnyObligation, wanted as AnyObligation];
  if (one.path !== other.path) return false;
  if (other.channels !== undefined)
    return other.channels.every((channel) => one.channels?.includes(channel) === true);
  if (given.type === 'set_argument') return canonicalJson(one.value) === canonicalJson(other.value);
  const [least, most] = [one, other].map(({ max, seconds, uses }) => max ?? seconds ?? uses ?? Infinity);
  return (least ?? Infinity) <= (most ?? Infinity);
}

type AnyObligation = {
  path?: string;
  value?: unknown;
  max?: number;
  seconds?: number;
  uses?: number;
  channels?: readonly string[];
};

type Approval = Pick<ApprovalDemand, 'ttl_ms' | 'required' | 'approvers'>;

/** Whether an approval is easier to get: it lasts longer, takes fewer people, or people who could not give it. */
export function isEasier(before: Approval | undefined, after: Approval | undefined): boolean {
  if (before === undefined) return false;
  if (after === undefined) return true;
  const isWider =
    before.approvers.length > 0 &&
    (after.approvers.length === 0 || after.approvers.some((one) => !before.approvers.includes(one)));
  return isWider || after.ttl_ms > before.ttl_ms || after.required < before.required;
}
