import { z } from 'zod';
import { type BundleCheck, type BundleKeys, type BundleReport, check, jsonOf } from './bundle-check.ts';
import { derivedFiles } from './derived-files.ts';
import { checkpointOf } from './note-checkpoint.ts';
import { outsideCheck } from './outside-checkpoints.ts';
import { readRecord } from './read-record.ts';
import { type EvidenceRecord, eventsByTrace, eventsOf, type Subject } from './record.ts';
import { reevaluated } from './reevaluated.ts';
import { pick } from './sample.ts';
import { attestation, fileFaults } from './seal-checks.ts';
import { inclusionChecks } from './verify-inclusion.ts';
import { listedFiles as files, logsManifestSchema, verifyLogs } from './verify-logs.ts';
import { filesInZip } from './zip.ts';

const purged = z.record(z.string(), z.int().min(1)).optional();
const manifestSchema = z.discriminatedUnion('kind', [
  z.looseObject({ format: z.literal('1.0'), kind: z.literal('trace'), trace_id: z.string(), purged, files }),
  z.looseObject({
    format: z.literal('1.0'),
    kind: z.literal('period'),
    filter: z.record(z.string(), z.string()),
    sample: z.strictObject({ size: z.int(), seed: z.string() }).optional(),
    purged,
    files,
  }),
  logsManifestSchema,
]);
type RecordManifest = Exclude<z.output<typeof manifestSchema>, { kind: 'logs' }>;
const populationSchema = z.strictObject({ traces: z.array(z.string()) });

/**
 * Verifies a bundle from its bytes and keys alone, without writing anything. Throws `EvidenceError` `bundle_unreadable`
 * for what is no bundle; everything that is wrong with one is in the report.
 */
export async function verifyBundle(zip: Buffer, keys: BundleKeys): Promise<BundleReport> {
  const inZip = await filesInZip(zip);
  const manifest = manifestIn(inZip);
  if (manifest?.kind === 'logs') return verifyLogs({ inZip, manifest, keys }, verifyPart);
  return verifyRecord(inZip, manifest, keys);
}

/** A bundle that stands in another one. There are none in it again. */
function verifyPart(inZip: ReadonlyMap<string, Buffer>, keys: BundleKeys): BundleReport {
  const manifest = manifestIn(inZip);
  return verifyRecord(inZip, manifest?.kind === 'logs' ? undefined : manifest, keys);
}

function manifestIn(inZip: ReadonlyMap<string, Buffer>) {
  return manifestSchema.safeParse(jsonOf(inZip.get('manifest.json'))).data;
}

function verifyRecord(
  inZip: ReadonlyMap<string, Buffer>,
  manifest: RecordManifest | undefined,
  keys: BundleKeys,
): BundleReport {
  if (manifest === undefined) {
    const message = 'manifest.json is missing, or none that is known';
    return { ok: false, checks: [{ name: 'files', result: 'broken', message }] };
  }
  const subject = subjectOf(manifest, inZip);
  const { files: listed } = manifest;
  const { record, faults } = readRecord(subject, inZip);
  const checks = [
    check(
      'files',
      fileFaults(inZip, listed),
      `${listed.length} files are what the manifest names, and no other is there`,
    ),
    attestation(inZip, keys.evidence),
    check(
      'integrity',
      faults,
      `${record.lines.length} events are what was written, in their order, none missing up to the last`,
    ),
    ...selection(record, subject),
    ...inclusionChecks(record, keys.log, inZip),
    ...outsideChecks(record, keys),
    policies(record),
    reproduction(record),
    readings(record, inZip),
  ];
  const about = subject.kind === 'trace' ? { trace_id: subject.trace_id } : {};
  return { ok: checks.every(({ result }) => result !== 'broken'), kind: subject.kind, ...about, checks };
}

/** Nothing where no checkpoint was given. */
function outsideChecks({ proof }: EvidenceRecord, { checkpoints = [], log }: BundleKeys): BundleCheck[] {
  if (checkpoints.length === 0) return [];
  return [outsideCheck(proof && checkpointOf(proof.checkpoint), checkpoints, log)];
}

function subjectOf(manifest: RecordManifest, inZip: ReadonlyMap<string, Buffer>): Subject {
  const gone = manifest.purged && { purged: manifest.purged };
  if (manifest.kind === 'trace') return { kind: manifest.kind, trace_id: manifest.trace_id, ...gone };
  const { kind, filter, sample } = manifest;
  const population = populationSchema.safeParse(jsonOf(inZip.get('population.json'))).data?.traces ?? [];
  return { kind, filter, ...(sample && { sample }), population, ...gone };
}

/**
 * Whether the traces are those that the seed picks, and no other; that the population is all there is, nobody can see. And
 * whether something was purged before: then it cannot be shown that all is here.
 */
function selection(record: EvidenceRecord, subject: Subject): BundleCheck[] {
  const purgedTraces = Object.entries(subject.purged ?? {});
  const gone = purgedTraces.map(([id, count]) => `${count} of ${id}`).join(', ');
  const message = `the first events of these were purged before, as the manifest says: ${gone}`;
  const purgedCheck: BundleCheck = { name: 'selection', result: 'not_shown', message };
  if (subject.kind === 'trace') return purgedTraces.length > 0 ? [purgedCheck] : [];
  const { sample, population } = subject;
  const expected = new Set(pick(population, sample));
  const found = eventsByTrace(record);
  const faults = [
    ...[...expected].filter((id) => !found.has(id)).map((id) => `the trace ${id} is not here`),
    ...[...found.keys()].filter((id) => !expected.has(id)).map((id) => `the trace ${id} was not picked`),
  ];
  const how = sample === undefined ? 'all' : `picked by the seed ${sample.seed}`;
  const picked = check('selection', faults, `${expected.size} of ${population.length} traces, ${how}`);
  return [picked.result === 'holds' && purgedTraces.length > 0 ? purgedCheck : picked];
}

function policies(record: EvidenceRecord): BundleCheck {
  const named = new Set(eventsOf(record).flatMap(({ policy_bundle }) => policy_bundle ?? []));
  const missing = [...named].filter((version) => !record.policies.has(version));
  if (missing.length === 0)
    return { name: 'policies', result: 'holds', message: `${named.size} bundles that decided are here` };
  return { name: 'policies', result: 'not_shown', message: `not here: ${missing.join(', ')}` };
}

function reproduction(record: EvidenceRecord): BundleCheck {
  const plans = reevaluated(record).flatMap((trace) => trace.plans);
  const of = (wanted: string) => plans.filter(({ result }) => result === wanted);
  const different = of('different').map(
    ({ execution_plan_id }) => `plan ${execution_plan_id} comes out otherwise`,
  );
  if (different.length > 0) return check('reproduction', different, '');
  if (plans.length === 0 && record.subject.kind === 'trace')
    return {
      name: 'reproduction',
      result: 'not_shown',
      message: 'there is no plan here that could be decided again',
    };
  const unclear = of('not_reproducible');
  if (unclear.length === 0)
    return {
      name: 'reproduction',
      result: 'holds',
      message: `${plans.length} plans, decided again from their facts, come to the same`,
    };
  const reasons = unclear.map(({ execution_plan_id, missing }) => `${execution_plan_id}: ${missing}`);
  return {
    name: 'reproduction',
    result: 'not_shown',
    message: `cannot be decided again: ${reasons.join(', ')}`,
  };
}

/** Report, summary, graph and the rest say what the record says: they are made again and compared. */
function readings(record: EvidenceRecord, files: ReadonlyMap<string, Buffer>): BundleCheck {
  const made = derivedFiles(record);
  const faults = made.flatMap(({ name, content }) =>
    files.get(name)?.equals(content) === true ? [] : [`${name} is not what the events give`],
  );
  return check('readings', faults, `${made.map(({ name }) => name).join(', ')} say what the events give`);
}
