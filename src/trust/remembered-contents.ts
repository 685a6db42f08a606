import { LRUCache } from 'lru-cache';
import { lowerTrust, type TrustLevel } from '../plan/trust-level.ts';

/** Contents that are remembered of each tenant, the newest; the store keeps as many. */
export const REMEMBERED_CONTENTS = 20_000;

/** A content that came from outside, by its hash, and what it was worth then. */
export type RememberedContent = { content_hash: string; trust_level: TrustLevel };

export type RememberedStore = {
  /** All of them, oldest first. */
  rememberedContents(): Promise<(RememberedContent & { tenant_id: string })[]>;
};

/**
 * What is known of contents by their hash, in each tenant: the least trust with which each was read or written. A view of
 * the `content_remembered` events of the log.
 */
export class RememberedContents {
  readonly #byTenant = new Map<string, LRUCache<string, TrustLevel>>();

  static async open(store: RememberedStore): Promise<RememberedContents> {
    const contents = new RememberedContents();
    for (const { tenant_id, ...content } of await store.rememberedContents())
      contents.#put(tenant_id, content);
    return contents;
  }

  levelOf(tenantId: string | undefined, contentHash: string): TrustLevel | undefined {
    return tenantId === undefined ? undefined : this.#byTenant.get(tenantId)?.get(contentHash);
  }

  /** Remembers contents and answers those of which that says something new. */
  note(tenantId: string, contents: readonly RememberedContent[]): RememberedContent[] {
    return contents.filter((content) => this.#put(tenantId, content));
  }

  #put(tenantId: string, { content_hash, trust_level }: RememberedContent): boolean {
    const known = this.#byTenant.get(tenantId) ?? new LRUCache({ max: REMEMBERED_CONTENTS });
    this.#byTenant.set(tenantId, known);
    const before = known.get(content_hash);
    const level = lowerTrust(trust_level, before ?? trust_level);
    known.set(content_hash, level);
    return level !== before;
  }
}
