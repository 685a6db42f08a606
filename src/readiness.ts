import type { AuditLog } from './audit/audit-log.ts';
import type { UnreadableEvent } from './audit/event.ts';
import type { BundleStatus } from './bundles/bundle-registry.ts';
import { type PolicyProblem, problemLine } from './policy/problem.ts';

/** Whether the gateway can decide now, and why not. */
export type Readiness = { ready: boolean; checks: { name: string; ok: boolean; detail?: string }[] };

/**
 * Ready means: a plan sent now is decided. Policies on disk that cannot be loaded do not end that, because the last
 * good ones are in force; they are shown as a failed check, with the place to look at.
 */
export function readinessOf(state: {
  draining: boolean;
  log: Pick<AuditLog, 'state' | 'failure'>;
  policies: BundleStatus;
  /** What rules ask of the past, and how much of that has yet to be read from the log. */
  history?: PastCheck;
  /** Events that the store could not read when it was opened, the first few. */
  unreadable?: readonly UnreadableEvent[];
}): Readiness {
  const { draining, log, policies, history, unreadable = [] } = state;
  const problems = policies.stale?.problems;
  return {
    ready: !draining && log.state === 'open',
    checks: [
      { name: 'audit_log', ok: log.state === 'open', detail: logDetail(log) },
      { name: 'accepting', ok: !draining, ...(draining ? { detail: 'shutting down' } : {}) },
      {
        name: 'policies',
        ok: policies.stale === undefined,
        ...(problems === undefined
          ? {}
          : { detail: `the last good bundle stays in force: ${namesOf(problems)}` }),
      },
      ...historyCheck(history),
      ...unreadable.slice(0, 1).map(unreadCheck),
    ],
  };
}

type PastCheck = { readonly isAsked: boolean; readonly missing: { readonly length: number } };

/** Plans are decided without it: where a rule asks for what is not known yet, it is in doubt. */
function historyCheck(history: PastCheck | undefined): Readiness['checks'] {
  if (history?.isAsked !== true) return [];
  const ok = history.missing.length === 0;
  const detail = 'the log is being read for what rules ask of the past; until then those rules are in doubt';
  return [{ name: 'history', ok, ...(ok ? {} : { detail }) }];
}

/** Nothing of it is made again by waiting, and plans are decided all the same: it is shown until the event is purged. */
function unreadCheck({ first_sequence, last_sequence, problem }: UnreadableEvent) {
  const place = first_sequence === last_sequence ? first_sequence : `${first_sequence} to ${last_sequence}`;
  return {
    name: 'store',
    ok: false,
    detail:
      `events of the log cannot be read, the first of them at sequence ${place} (${problem}): what they brought about ` +
      'is missing from lists and figures, and a budget whose figure is lost counts as spent; the process log names them',
  };
}

/** What broke the log off is told by its code alone: the message may name files, and everyone may ask. */
function logDetail({ state, failure }: Pick<AuditLog, 'state' | 'failure'>): string {
  if (state !== 'broken') return state;
  const code = failure?.code === undefined ? '' : ` (${failure.code})`;
  return `broken${code}: nothing is decided until the disk is looked at and the gateway started again; its own log says more`;
}

/** Problems that a check shows; all of them are in the process log and the audit log. */
const SHOWN_PROBLEMS = 3;

function namesOf(problems: readonly PolicyProblem[]): string {
  const shown = problems.slice(0, SHOWN_PROBLEMS).map(problemLine);
  const more = problems.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}
