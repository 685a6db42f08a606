import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { notesInHistory } from '../audit/checkpoint-file.ts';
import {
  type BundleCheck,
  type BundleKeys,
  type BundleReport,
  check,
  jsonOf,
  type OutsideCheckpoints,
} from './bundle-check.ts';
import { EvidenceError } from './evidence-error.ts';
import { checkpointOf } from './note-checkpoint.ts';
import { attestation, fileFaults } from './seal-checks.ts';
import { filesInZip } from './zip.ts';

export const listedFiles = z
  .array(z.looseObject({ name: z.string(), bytes: z.int(), sha256: z.string() }))
  .max(100_000);

/** The manifest of a bundle of bundles. */
export const logsManifestSchema = z.looseObject({
  format: z.literal('1.0'),
  kind: z.literal('logs'),
  filter: z.record(z.string(), z.string()),
  sample: z.strictObject({ size: z.int(), seed: z.string() }).optional(),
  logs: z
    .array(
      z.strictObject({ origin: z.string(), traces: z.int(), events: z.int(), file: z.string().optional() }),
    )
    .max(10_000),
  files: listedFiles,
});
type LogsManifest = z.output<typeof logsManifestSchema>;
type Listed = LogsManifest['logs'][number];

type VerifyPart = (inZip: ReadonlyMap<string, Buffer>, keys: BundleKeys) => BundleReport;
type Given = { inZip: ReadonlyMap<string, Buffer>; manifest: LogsManifest; keys: BundleKeys };

/**
 * Verifies a bundle of bundles: that it holds what it says, and each of them by itself. Keys and checkpoints go to the log
 * that they name: no other could have been signed by them.
 */
export async function verifyLogs(given: Given, verify: VerifyPart): Promise<BundleReport> {
  const { inZip, manifest, keys } = given;
  const outside = assigned(keys.checkpoints ?? []);
  const parts = await Promise.all(manifest.logs.map((log) => verifyLog(log, { ...given, outside }, verify)));
  const strange = outside.filter(({ origin }) => manifest.logs.every((log) => log.origin !== origin));
  const faults = [
    ...listFaults(manifest),
    ...strange.map(({ source }) => `${source} is of no log here`),
    ...parts.flatMap((part) => part.faults),
  ];
  const logs = parts.flatMap(({ report }) => report ?? []);
  const found = manifest.logs.map(({ origin, traces }) => `${origin}: ${traces}`).join(', ');
  const listed = check(
    'logs',
    faults,
    `${manifest.logs.length} logs were looked through, with so many traces here (${found})`,
  );
  const checks: BundleCheck[] = [
    check(
      'files',
      fileFaults(inZip, manifest.files),
      `${manifest.files.length} files are what the manifest names, and no other is there`,
    ),
    attestation(inZip, keys.evidence),
    listed.result === 'holds' ? keysCheck(manifest, keys, listed) : listed,
  ];
  const ok = [...checks, ...logs.flatMap((log) => log.checks)].every(({ result }) => result !== 'broken');
  return { ok, kind: 'logs', checks, logs };
}

/** The bundle of one log, by itself and as the list has it. */
async function verifyLog(
  log: Listed,
  { inZip, manifest, keys, outside }: Given & { outside: Assigned[] },
  verify: VerifyPart,
): Promise<{ report?: BundleReport; faults: string[] }> {
  const { origin, file } = log;
  const zip = file === undefined ? undefined : inZip.get(file);
  if (zip === undefined) return { faults: [] };
  const own: BundleKeys = {
    evidence: keys.evidence,
    log: keys.log.filter(({ name }) => name === origin),
    checkpoints: outside.filter((one) => one.origin === origin),
  };
  try {
    const part = await filesInZip(zip);
    return { report: { ...verify(part, own), origin }, faults: partFaults(log, part, manifest) };
  } catch (error) {
    if (error instanceof EvidenceError) return { faults: [`${file}: ${error.message}`] };
    throw error;
  }
}

/** Whoever gives the key of a log asks for that log. */
function keysCheck({ logs }: LogsManifest, { log: keys }: BundleKeys, listed: BundleCheck): BundleCheck {
  const missing = keys.map(({ name }) => name).filter((name) => logs.every(({ origin }) => origin !== name));
  if (missing.length === 0) return listed;
  return { name: 'logs', result: 'not_shown', message: `not looked through: ${missing.join(', ')}` };
}

/** Whether the list names each log and each bundle once, and every bundle that is there. */
function listFaults({ logs, files }: LogsManifest): string[] {
  const origins = logs.map(({ origin }) => origin);
  const named = logs.flatMap(({ file }) => file ?? []);
  const bundles = files.map(({ name }) => name).filter((name) => name.startsWith('logs/'));
  return [
    ...(new Set(origins).size < origins.length ? ['a log is named twice'] : []),
    ...(named.toSorted().join('\n') === bundles.toSorted().join('\n')
      ? []
      : ['the logs that are named do not have the bundles that are here']),
    ...logs
      .filter(({ file, traces, events }) => file === undefined && traces + events > 0)
      .map(({ origin }) => `the traces of ${origin} are not here`),
  ];
}

/** Whether a bundle is the one that the list says: of this log, of this period, with so much in it. */
function partFaults(
  { origin, traces, events, file }: Listed,
  inZip: ReadonlyMap<string, Buffer>,
  { filter, sample }: LogsManifest,
): string[] {
  const manifest = Object(jsonOf(inZip.get('manifest.json')));
  const note = inZip.get('proof/checkpoint')?.toString('utf8');
  const isOfLog = note === undefined || checkpointOf(note)?.origin === origin;
  const expected = { kind: 'period', filter: { ...filter, log: origin }, sample, traces, events };
  const said = Object.fromEntries(Object.keys(expected).map((name) => [name, manifest[name]]));
  return isOfLog && isDeepStrictEqual(said, expected)
    ? []
    : [
        `${file} is not what is said of it: ${traces} traces with ${events} events of ${origin}, by this filter`,
      ];
}

type Assigned = OutsideCheckpoints & { origin: string | undefined };

/** Checkpoints that were kept elsewhere, with the log that the first of each names. */
function assigned(checkpoints: readonly OutsideCheckpoints[]): Assigned[] {
  return checkpoints.map((outside) => {
    const [first = ''] = outside.text.startsWith('{') ? notesInHistory(outside.text).notes : [outside.text];
    return { ...outside, origin: checkpointOf(first)?.origin };
  });
}
