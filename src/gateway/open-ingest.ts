import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { HeldBack } from '../ingest/held-back.ts';
import { Ingest } from '../ingest/ingest.ts';
import { IngestLink } from '../ingest/ingest-link.ts';
import { IngestedReaders } from '../ingest/ingested-readers.ts';
import { ingestedDirectory } from '../ingest/origin-record.ts';
import { clock } from './clock.ts';
import type { LogSide } from './open-log-side.ts';

type Parts = { config: Config; logger: Logger; side: LogSide; followed: HeldBack };

/** Logs of other processes: what takes them over, and how they are read back. */
export async function openIngest({ config, logger, side, followed }: Parts) {
  const { log, record, holdsSecret, search } = side;
  const directory = ingestedDirectory(dirname(resolve(config.audit_file)));
  const storeDirectory = join(resolve(config.data_dir), 'ingested');
  const link = new IngestLink({ directory, storeDirectory });
  const isEmpty = !existsSync(directory);
  const ingest = await Ingest.open(
    { link, record, holdsSecret, clock, followed, origin: log.origin },
    isEmpty,
  );
  for (const file of isEmpty ? [] : ((await link.call('problems')) as string[]))
    logger.error({ file }, 'a log that was taken over cannot be read back: its origin.json is damaged');
  const ingested = new IngestedReaders({
    ...{ link, directory, storeDirectory },
    searchIn: (texts, projected) => search.in(texts, projected),
    origins: (tenant) => ingest.origins(tenant),
  });
  return { ingest, ingested, closeIngest: () => link.close() };
}
