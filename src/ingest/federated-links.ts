import type { EventIndex } from '../replay/event-index.ts';
import type { TraceLinks } from '../replay/graph/graphs.ts';
import type { TraceRef } from '../replay/replay.ts';
import type { Reach } from './federated-replay.ts';

type LinkIndex = Pick<EventIndex, 'trace' | 'childTraces'>;

/**
 * Links between traces over the gateway's log and those that were taken over: a plan means a trace of its own log, and where
 * there is none of that id the one that a look-up by the id alone finds: the gateway's own, then others by name.
 */
export function createFederatedLinks(
  { index }: { index: LinkIndex },
  reach: Reach<{ origin: string; index: LinkIndex }>,
): TraceLinks {
  const logsOf = (tenantId: string): { log?: string; index: LinkIndex }[] => [
    { index },
    ...reach(tenantId).map(({ origin, index: theirs }) => ({ log: origin, index: theirs })),
  ];
  const meant: TraceLinks['meant'] = async (trace_id, { tenantId, log }) => {
    const logs = logsOf(tenantId);
    const own = logs.filter((one) => one.log === log);
    for (const one of [...own, ...logs]) {
      const entry = await one.index.trace(trace_id);
      const isVisible = entry !== undefined && (tenantId === '*' || entry.tenant_id === tenantId);
      if (isVisible) return refIn(one.log, trace_id);
    }
    return undefined;
  };
  return {
    meant,
    async children(trace, tenantId, limit) {
      const children: TraceRef[] = [];
      for (const one of logsOf(tenantId)) {
        const ids = await one.index.childTraces(trace.trace_id, limit);
        const isMeant =
          ids.length > 0 && isSame(await meant(trace.trace_id, { tenantId, log: one.log }), trace);
        if (isMeant) children.push(...ids.map((id) => refIn(one.log, id)));
      }
      return children.slice(0, limit);
    },
  };
}

function refIn(log: string | undefined, trace_id: string): TraceRef {
  return log === undefined ? { trace_id } : { trace_id, log };
}

function isSame(one: TraceRef | undefined, other: TraceRef): boolean {
  return one?.trace_id === other.trace_id && one.log === other.log;
}
