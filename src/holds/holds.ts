import type { EventGroup } from '../audit/event.ts';
import { type HoldsSecret, refuseSecretIds } from '../audit/secret-id.ts';
import type { Hold, HoldScope } from './hold.ts';
import { HoldError } from './hold-error.ts';
import { placedGroup, releasedGroup } from './hold-events.ts';
import type { HoldQuery, HoldStore } from './hold-store.ts';

type Deps = {
  store: HoldStore;
  record: (group: EventGroup) => Promise<unknown>;
  holdsSecret: HoldsSecret;
  clock: () => number;
  newId: (prefix: string) => string;
};

/** Who acts: a caller of `tenant_id` (`*`: of all). */
type Person = { name: string; tenant_id: string };

/** Orders to keep evidence. Each change is durable before it is answered; what another tenant owns is not there. */
export class Holds {
  readonly #deps: Deps;
  /** Releases on their way: a hold is released once. */
  readonly #releasing = new Set<string>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Places a hold. The scope MUST lie within the caller's tenant and have at least one member. Rejects with `SecretId`. */
  async place(scope: HoldScope, reason: string, caller: Person): Promise<Hold> {
    const { record, clock, newId, holdsSecret } = this.#deps;
    refuseSecretIds(
      Object.entries(scope).map(([member, id]) => ({ pointer: `/${member}`, id })),
      holdsSecret,
    );
    const hold: Hold = {
      ...{ hold_id: newId('hld'), status: 'active', scope, reason },
      ...{ placed_by: caller.name, placed_by_tenant: caller.tenant_id },
      placed_at: new Date(clock()).toISOString(),
    };
    await record(placedGroup(hold));
    return hold;
  }

  list(query: HoldQuery): ReturnType<HoldStore['holds']> {
    return this.#deps.store.holds(query);
  }

  /**
   * Ends a hold. Throws `hold_not_found`, `hold_released` where that was done before, and `hold_not_yours`: whom a hold is
   * placed on by somebody above cannot end it.
   */
  async release(holdId: string, reason: string, caller: Person): Promise<Hold> {
    const hold = await this.#deps.store.hold(holdId);
    if (hold === undefined || !(caller.tenant_id === '*' || hold.scope.tenant_id === caller.tenant_id))
      throw new HoldError('hold_not_found', `there is no hold ${holdId}`);
    if (hold.placed_by_tenant === '*' && caller.tenant_id !== '*')
      throw new HoldError(
        'hold_not_yours',
        `the hold ${holdId} was placed by somebody of all tenants, and only such a caller ends it`,
      );
    if (hold.status === 'released' || this.#releasing.has(holdId))
      throw new HoldError('hold_released', `the hold ${holdId} was released already`);
    this.#releasing.add(holdId);
    try {
      const released = { by: caller.name, at: new Date(this.#deps.clock()).toISOString(), reason };
      await this.#deps.record(releasedGroup(hold, released));
      return { ...hold, status: 'released', released };
    } finally {
      this.#releasing.delete(holdId);
    }
  }
}
