import type { Example } from '../operation.ts';

const VERIFIER_KEY = 'aisecops-local/laptop-7+68a7994e+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs';
/** A log that has only just begun: its first two lines, and the checkpoint over them. */
const LINES = [
  '{"event_id":"01a22bbb-a3ef-7000-a077-dc1e901f64ce","event_type":"log_opened","hash":"sha256:23c04cf4f687d30c82540e170574898780b192c60950529b1d54191a659dedec","payload":{"format":"aisecops-audit/1","origin":"aisecops-local/laptop-7"},"prev_hash":"sha256:0000000000000000000000000000000000000000000000000000000000000000","schema_version":"1.0","sequence":0,"timestamp":"2026-11-30T09:14:07.215Z"}',
  '{"event_id":"01a22bbb-a3ef-7001-9060-675cc2bd5b46","event_type":"log_key_announced","hash":"sha256:8ae7742a12b5ee7ba09ee6f9b7efbd876def05620406419e924e3b8b4bb70825","payload":{"verifier_key":"aisecops-local/laptop-7+68a7994e+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"},"prev_hash":"sha256:23c04cf4f687d30c82540e170574898780b192c60950529b1d54191a659dedec","schema_version":"1.0","sequence":1,"timestamp":"2026-11-30T09:14:07.215Z"}',
];
const HEAD =
  '{"checkpoint": "aisecops-local/laptop-7\\n2\\ndCI48SPXrIt8odEJx6RKA1E4+0XYpZRCvTVghUcTHPw=\\n\\n— aisecops-local/laptop-7 aKeZTglVZGGBQqdG19PTuv5auSnA7E/Om52CvBcSop6oSUksD6O9S08bHc5AWckG71Qzvgy12WZ5rjnS1f3ffHDm5QA=\\n"}';

const handedOver = (...lines: string[]): string => lines.map((line) => `${line}\n`).join('');

/** What the examples of `POST /audit/ingest` hand over. */
export const EXAMPLE_ORIGIN = 'aisecops-local/laptop-7';

export const ORIGIN_EXAMPLES: Readonly<Record<string, Example>> = {
  laptop: {
    summary: 'The log of an agent on a laptop',
    value: { origin: EXAMPLE_ORIGIN, verifier_key: VERIFIER_KEY, tenant_id: 'acme-corp' },
  },
  otherKey: {
    summary: 'A key of another log: refused',
    value: { origin: 'aisecops-local/laptop-8', verifier_key: VERIFIER_KEY, tenant_id: 'acme-corp' },
    status: 400,
  },
};

export const INGEST_EXAMPLES: Readonly<Record<string, Example>> = {
  whole: { summary: 'A whole log, with its newest checkpoint', value: handedOver(...LINES, HEAD) },
  again: { summary: 'The same once more: changes nothing', value: handedOver(...LINES, HEAD) },
  unsigned: { summary: 'Without a checkpoint: refused', value: handedOver(...LINES), status: 422 },
  changed: {
    summary: 'A line that was changed: refused',
    value: handedOver((LINES[0] ?? '').replace('laptop-7', 'laptop-9')),
    status: 422,
  },
};

export const ORIGIN = {
  origin: EXAMPLE_ORIGIN,
  tenant_id: 'acme-corp',
  verifier_key: VERIFIER_KEY,
  registered_by: 'lee@acme.example',
  registered_at: '2026-11-30T10:00:00.000Z',
  next_sequence: 0,
  bytes: 0,
};

export const INGESTED = {
  origin: EXAMPLE_ORIGIN,
  first_sequence: 0,
  events: 2,
  duplicates: 0,
  bytes: 829,
  next_sequence: 2,
  head_hash: 'sha256:8ae7742a12b5ee7ba09ee6f9b7efbd876def05620406419e924e3b8b4bb70825',
  root: 'dCI48SPXrIt8odEJx6RKA1E4+0XYpZRCvTVghUcTHPw=',
  checkpoint_size: 2,
  audit: {
    log: 'aisecops-interceptor/cf2f978f-fc6a-4517-95b5-e7b1e86aaf58',
    sequence: 4711,
    hash: 'sha256:5c1e8ad1bd2f5a8c2d4f7a3e9a6b1c0d5c1e8ad1bd2f5a8c2d4f7a3e9a6b1c0d',
    first_event_id: '01a22bbb-a3ef-7001-9060-675cc2bd5b46',
    last_event_id: '01a22bbb-a3ef-7001-9060-675cc2bd5b46',
  },
};
