import type { Approval } from '../../approvals/approval.ts';
import type { ApprovalStore } from '../../approvals/approval-store.ts';
import { parseJson } from '../../json/parse-json.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { SqliteDatabase } from './database.ts';
import { type EventHandler, type EventHandlers, objectOf, optionalTextOf, textOf } from './event-payload.ts';
import { takePage } from './page.ts';

export type ApprovalRow = {
  approval_id: string;
  status: Approval['status'];
  created_at: string;
  request: string;
  granted_by: string;
  closed_by: string | null;
  consumed_by: string | null;
};

export const APPROVAL_COLUMNS =
  'approval_id, status, created_at, request, granted_by, closed_by, consumed_by';

const PAGE = `SELECT ${APPROVAL_COLUMNS} FROM approvals
  WHERE (@tenant_id IS NULL OR tenant_id = @tenant_id) AND (@agent_id IS NULL OR agent_id = @agent_id)
    AND (@before_time IS NULL OR (created_at, approval_id) < (@before_time, @before_id))`;
const NEWEST_FIRST = 'ORDER BY created_at DESC, approval_id DESC LIMIT @take';

/** Approvals: the request as it was opened, and what became of it in columns beside it. */
export function createApprovalsTable(db: SqliteDatabase): {
  handlers: EventHandlers;
  methods: ApprovalStore;
} {
  return { handlers: createHandlers(db), methods: createMethods(db) };
}

function createHandlers(db: SqliteDatabase): EventHandlers {
  const insert = db.prepare(`INSERT INTO approvals
    (approval_id, tenant_id, agent_id, status, created_at, expires_at, request, granted_by)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (approval_id) DO NOTHING`);
  const grant = db.prepare('UPDATE approvals SET status = ?, granted_by = ? WHERE approval_id = ?');
  const close = db.prepare('UPDATE approvals SET status = ?, closed_by = ? WHERE approval_id = ?');
  const consume = db.prepare(
    "UPDATE approvals SET status = 'consumed', consumed_by = ? WHERE approval_id = ?",
  );

  const closeAs =
    (status: Approval['status']): EventHandler =>
    (read) => {
      const note = optionalTextOf(read, 'note');
      const closedBy = {
        name: optionalTextOf(read, 'by') ?? 'aisecops',
        at: textOf(read, 'at'),
        ...(note === null ? {} : { note }),
      };
      const approvalId = textOf(read, 'approval_id');
      return () => close.run(status, JSON.stringify(closedBy), approvalId);
    };

  return {
    approval_requested(read) {
      const members = ['approval_id', 'tenant_id', 'agent_id', 'status', 'created_at', 'expires_at'];
      const approval = objectOf(read, 'approval', members);
      const values = members.map((member) => approval[member]);
      return () =>
        insert.run(...values, JSON.stringify(approval), JSON.stringify(approval['granted_by'] ?? []));
    },
    approval_granted(read) {
      const grantedBy = JSON.stringify(read.event.payload?.['granted_by'] ?? []);
      const [status, approvalId] = [textOf(read, 'status'), textOf(read, 'approval_id')];
      return () => grant.run(status, grantedBy, approvalId);
    },
    approval_rejected: closeAs('rejected'),
    approval_cancelled: closeAs('cancelled'),
    approval_expired: closeAs('expired'),
    approval_consumed(read) {
      const [plan, approvalId] = [textOf(read, 'execution_plan_id'), textOf(read, 'approval_id')];
      return () => consume.run(plan, approvalId);
    },
  };
}

function createMethods(db: SqliteDatabase): ApprovalStore {
  const readOne = db.prepare<[string], ApprovalRow>(
    `SELECT ${APPROVAL_COLUMNS} FROM approvals WHERE approval_id = ?`,
  );
  const readDue = db.prepare<[string, number], ApprovalRow>(`SELECT ${APPROVAL_COLUMNS} FROM approvals
    WHERE status IN ('pending', 'approved') AND expires_at <= ? ORDER BY expires_at LIMIT ?`);
  const readPage = db.prepare<[object], ApprovalRow>(`${PAGE} ${NEWEST_FIRST}`);
  const readStatusPage = db.prepare<[object], ApprovalRow>(`${PAGE} AND status = @status ${NEWEST_FIRST}`);

  return {
    async approval(approvalId) {
      const row = readOne.get(approvalId);
      return row === undefined ? undefined : toApproval(row);
    },
    async approvals({ cursor, limit, status, tenant_id = null, agent_id = null }) {
      const [beforeTime, beforeId] =
        cursor === undefined ? [null, null] : decodeCursor(cursor, ['string', 'string']);
      const values = { tenant_id, agent_id, before_time: beforeTime, before_id: beforeId, take: limit + 1 };
      const rows = status === undefined ? readPage.all(values) : readStatusPage.all({ ...values, status });
      const page = takePage(rows, limit, (row) => encodeCursor([row.created_at, row.approval_id]));
      return { ...page, items: page.items.map(toApproval) };
    },
    async dueApprovals(now, limit) {
      return readDue.all(now, limit).map(toApproval);
    },
  };
}

export function toApproval(row: ApprovalRow): Approval {
  return {
    ...(parseJson(row.request) as unknown as Approval),
    status: row.status,
    granted_by: JSON.parse(row.granted_by),
    ...(row.closed_by === null ? {} : { closed_by: JSON.parse(row.closed_by) }),
    ...(row.consumed_by === null ? {} : { consumed_by: row.consumed_by }),
  };
}
