import type { EventGroup } from '../audit/event.ts';
import type { Caller } from '../tokens/caller.ts';

export type AccessDenial = { method: string; path: string; status: 401 | 403; caller?: Caller };

/** Most denials recorded one by one in a second; the rest are counted into the next one that is. */
const MAX_PER_SECOND = 10;
const MAX_PATH_LENGTH = 200;

type Deps = {
  record: (group: EventGroup) => Promise<unknown>;
  clock: () => number;
  onError: (error: unknown) => void;
};

/**
 * Records refused access without letting whoever is refused fill the log: beyond ten a second denials are only
 * counted, and the next recorded one says how many there were.
 */
export class AccessDenials {
  readonly #deps: Deps;
  // Counted apart, so that a flood from strangers (401) never hides what known callers try (403).
  readonly #windows = {
    401: { second: 0, seen: 0, suppressed: 0 },
    403: { second: 0, seen: 0, suppressed: 0 },
  };

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Never throws and never waits. */
  note(denial: AccessDenial): void {
    const window = this.#windows[denial.status];
    const second = Math.floor(this.#deps.clock() / 1000);
    if (second !== window.second) Object.assign(window, { second, seen: 0 });
    window.seen += 1;
    if (window.seen > MAX_PER_SECOND) {
      window.suppressed += 1;
      return;
    }
    const group = deniedGroup(denial, window.suppressed);
    window.suppressed = 0;
    this.#deps.record(group).catch(this.#deps.onError);
  }
}

function deniedGroup({ method, path, status, caller }: AccessDenial, suppressed: number): EventGroup {
  const payload = {
    method,
    path: path.slice(0, MAX_PATH_LENGTH),
    status,
    ...(caller === undefined ? {} : { token_id: caller.token_id, name: caller.name, roles: caller.roles }),
    ...(suppressed === 0 ? {} : { suppressed }),
  };
  const context = caller === undefined || caller.tenant_id === '*' ? {} : { tenant_id: caller.tenant_id };
  return { context, events: [{ event_type: 'access_denied', payload }] };
}
