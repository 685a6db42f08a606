import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outgoingLog, outgoingRuns } from '../../src/ingest/outgoing-runs.ts';
import { createLocalEnforcement } from '../../src/local/index.ts';
import type { planOf } from '../local/plans.ts';
import type { Reply, StartedGateway } from './start-gateway.ts';

export type Source = { auditFile: string; origin: string; key: string; tenant_id: string };
type Plan = ReturnType<typeof planOf>;

/** Logs of processes that decided by themselves, and their way to a gateway. */
export class HandedOver {
  readonly #gateway: StartedGateway;
  readonly directory = mkdtempSync(join(tmpdir(), 'aisecops-handed-over-'));
  #count = 0;

  constructor(gateway: StartedGateway) {
    this.#gateway = gateway;
  }

  /** The log of a process that decided these plans; `again` goes on with one. */
  async log(
    plans: readonly Plan[],
    { tenant_id = 'acme-corp', again = undefined as string | undefined } = {},
  ): Promise<Source & { directory: string }> {
    this.#count += 1;
    const directory = again ?? join(this.directory, `log-${this.#count}`);
    const local = await createLocalEnforcement({ tenant_id, directory, bundle: { directory: 'policies' } });
    for (const plan of plans) await local.evaluate(plan);
    await local.close();
    return {
      auditFile: local.audit_file,
      origin: local.origin,
      key: local.verifier_key,
      tenant_id,
      directory,
    };
  }

  register({ origin, key, tenant_id }: Source): Promise<Reply> {
    return this.#gateway.send('POST /audit/origins', { body: { origin, verifier_key: key, tenant_id } });
  }

  /** Sends all of it from an event on, in requests of at most so many bytes. */
  async send(
    { auditFile, origin, tenant_id }: Source,
    { from = 0, runBytes = 4_000_000 } = {},
  ): Promise<Reply[]> {
    const token = await this.#gateway.token(['runtime'], { tenant_id });
    const replies: Reply[] = [];
    for await (const { body, isHead } of outgoingRuns(auditFile, await outgoingLog(auditFile), {
      from,
      runBytes,
    })) {
      const query = new URLSearchParams({ origin, head: String(isHead) });
      const headers = { 'content-type': 'application/x-ndjson' };
      replies.push(await this.#gateway.send(`POST /audit/ingest?${query}`, { raw: body, headers, token }));
    }
    return replies;
  }

  /** A log of these plans that the gateway has taken over. */
  async taken(
    plans: readonly Plan[],
    options?: { tenant_id?: string },
  ): Promise<Source & { directory: string }> {
    const source = await this.log(plans, options);
    await this.register(source);
    for (const reply of await this.send(source)) if (reply.status !== 200) throw new Error(reply.text);
    return source;
  }

  clear(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
