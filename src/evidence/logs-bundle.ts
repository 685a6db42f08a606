import type { Attester } from './attestation.ts';
import { type BundleParts, sealed } from './bundle-files.ts';
import type { EvidenceFilter, Sample } from './record.ts';
import { NOT_PROVEN } from './report-page.ts';
import type { BundleFile } from './zip.ts';

/** A log that was looked through. `zip` is the bundle of what fits in it; absent where nothing does. */
export type LogPart = { origin: string; traces: number; events: number; zip?: Buffer };

const README = `This is the evidence of many traces of the AISecOps Interceptor, from several logs: that of the gateway, and those of processes
that decided for themselves and handed their logs over. Each log has a bundle of its own, because each has a key of its own.

  logs/N-NAME.zip    the bundle of one log; its README.txt says more
  manifest.json      every log that was looked through, also those in which nothing fits; every file with its SHA-256
  SHA256SUMS         the same for sha256sum -c
  attestation.json   a DSSE envelope around an in-toto statement about all of them

Check it
  with nothing of ours:   sha256sum -c SHA256SUMS
  everything:             aisecops verify FILE.zip --key LOGKEY --key LOGKEY --evidence-key FILE
`;

/** All files of a bundle of bundles: the same period in several logs. */
export function logsFiles(
  { filter, sample }: { filter: EvidenceFilter; sample?: Sample },
  parts: readonly LogPart[],
  attester?: Attester,
): BundleFile[] {
  const named = parts.map((part, index) => ({ ...part, file: fileOf(part, index) }));
  const logs = named.map(({ zip, file, ...counts }) => (zip === undefined ? counts : { ...counts, file }));
  const about = { kind: 'logs', filter, ...(sample && { sample }), logs };
  const payload: BundleFile[] = [
    { name: 'README.txt', content: Buffer.from(README, 'utf8') },
    ...named.flatMap(({ zip, file }) => (zip === undefined ? [] : [{ name: file, content: zip }])),
  ];
  const events = parts.reduce((sum, part) => sum + part.events, 0);
  const manifest: BundleParts['manifest'] = { ...about, events, not_proven: NOT_PROVEN };
  return sealed(payload, { manifest, predicate: about }, attester);
}

function fileOf({ origin }: LogPart, index: number): string {
  return `logs/${index + 1}-${origin.replace(/[^A-Za-z0-9-]+/g, '-').slice(0, 64)}.zip`;
}
