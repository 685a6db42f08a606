import { planRef } from '../../budgets/plan-ref.ts';
import type { OutcomeEntry, OutcomeStore, PermitEntry, PermitStore } from '../../permits/permit-store.ts';
import type { SqliteDatabase } from './database.ts';
import { amountOf, type EventHandlers, tenantOf, textOf } from './event-payload.ts';

type PermitRow = Omit<PermitEntry, 'consumed_at'> & { consumed_at: string | null };

const COLUMNS = 'permit_id, tenant_id, execution_plan_id, agent_id, plan_hash, expires_at, consumed_at, uses';

/** Permits, and the last outcome of each plan. */
export function createPermitsTable(db: SqliteDatabase): {
  handlers: EventHandlers;
  methods: PermitStore & OutcomeStore;
} {
  const outcomes = createOutcomes(db);
  const insert = db.prepare(`INSERT INTO permits
    (permit_id, tenant_id, execution_plan_id, agent_id, plan_hash, expires_at, issued_sequence)
    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (permit_id) DO NOTHING`);
  const use = db.prepare('UPDATE permits SET uses = uses + 1 WHERE permit_id = ?');
  const consume = db.prepare('UPDATE permits SET consumed_at = coalesce(consumed_at, ?) WHERE permit_id = ?');
  const readOne = db.prepare<[string], PermitRow>(`SELECT ${COLUMNS} FROM permits WHERE permit_id = ?`);
  const readOpen = db.prepare<[string, string, number], PermitRow>(`SELECT ${COLUMNS} FROM permits
    WHERE tenant_id = ? AND execution_plan_id = ? AND consumed_at IS NULL AND issued_sequence <= ?
    ORDER BY issued_sequence`);

  return {
    handlers: {
      permit_issued(read) {
        const agentId = textOf(read, 'agent_id');
        const [permitId, tenant] = [textOf(read, 'permit_id'), tenantOf(read)];
        const plan = planRef(read.context.agent_id, textOf(read, 'execution_plan_id'));
        const [hash, end] = [textOf(read, 'plan_hash'), textOf(read, 'expires_at')];
        return ({ first_sequence }) => insert.run(permitId, tenant, plan, agentId, hash, end, first_sequence);
      },
      permit_used(read) {
        const permitId = textOf(read, 'permit_id');
        return () => use.run(permitId);
      },
      permit_consumed(read) {
        const permitId = textOf(read, 'permit_id');
        return ({ timestamp }) => consume.run(timestamp, permitId);
      },
      ...outcomes.handlers,
    },
    methods: {
      async permit(permitId) {
        const row = readOne.get(permitId);
        return row === undefined ? undefined : toPermit(row);
      },
      async openPermits(tenantId, executionPlanId, through = Number.MAX_SAFE_INTEGER) {
        return readOpen.all(tenantId, executionPlanId, through).map(toPermit);
      },
      ...outcomes.methods,
    },
  };
}

function createOutcomes(db: SqliteDatabase): { handlers: EventHandlers; methods: OutcomeStore } {
  const complete = db.prepare(`INSERT INTO outcomes (tenant_id, execution_plan_id, status, at, sequence)
    VALUES (?, ?, ?, ?, ?) ON CONFLICT (tenant_id, execution_plan_id)
    DO UPDATE SET status = excluded.status, at = excluded.at, sequence = excluded.sequence`);
  const read = db.prepare<[string, string], OutcomeEntry>(
    'SELECT status, at, sequence FROM outcomes WHERE tenant_id = ? AND execution_plan_id = ?',
  );
  return {
    handlers: {
      execution_completed(event) {
        const payload = event.event.payload ?? {};
        // Decisions up to here are closed; those that came while the outcome was on its way are not.
        const through =
          payload['decided_through'] === undefined ? undefined : amountOf(event, payload, 'decided_through');
        const plan = planRef(event.context.agent_id, textOf(event, 'execution_plan_id'));
        const [tenant, status] = [tenantOf(event), textOf(event, 'status')];
        return ({ timestamp, first_sequence }) =>
          complete.run(tenant, plan, status, timestamp, through ?? first_sequence);
      },
    },
    methods: {
      async outcome(tenantId, executionPlanId) {
        return read.get(tenantId, executionPlanId);
      },
    },
  };
}

function toPermit({ consumed_at, ...permit }: PermitRow): PermitEntry {
  return consumed_at === null ? permit : { ...permit, consumed_at };
}
