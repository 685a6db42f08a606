import { createHash } from 'node:crypto';
import { canonicalJson } from '../json/canonical.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { parseNote } from '../tlog/signed-note.ts';
import { digestToBase64 } from '../tlog/tree-hash.ts';
import { type Attester, attest, PREDICATE_TYPE, STATEMENT_TYPE, type Statement } from './attestation.ts';
import { derivedFiles, json } from './derived-files.ts';
import { readmeText } from './readme-text.ts';
import { type EvidenceRecord, eventsByTrace, type Subject } from './record.ts';
import { NOT_PROVEN } from './report-page.ts';
import type { BundleFile } from './zip.ts';

/** The keys of the one who exports: a claim, until somebody has them from elsewhere. */
export type ClaimedKeys = { log?: string; evidence?: readonly object[] };

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  jsonl: 'application/jsonl',
  json: 'application/json',
  html: 'text/html',
  txt: 'text/plain',
  zip: 'application/zip',
};

/**
 * All files of a bundle. The same record, keys and signer give the same files: there is no time of export in them, which
 * the log has as an event.
 */
export function bundleFiles(record: EvidenceRecord, keys: ClaimedKeys, attester?: Attester): BundleFile[] {
  const payload = [...recordFiles(record, keys), ...derivedFiles(record)];
  const { subject, proof } = record;
  const origin = proof && parseCheckpoint(parseNote(proof.checkpoint).text).origin;
  const predicate = { ...aboutOf(subject), ...(origin !== undefined && { origin }) };
  return sealed(payload, { manifest: manifestOf(record), predicate }, attester);
}

/** What a manifest says beside the files, and what is attested of them all. */
export type BundleParts = { manifest: Record<string, unknown>; predicate: Statement['predicate'] };

/** Files with those that hold them together: a manifest, sums for common tools, and a statement about all of them. */
export function sealed(
  payload: readonly BundleFile[],
  { manifest: about, predicate }: BundleParts,
  attester?: Attester,
): BundleFile[] {
  const files = sorted(payload).map(({ name, content }) => ({
    name,
    media_type: mediaTypeOf(name),
    bytes: content.length,
    sha256: sha256(content),
  }));
  const manifest = json('manifest.json', { format: '1.0', ...about, files });
  const sums = { name: 'SHA256SUMS', content: Buffer.from(sumsOf([...payload, manifest]), 'utf8') };
  const all = [...payload, manifest, sums];
  return [...all, json('attestation.json', attest(statementOf(predicate, all), attester))];
}

/** The record itself: what everything else in a bundle is a reading of. */
function recordFiles(record: EvidenceRecord, keys: ClaimedKeys): BundleFile[] {
  const { subject, lines, blobs, policies } = record;
  const files: BundleFile[] = [
    { name: 'events.jsonl', content: Buffer.concat(lines.flatMap(({ raw }) => [raw, NEWLINE])) },
    json('proof/keys.json', keys),
    { name: 'README.txt', content: Buffer.from(readmeText(subject.kind), 'utf8') },
  ];
  for (const [name, content] of blobs) files.push({ name: `blobs/${name}`, content });
  for (const [version, content] of policies) {
    const name = `policy/${version.slice('sha256:'.length)}.json`;
    files.push({ name, content: Buffer.from(canonicalJson(content), 'utf8') });
  }
  if (subject.kind === 'period') files.push(json('population.json', { traces: subject.population }));
  return [...files, ...proofFiles(record)];
}

function proofFiles({ proof }: EvidenceRecord): BundleFile[] {
  if (proof === undefined) return [];
  const { checkpoint, ways } = proof;
  const note = { name: 'proof/checkpoint', content: Buffer.from(checkpoint, 'utf8') };
  if ('cover' in ways) {
    const subtrees = ways.cover.map(({ level, index, digest }) => [level, index, digestToBase64(digest)]);
    return [note, json('proof/cover.json', { subtrees })];
  }
  const proofs = [...ways.proofs].map(([sequence, text]) => ({
    name: `proof/${sequence}.tlog-proof`,
    content: Buffer.from(text, 'utf8'),
  }));
  return [note, ...proofs];
}

const NEWLINE = Buffer.from('\n');

function manifestOf(record: EvidenceRecord): BundleParts['manifest'] {
  const { proof, lines } = record;
  const checkpoint = proof && parseCheckpoint(parseNote(proof.checkpoint).text);
  return {
    ...aboutOf(record.subject),
    ...(record.subject.kind === 'period' && { traces: eventsByTrace(record).size }),
    ...(checkpoint && { origin: checkpoint.origin, tree_size: checkpoint.size }),
    events: lines.length,
    not_proven: NOT_PROVEN,
  };
}

/** What a manifest and a statement say of the subject; the population has a file of its own. */
function aboutOf(subject: Subject) {
  const { kind, purged } = subject;
  const gone = purged && { purged };
  if (subject.kind === 'trace') return { kind, trace_id: subject.trace_id, ...gone };
  const { filter, sample, population } = subject;
  return { kind, filter, ...(sample && { sample }), population: population.length, ...gone };
}

function statementOf(predicate: Statement['predicate'], files: readonly BundleFile[]): Statement {
  return {
    _type: STATEMENT_TYPE,
    subject: sorted(files).map(({ name, content }) => ({ name, digest: { sha256: sha256(content) } })),
    predicateType: PREDICATE_TYPE,
    predicate,
  };
}

/** As `sha256sum -c` reads it. */
export function sumsOf(files: readonly BundleFile[]): string {
  return sorted(files)
    .map(({ name, content }) => `${sha256(content)}  ${name}\n`)
    .join('');
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function sorted(files: readonly BundleFile[]): BundleFile[] {
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function mediaTypeOf(name: string): string {
  return (
    MEDIA_TYPES[name.split('.').at(-1) ?? ''] ??
    (name.startsWith('blobs/') ? 'application/json' : 'text/plain')
  );
}
