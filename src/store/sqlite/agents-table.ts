import type { AgentRecord } from '../../agents/agent-record.ts';
import type { AgentStore } from '../../agents/agent-store.ts';
import { parseJson } from '../../json/parse-json.ts';
import type { SqliteDatabase } from './database.ts';
import { type EventHandler, type EventHandlers, objectOf, optionalTextOf } from './event-payload.ts';

export function createAgentsTable(db: SqliteDatabase): { handlers: EventHandlers; methods: AgentStore } {
  const put = db.prepare(`INSERT INTO agents (tenant_id, agent_id, origin, record) VALUES (?, ?, ?, ?)
    ON CONFLICT (tenant_id, agent_id) DO UPDATE SET origin = excluded.origin, record = excluded.record`);
  const readAll = db.prepare<[], { origin: string; record: string }>('SELECT origin, record FROM agents');

  const putAgent: EventHandler = (read) => {
    const agent = objectOf(read, 'agent', ['agent_id', 'tenant_id', 'status']);
    const origin = optionalTextOf(read, 'origin') === 'file' ? 'file' : 'api';
    return () => put.run(agent['tenant_id'], agent['agent_id'], origin, JSON.stringify(agent));
  };
  return {
    handlers: {
      agent_registered: putAgent,
      agent_updated: putAgent,
      agent_suspended: putAgent,
      agent_resumed: putAgent,
    },
    methods: {
      async agents() {
        return readAll.all().map(({ origin, record }) => ({
          // Checked by the directory, which knows what an agent is; a second copy of the rules has no place here.
          agent: parseJson(record) as AgentRecord,
          origin: origin === 'file' ? ('file' as const) : ('api' as const),
        }));
      },
    },
  };
}
