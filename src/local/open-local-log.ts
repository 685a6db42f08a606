import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AuditEvent, EventGroup } from '../audit/event.ts';
import { EventIds } from '../audit/event-id.ts';
import { LogReader } from '../audit/log-reader.ts';
import { verifierKeyOf } from '../audit/open-signed-log.ts';
import { readSpan } from '../audit/span-reader.ts';
import { SecretScreen } from '../evaluation/secret-screen.ts';
import { createGuard } from '../guard/guard.ts';
import { secretNames } from '../guard/secrets/secret-names.ts';
import { removeKeyDrafts } from '../keys/key-file.ts';
import { keyObjectsOf, openKeyRing, openKeyRings, useNextKey } from '../keys/key-ring.ts';
import { openRecorder } from '../recorder/recorder.ts';
import type { Span } from '../replay/event-index.ts';
import { readingUnpurged } from '../retention/read-unpurged.ts';
import type { LocalOptions } from './local-options.ts';

const SEGMENT_BYTES = 1024 ** 3;

/** Milliseconds since 1970, as the machine has it. */
export const clock = () => Date.now();

/** The log of a process that decides for itself, and the view of it: the same writer as the gateway's, with a key of its own. */
export async function openLocalLog(options: LocalOptions) {
  const { directory, segment_bytes: segmentBytes = SEGMENT_BYTES, redact_fields = [] } = options;
  const auditFile = resolve(directory, 'audit', 'events.jsonl');
  const dataDirectory = resolve(directory, 'data');
  mkdirSync(dataDirectory, { recursive: true, mode: 0o750 });
  const keyFile = resolve(options.signing_key_file ?? join(dataDirectory, 'signing-keys.json'));
  const report = options.onProblem ?? (() => undefined);
  const recorder = await openRecorder(
    {
      ...{ auditFile, segmentBytes, storeFile: join(dataDirectory, 'aisecops.db') },
      logKeys: keyObjectsOf(await openKeyRing(keyFile, 'log')),
      origin: options.origin ?? `aisecops-local/${randomUUID()}`,
    },
    { onCheckpointFailure: report, onBroken: report },
  );
  const { log, store, settled, isHandedOver } = recorder;
  await removeKeyDrafts(keyFile);
  if (isHandedOver) await useNextKey(keyFile, 'log');
  const keys = await openKeyRings(keyFile);
  const guard = createGuard();
  const screen = new SecretScreen(guard.secrets, secretNames(redact_fields));
  const reader = new LogReader(auditFile);
  const readEvents = readingUnpurged(
    (span: Span): Promise<AuditEvent[]> => readSpan(reader, span),
    () => store.purges(),
  );
  const ids = new EventIds();
  return {
    ...{ auditFile, log, store, settled, guard, screen, readEvents, report },
    ...{ permitKeys: keys.permits, verifierKey: verifierKeyOf(log.origin, keys.log.current.privateKey) },
    newId: (prefix: string) => `${prefix}-${ids.next(clock())}`,
    record: (group: EventGroup) => log.append(screen.clean(group)),
  };
}

export type LocalLog = Awaited<ReturnType<typeof openLocalLog>>;
