import type { Subject } from './record.ts';

const ABOUT: Record<Subject['kind'], { of: string; files: string }> = {
  trace: {
    of: 'one trace',
    files: `  proof/N.tlog-proof that event N stands in that log (c2sp.org/tlog-proof)
  summary.json, graph.json, replay-diff.json, controls.json   readings of the record`,
  },
  period: {
    of: 'many traces',
    files: `  proof/cover.json   the subtrees that with these events make up the tree of that log
  population.json    all traces that fit the filter, of which these are all or a sample
  summary.json, replay-diff.json, controls.json   readings of the record`,
  },
};

/** The page that goes with every bundle. */
export function readmeText(kind: Subject['kind']): string {
  const { of, files } = ABOUT[kind];
  return `This is the evidence of ${of} of the AISecOps Interceptor: what was decided, from which facts, under which policy.

  report.html        a reading for people
  events.jsonl       the exact lines of the audit log: the record
  blobs/             payloads that were too large for their lines, named by their SHA-256
  policy/            the bundles that decided, named by the SHA-256 of their content (RFC 8785)
  proof/checkpoint   the signed head of the log (c2sp.org/tlog-checkpoint)
${files}
  proof/keys.json    the keys of the exporter: a claim. Get them from somebody you trust
  manifest.json, SHA256SUMS   every file with its SHA-256
  attestation.json   a DSSE envelope around an in-toto statement about all of them

Check it
  with nothing of ours:   sha256sum -c SHA256SUMS
  everything:             aisecops verify FILE.zip --key LOGKEY --evidence-key FILE

The hash of an event is the SHA-256 over its line without the member "hash". The leaf of the log's tree (RFC 6962) is the
SHA-256 over a zero byte and the line without its newline. docs/audit-format.md and docs/evidence-format.md say the rest.
`;
}
