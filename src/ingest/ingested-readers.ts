import { dirname, join } from 'node:path';
import type { AuditEvent } from '../audit/event.ts';
import { LogReader } from '../audit/log-reader.ts';
import { readSpan } from '../audit/span-reader.ts';
import { BundleArchive } from '../bundles/bundle-archive.ts';
import type { JsonObject } from '../json/value.ts';
import { type AuditQueries, createAuditQueries } from '../replay/audit-queries.ts';
import type { Span } from '../replay/event-index.ts';
import { createReplay, type Replay } from '../replay/replay.ts';
import type { TextSearch } from '../replay/search/text-search.ts';
import type { IngestLink } from './ingest-link.ts';
import { INDEX_METHODS, type IngestedIndex } from './ingest-thread.ts';
import { directoryNameOf, type OriginState, storeFileIn } from './origin-record.ts';

/** How the events of one log that was taken over are read back. */
export type IngestedReader = {
  origin: string;
  tenant_id: string;
  verifierKey: string;
  auditFile: string;
  index: IngestedIndex;
  replay: Replay;
  audit: AuditQueries;
};

type Deps = {
  link: Pick<IngestLink, 'call'>;
  directory: string;
  /** Where their indexes are. */
  storeDirectory: string;
  /** Searches one of them by words, once its index has all up to the event that is resolved with. */
  searchIn(log: { auditFile: string; storeFile: string }, projected: () => Promise<number>): TextSearch;
  origins(tenantId: string): OriginState[];
};

/** Reads logs that were taken over: places from their indexes, events from their files, as those of the gateway's own log. */
export class IngestedReaders {
  readonly #deps: Deps;
  readonly #readers = new Map<string, IngestedReader>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Of those that a tenant (`*`: anyone) has, by name; with `log` that one alone. */
  reach(tenantId: string, log?: string): IngestedReader[] {
    return this.#deps
      .origins(tenantId)
      .filter(({ origin }) => log === undefined || origin === log)
      .map((state) => this.#readerOf(state));
  }

  /** Their files, as far as they count now; those of which nothing does are left out. */
  files(tenantId: string, log?: string): { log: string; auditFile: string; to: number }[] {
    return this.#deps
      .origins(tenantId)
      .filter(({ origin, bytes }) => bytes > 0 && (log === undefined || origin === log))
      .map(({ origin, bytes }) => ({ log: origin, auditFile: this.#fileOf(origin), to: bytes }));
  }

  /** A bundle that decided in one of these logs; nothing where none of them has it. */
  async content(version: string): Promise<JsonObject | undefined> {
    for (const { auditFile } of this.reach('*')) {
      const content = await new BundleArchive(join(dirname(auditFile), 'policies')).read(version);
      if (content !== undefined) return content;
    }
    return undefined;
  }

  #readerOf({ origin, tenant_id, verifier_key }: OriginState): IngestedReader {
    const known = this.#readers.get(origin);
    if (known?.verifierKey === verifier_key) return known;
    const auditFile = this.#fileOf(origin);
    const index = this.#indexOf(origin);
    const reader = new LogReader(auditFile);
    const readEvents = (span: Span): Promise<AuditEvent[]> => readSpan(reader, span);
    const storeFile = storeFileIn(this.#deps.storeDirectory, origin);
    const search = this.#deps.searchIn(
      { auditFile, storeFile },
      async () => (await this.#deps.link.call('newest', origin)) as number,
    );
    const sources = { index, search, readEvents };
    const made: IngestedReader = {
      ...{ origin, tenant_id, verifierKey: verifier_key, auditFile, index },
      ...{ replay: createReplay(sources), audit: createAuditQueries(sources) },
    };
    this.#readers.set(origin, made);
    return made;
  }

  #fileOf(origin: string): string {
    return join(this.#deps.directory, directoryNameOf(origin), 'events.jsonl');
  }

  #indexOf(origin: string): IngestedIndex {
    const methods = INDEX_METHODS.map((method) => [
      method,
      (...args: unknown[]) => this.#deps.link.call(method, origin, ...args),
    ]);
    return Object.fromEntries(methods) as IngestedIndex;
  }
}
