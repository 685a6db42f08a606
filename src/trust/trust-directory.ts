import type { EventGroup, EventType } from '../audit/event.ts';
import { sha256 } from '../json/canonical.ts';
import { goneKeys, type KnownSource, keptOf, knownSources } from './known-sources.ts';
import { EVERY_TENANT } from './provenance-signature.ts';
import { TrustError } from './trust-error.ts';
import { type TrustFile, trustFileSchema } from './trust-file.ts';
import { createTrustRegistry, type TrustRegistry } from './trust-registry.ts';
import { keysOf, type SourceKey, sourceKey, type TrustSource } from './trust-source.ts';
import { type KeptSource, keptSourceSchema, type StoredSource, type TrustStore } from './trust-store.ts';

/** Who sees what: a tenant sees its own sources and those of every tenant, and changes its own. Absent: all tenants. */
export type TrustScope = { tenant_id?: string };

/** A source with what follows from it. */
export type ShownSource = KnownSource & { source_id: string };

type Change = Partial<Pick<TrustSource, 'trust_level' | 'description'>>;
type Deps = {
  store: TrustStore;
  /** Makes an event group durable; rejects where it cannot. */
  record: (group: EventGroup) => Promise<unknown>;
  /** Whether a text would be written to the log in another way than it is. */
  holdsSecret: (text: string) => boolean;
};

/** Keys of a registered source that may sign at once. */
const MAX_KEYS = 32;

/**
 * Every source that somebody vouches for: those of `trust.yaml`, and those registered over the API.
 *
 * The file wins where both describe a source. A source of the file is changed in the file; over the API it, or a key of it,
 * can be revoked, and that outlives reloads and restarts. A change counts once its event is durable; meanwhile a second
 * change of the same source is refused with `trust_source_conflict`.
 */
export class TrustDirectory {
  readonly #deps: Deps;
  readonly #stored = new Map<string, StoredSource>();
  readonly #changing = new Set<string>();
  #file = trustFileSchema.parse({});
  #known = new Map<string, ShownSource>();
  #registry = createTrustRegistry(this.#file);

  private constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Reads what the store knows. `trust.yaml` comes with the first `useFile`. */
  static async open(deps: Deps): Promise<TrustDirectory> {
    const directory = new TrustDirectory(deps);
    for (const { source, origin } of await deps.store.trustSources()) {
      const checked = keptSourceSchema.parse(source);
      directory.#stored.set(sourceKey(checked), { source: checked, origin });
    }
    directory.#bringTogether();
    return directory;
  }

  /** What sources are worth as of now. */
  get registry(): TrustRegistry {
    return this.#registry;
  }

  /** Takes `trust.yaml`, in place of the one taken before. */
  useFile(file: TrustFile): void {
    this.#file = file;
    this.#bringTogether();
  }

  /** By tenant (those of every tenant first), type and name. `limit`: 1 to 1000. Throws `invalid_cursor`. */
  list({ limit, cursor, ...scope }: TrustScope & { limit: number; cursor?: string }): {
    items: ShownSource[];
    next_cursor?: string;
  } {
    const seen = [...this.#known.values()].filter((one) => sees(scope, one));
    const sorted = seen
      .map((one) => ({ one, place: placeOf(one) }))
      .sort((a, b) => (a.place < b.place ? -1 : 1));
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    const rest = after === undefined ? sorted : sorted.filter(({ place }) => place > after);
    const items = rest.slice(0, limit);
    const last = items.at(-1);
    const shown = { items: items.map(({ one }) => one) };
    if (last === undefined || rest.length <= limit) return shown;
    return { ...shown, next_cursor: Buffer.from(last.place).toString('base64url') };
  }

  /** Throws `trust_source_not_found`, also for a source of another tenant. */
  get(sourceId: string, scope: TrustScope): ShownSource {
    const found = this.#known.get(sourceId);
    if (found === undefined || !sees(scope, found))
      throw new TrustError('trust_source_not_found', `there is no source ${sourceId}`);
    return found;
  }

  /** Adds a source. Rejects with `trust_source_exists`. */
  async register(source: TrustSource, by: string): Promise<ShownSource> {
    const source_id = sourceIdOf(source);
    if (this.#known.has(source_id)) {
      const { source_type, source_name } = source;
      throw new TrustError('trust_source_exists', `there is a ${source_type} "${source_name}" already`);
    }
    const { public_key: _, ...rest } = source;
    const given = keysOf(source).map(({ key_id: _id, ...key }) => key);
    // What was revoked of it while it stood in the file is revoked here, too.
    const told = this.#stored.get(sourceKey(source))?.source;
    const revoked = told === undefined ? [] : goneKeys({ ...rest, public_keys: [] }, told);
    const registered = { ...rest, public_keys: [...given, ...revoked] };
    assertKeys(registered);
    return this.#change('trust_source_registered', registered, by);
  }

  /** Changes a registered source. Rejects with `trust_source_not_found`, `trust_source_read_only` (file, or every tenant's). */
  async update(sourceId: string, change: Change, scope: TrustScope, by: string): Promise<ShownSource> {
    const source = this.#keptOf(this.#changeable(sourceId, scope, 'describes'));
    return this.#change('trust_source_updated', { ...source, ...change }, by);
  }

  /**
   * From now on the source is worth nothing, whatever `trust.yaml` says later. One that was revoked here stays so, without
   * an event, unless somebody above revokes it now.
   */
  async revoke(sourceId: string, scope: TrustScope, by: string): Promise<ShownSource> {
    const found = this.#own(sourceId, scope);
    const kept = this.#keptOf(found);
    const { tenant_id: revoked_by_tenant = EVERY_TENANT } = scope;
    const isFromAbove = revoked_by_tenant === EVERY_TENANT && kept.revoked_by_tenant !== EVERY_TENANT;
    if (kept.status === 'revoked' && !isFromAbove) return found;
    return this.#change('trust_source_revoked', { ...kept, status: 'revoked', revoked_by_tenant }, by);
  }

  /**
   * Undoes a revocation. Rejects with `trust_source_read_only` where `trust.yaml` itself says that it is revoked, and where
   * somebody above revoked it.
   */
  async restore(sourceId: string, scope: TrustScope, by: string): Promise<ShownSource> {
    const found = this.#own(sourceId, scope);
    const { revoked_by_tenant, ...kept } = this.#keptOf(found);
    if (found.source.status === 'active') return found;
    if (revoked_by_tenant === EVERY_TENANT && scope.tenant_id !== undefined)
      throw new TrustError(
        'trust_source_read_only',
        `source ${sourceId} was revoked by somebody of all tenants, and only such a caller restores it`,
      );
    if (this.#inFile(found)?.status === 'revoked')
      throw new TrustError('trust_source_read_only', `trust.yaml says that source ${sourceId} is revoked`);
    return this.#change('trust_source_restored', { ...kept, status: 'active' }, by);
  }

  /** Adds a key to a registered source. Rejects with `trust_source_conflict` where it has, or had, that key. */
  async addKey(sourceId: string, publicKey: string, scope: TrustScope, by: string): Promise<ShownSource> {
    const source = this.#keptOf(this.#changeable(sourceId, scope, 'has the keys of'));
    const public_keys = [...source.public_keys, { public_key: publicKey, status: 'active' as const }];
    assertKeys({ ...source, public_keys });
    return this.#change('trust_key_added', { ...source, public_keys }, by);
  }

  /** What the key signed is worth nothing from now on, for good. Rejects with `trust_key_not_found`. */
  async revokeKey(sourceId: string, keyId: string, scope: TrustScope, by: string): Promise<ShownSource> {
    const found = this.#own(sourceId, scope);
    const kept = this.#keptOf(found);
    const keys = keysOf(kept);
    const key = keys.find(({ key_id }) => key_id === keyId);
    if (key === undefined)
      throw new TrustError('trust_key_not_found', `source ${sourceId} has no key ${keyId}`);
    if (key.status === 'revoked') return found;
    const { public_key: _, ...rest } = kept;
    const public_keys = keys.map(({ key_id, ...one }) =>
      key_id === keyId ? { ...one, status: 'revoked' as const } : one,
    );
    return this.#change('trust_key_revoked', { ...rest, public_keys }, by);
  }

  /** A source that the caller may change something of: its own, or any for a caller of all tenants. */
  #own(sourceId: string, scope: TrustScope): ShownSource {
    const found = this.get(sourceId, scope);
    if (scope.tenant_id === undefined || found.source.tenant_id === scope.tenant_id) return found;
    const message = `source ${sourceId} is known in every tenant; it takes a token of all tenants to change it`;
    throw new TrustError('trust_source_read_only', message);
  }

  #changeable(sourceId: string, scope: TrustScope, does: string): ShownSource {
    const found = this.#own(sourceId, scope);
    if (found.origin === 'api') return found;
    throw new TrustError('trust_source_read_only', `trust.yaml ${does} source ${sourceId}; change it there`);
  }

  /** What is kept of a source: of one of the file what was revoked over the API. A change begins from that. */
  #keptOf({ source }: KnownSource): KeptSource {
    const told = this.#stored.get(sourceKey(source))?.source;
    const inFile = this.#inFile({ source });
    return inFile === undefined ? (told ?? source) : keptOf(inFile, told);
  }

  #inFile({ source }: Pick<KnownSource, 'source'>): TrustSource | undefined {
    const key = sourceKey(source);
    return this.#file.sources.find((one) => sourceKey(one) === key);
  }

  async #change(event_type: EventType, source: KeptSource, by: string): Promise<ShownSource> {
    const source_id = sourceIdOf(source);
    this.#assertWritable(source);
    if (this.#changing.has(source_id))
      throw new TrustError(
        'trust_source_conflict',
        `source ${source_id} is being changed by another request`,
      );
    this.#changing.add(source_id);
    try {
      const origin = this.#known.get(source_id)?.origin ?? 'api';
      const { tenant_id } = source;
      await this.#deps.record({
        context: tenant_id === undefined ? {} : { tenant_id },
        events: [{ event_type, payload: { source, source_id, origin, by } }],
      });
      this.#stored.set(sourceKey(source), { source, origin });
      this.#bringTogether();
      return this.#known.get(source_id) ?? { source, source_id, origin };
    } finally {
      this.#changing.delete(source_id);
    }
  }

  /** What the log redacts is not the source any more when it is read back at the next start. */
  #assertWritable(source: KeptSource): void {
    const { source_name, tenant_id = '' } = source;
    const written = [source_name, tenant_id, ...keysOf(source).map(({ public_key }) => public_key)];
    if (!written.some((text) => this.#deps.holdsSecret(text))) return;
    throw new TrustError(
      'trust_source_conflict',
      'the name or a key of the source looks like a secret, and both are written to the log as they are: take another',
    );
  }

  #bringTogether(): void {
    const known = [...knownSources(this.#file, this.#stored).values()];
    this.#known = new Map(
      known.map((one) => {
        const source_id = sourceIdOf(one.source);
        return [source_id, { ...one, source_id }];
      }),
    );
    const sources = known.map(({ source }) => source);
    this.#registry = createTrustRegistry({ ...this.#file, sources });
  }
}

/** The id of a source follows from what tells it apart, so it is the same in the file and over the API. */
export function sourceIdOf(source: SourceKey): string {
  return `src-${sha256(sourceKey(source)).slice('sha256:'.length, 'sha256:'.length + 32)}`;
}

function sees({ tenant_id }: TrustScope, { source }: KnownSource): boolean {
  return tenant_id === undefined || source.tenant_id === undefined || source.tenant_id === tenant_id;
}

function placeOf({ source: { tenant_id = '', source_type, source_name } }: KnownSource): string {
  return JSON.stringify([tenant_id, source_type, source_name]);
}

function assertKeys(source: KeptSource): void {
  const keys = keysOf(source);
  if (keys.filter(({ status }) => status === 'active').length > MAX_KEYS)
    throw new TrustError(
      'trust_source_conflict',
      `a source has at most ${MAX_KEYS} keys that are not revoked`,
    );
  const ids = keys.map(({ key_id }) => key_id);
  if (new Set(ids).size < ids.length)
    throw new TrustError('trust_source_conflict', 'a source has each key once, also one that was revoked');
}

function decodeCursor(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString('utf8');
  if (/^\["/.test(place)) return place;
  throw new TrustError('invalid_cursor', 'the cursor is not one this list gave out');
}
