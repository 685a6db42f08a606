/** The page that goes with every bundle. */
export const README = `This is the evidence of one trace of the AISecOps Interceptor: what was decided, from which facts, under which policy.

  report.html        a reading for people
  events.jsonl       the exact lines of the audit log: the record
  blobs/             payloads that were too large for their lines, named by their SHA-256
  policy/            the bundles that decided, named by the SHA-256 of their content (RFC 8785)
  proof/checkpoint   the signed head of the log (c2sp.org/tlog-checkpoint)
  proof/N.tlog-proof that event N stands in that log (c2sp.org/tlog-proof)
  proof/keys.json    the keys of the exporter: a claim. Get them from somebody you trust
  summary.json, graph.json, replay-diff.json, controls.json   readings of the record
  manifest.json, SHA256SUMS   every file with its SHA-256
  attestation.json   a DSSE envelope around an in-toto statement about all of them

Check it
  with nothing of ours:   sha256sum -c SHA256SUMS
  everything:             aisecops verify FILE.zip --key LOGKEY --evidence-key FILE

The hash of an event is the SHA-256 over its line without the member "hash". The leaf of the log's tree (RFC 6962) is the
SHA-256 over a zero byte and the line without its newline. docs/audit-format.md and docs/evidence-format.md say the rest.
`;
