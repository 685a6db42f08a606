import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { AuditEvent, EventGroup } from '../audit/event.ts';
import { EventIds } from '../audit/event-id.ts';
import { LogReader } from '../audit/log-reader.ts';
import { verifierKeyOf } from '../audit/open-signed-log.ts';
import { readSpan } from '../audit/span-reader.ts';
import type { Config } from '../config.ts';
import { SecretScreen } from '../evaluation/secret-screen.ts';
import { createGuard } from '../guard/guard.ts';
import { secretNames } from '../guard/secrets/secret-names.ts';
import { removeKeyDrafts } from '../keys/key-file.ts';
import { keyObjectsOf, openKeyRing, openKeyRings, useNextKey } from '../keys/key-ring.ts';
import { openRecorder } from '../recorder/recorder.ts';
import type { Span } from '../replay/event-index.ts';
import { readingUnpurged } from '../retention/read-unpurged.ts';
import { openSearch } from '../search/search.ts';
import { clock } from './clock.ts';
import { createLogWatch } from './log-watch.ts';

/** Events that the store could not read, of which each is named in the process log at start. */
const NAMED_EVENTS = 100;

/** What happened, and the view of it. The view is brought up to date before anything is decided. */
export async function openLogSide(config: Config, logger: Logger) {
  const file = resolve(config.audit_file);
  const storeFile = resolve(
    config.store_url?.slice('sqlite:'.length) ?? join(config.data_dir, 'aisecops.db'),
  );
  mkdirSync(dirname(storeFile), { recursive: true, mode: 0o750 });
  const keyFile = resolve(config.signing_key_file ?? join(config.data_dir, 'signing-keys.json'));
  const watch = createLogWatch(logger);
  const { checkpoint_copy: copy, segment_bytes: segmentBytes } = config;
  const { log, store, recovery, caughtUp, signCheckpoint, projected, settled, purge, isHandedOver } =
    await openRecorder(
      {
        auditFile: file,
        storeFile,
        segmentBytes,
        logKeys: keyObjectsOf(await openKeyRing(keyFile, 'log')),
        ...(copy === undefined ? {} : { checkpointCopy: resolve(copy) }),
      },
      watch,
    );
  await removeKeyDrafts(keyFile);
  if (isHandedOver) await useNextKey(keyFile, 'log');
  const keys = await openKeyRings(keyFile);
  logger.info(
    { origin: log.origin, events: log.nextSequence, caught_up: caughtUp, ...recovery },
    'audit log open',
  );
  const unreadable = await store.unreadable(NAMED_EVENTS);
  for (const event of unreadable)
    logger.error(event, 'an event of the audit log cannot be read by the store');
  const search = openSearch(
    { auditFile: file, storeFile },
    {
      newest: () => log.nextSequence - 1,
      projected,
      onFailure: (error) => logger.error({ err: error }, 'the search cannot follow the log'),
    },
  );
  const guard = createGuard();
  const screen = new SecretScreen(guard.secrets, secretNames(config.redact_fields));
  const record = (group: EventGroup) => log.append(screen.clean(group));
  const holdsSecret = (text: string) => screen.holdsSecret(text);
  const reader = new LogReader(file);
  const readEvents = readingUnpurged(
    (span: Span): Promise<AuditEvent[]> => readSpan(reader, span),
    () => store.purges(),
  );
  const ids = new EventIds();
  const newId = (prefix: string) => `${prefix}-${ids.next(clock())}`;
  const exporting = {
    auditFile: file,
    signCheckpoint,
    evidence: keys.evidence,
    logKey: verifierKeyOf(log.origin, keys.log.current.privateKey),
  };
  const permitKeys = keys.permits;
  const written = { log, settled, watch, unreadable, record, holdsSecret, newId, purge };
  return { ...written, store, search, guard, screen, readEvents, permitKeys, exporting };
}

export type LogSide = Awaited<ReturnType<typeof openLogSide>>;
