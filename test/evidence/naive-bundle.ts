import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';

/*
 * A second verifier of bundles, written from docs/evidence-format.md and docs/audit-format.md alone: it shares no code
 * with src/. What needs the gateway's own code (deciding again, making the readings) it leaves out.
 */

type Files = ReadonlyMap<string, Buffer>;
/** Without `evidence` the bundle is one that nobody signed. */
type Keys = { log: string; evidence?: JsonWebKey };

/** What is wrong with a bundle, or `undefined` where everything that can be checked from outside holds. */
export function naiveBundleFault(files: Files, keys: Keys): string | undefined {
  try {
    const manifest = json(files, 'manifest.json');
    checkFiles(files, manifest.files);
    if (keys.evidence !== undefined) checkAttestation(files, keys.evidence);
    const events = checkEvents(files, manifest);
    const { size, root } = checkCheckpoint(text(files, 'proof/checkpoint'), keys.log);
    const covered = events.filter(({ event }) => event.sequence < size);
    // The key is here to know what it has signed: an event behind the checkpoint is not.
    if (covered.length < events.length) throw new Error('an event is behind the checkpoint');
    if (manifest.kind === 'period') {
      checkSelection(files, manifest, new Set(events.map(({ event }) => event.trace_id)));
      checkCover(files, covered, { size, root });
    } else for (const { line, event } of covered) checkProof(files, { line, event, size, root });
    for (const { event } of events) checkPolicy(files, event.policy_bundle);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function text(files: Files, name: string): string {
  const content = files.get(name);
  if (content === undefined) throw new Error(`${name} is missing`);
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a stranger sends
function json(files: Files, name: string): any {
  return JSON.parse(text(files, name));
}

const sha = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const hex = (content: Buffer): string => sha(content).toString('hex');

function checkFiles(files: Files, listed: { name: string; sha256: string; bytes: number }[]): void {
  const expected = [
    ...listed.map(({ name }) => name),
    'manifest.json',
    'SHA256SUMS',
    'attestation.json',
  ].toSorted();
  if (JSON.stringify(expected) !== JSON.stringify([...files.keys()].toSorted()))
    throw new Error('other files');
  for (const { name, sha256, bytes } of listed) {
    const content = files.get(name) ?? Buffer.alloc(0);
    if (hex(content) !== sha256 || content.length !== bytes) throw new Error(`${name} is another`);
  }
  for (const line of text(files, 'SHA256SUMS').trimEnd().split('\n')) {
    const [digest = '', name = ''] = line.split('  ');
    if (hex(files.get(name) ?? Buffer.alloc(0)) !== digest) throw new Error(`SHA256SUMS: ${name}`);
  }
}

function checkAttestation(files: Files, key: JsonWebKey): void {
  const { payloadType, payload, signatures } = json(files, 'attestation.json');
  const body = Buffer.from(payload, 'base64');
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${body.length} `;
  const message = Buffer.concat([Buffer.from(head), body]);
  const publicKey = createPublicKey({ key, format: 'jwk' });
  const isSigned = signatures.some(({ sig }: { sig: string }) =>
    verify(null, message, publicKey, Buffer.from(sig, 'base64')),
  );
  if (!isSigned || payloadType !== 'application/vnd.in-toto+json')
    throw new Error('the statement is not signed');
  const { subject } = JSON.parse(body.toString('utf8'));
  const named = Object.fromEntries(
    subject.map((one: { name: string; digest: { sha256: string } }) => [one.name, one.digest.sha256]),
  );
  for (const [name, content] of files) {
    if (name !== 'attestation.json' && named[name] !== hex(content))
      throw new Error(`${name} was not attested`);
  }
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name] as Json)}`).join(',')}}`;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a stranger sends
function checkEvents(files: Files, { kind, trace_id, purged = {} }: any) {
  const content = files.get('events.jsonl') ?? Buffer.alloc(0);
  if (content.length === 0 && kind === 'period') return [];
  if (content.at(-1) !== 10) throw new Error('events.jsonl ends within a line');
  const heads = new Map<string, { count: number; hash: string }>();
  let last = -1;
  return content
    .toString('latin1')
    .slice(0, -1)
    .split('\n')
    .map((latin, index) => {
      const line = Buffer.from(latin, 'latin1');
      const event = checkLine(files, line);
      const gone = purged[event.trace_id] ?? 0;
      // What was purged is not here to be followed from.
      const first = { count: gone, hash: gone > 0 ? event.trace_prev_hash : `sha256:${'0'.repeat(64)}` };
      const head = heads.get(event.trace_id) ?? first;
      const isNext = event.trace_sequence === head.count && event.trace_prev_hash === head.hash;
      if (!isNext || event.sequence <= last || (kind === 'trace' && event.trace_id !== trace_id))
        throw new Error(`line ${index} is out of place`);
      heads.set(event.trace_id, { count: head.count + 1, hash: event.hash });
      last = event.sequence;
      return { line, event };
    });
}

/** The event of a line, which is what it says by itself. */
function checkLine(files: Files, line: Buffer) {
  const event = JSON.parse(line.toString('utf8'));
  const { hash, ...rest } = event;
  if (canonical(event) !== line.toString('utf8')) throw new Error('a line is not canonical');
  if (`sha256:${hex(Buffer.from(canonical(rest)))}` !== hash) throw new Error('a line has another hash');
  const { blob } = event.payload ?? {};
  const content = blob === undefined ? undefined : files.get(`blobs/${blob.slice(7)}`);
  if (blob !== undefined && `sha256:${hex(content ?? Buffer.alloc(0))}` !== blob)
    throw new Error(`the blob of event ${event.sequence}`);
  return event;
}

type Picking = { sample?: { size: number; seed: string } };

function checkSelection(files: Files, { sample }: Picking, found: ReadonlySet<string>): void {
  const { traces } = json(files, 'population.json') as { traces: string[] };
  const rank = (id: string) => hex(Buffer.from(`${sample?.seed}\n${id}`));
  const picked =
    sample === undefined
      ? traces
      : traces.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, sample.size);
  if (JSON.stringify([...found].toSorted()) !== JSON.stringify(picked.toSorted()))
    throw new Error('other traces than were picked');
}

/** The tree of RFC 6962, from the top: each half is a leaf that is here, a subtree that is given, or made of two halves. */
function checkCover(
  files: Files,
  events: readonly { line: Buffer; event: { sequence: number } }[],
  { size, root }: { size: number; root: string },
): void {
  const given = new Map<string, Buffer>();
  for (const [level, index, digest] of json(files, 'proof/cover.json').subtrees)
    given.set(`${index * 2 ** level}+${2 ** level}`, Buffer.from(digest, 'base64'));
  const leaves = new Map(events.map(({ line, event }) => [event.sequence, sha(Buffer.from([0]), line)]));
  const used = new Set<number>();
  const digestOf = (start: number, count: number): Buffer => {
    const subtree = given.get(`${start}+${count}`);
    if (subtree !== undefined) return subtree;
    if (count === 1) {
      used.add(start);
      return leaves.get(start) ?? sha();
    }
    const left = 2 ** (Math.ceil(Math.log2(count)) - 1);
    return sha(Buffer.from([1]), digestOf(start, left), digestOf(start + left, count - left));
  };
  if (digestOf(0, size).toString('base64') !== root || used.size !== leaves.size)
    throw new Error('the events do not lead to the signed root');
}

/** The verifier key is `name+id+base64`; the name may hold plus signs of its own no more than the id does. */
function checkCheckpoint(note: string, key: string): { size: number; root: string } {
  const end = note.indexOf('\n\n');
  const [origin = '', size = '', root = ''] = note.slice(0, end).split('\n');
  const [name, id = '', ...encoded] = key.split('+');
  const typed = Buffer.from(encoded.join('+'), 'base64');
  if (name !== origin || typed[0] !== 1) throw new Error('the key is of another log');
  const expected = sha(Buffer.from(`${origin}\n`), typed)
    .toString('hex')
    .slice(0, 8);
  // A note may have a line of another key under the same name.
  const signatures = note
    .slice(end + 2)
    .split('\n')
    .filter((line) => line.startsWith(`— ${name} `))
    .map((line) => Buffer.from(line.slice(`— ${name} `.length), 'base64'));
  const bytes = signatures.find((line) => line.toString('hex', 0, 4) === id) ?? Buffer.alloc(0);
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), typed.subarray(1)]);
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const isSigned = verify(null, Buffer.from(note.slice(0, end + 1)), publicKey, bytes.subarray(4));
  if (id !== expected || !isSigned) throw new Error('the checkpoint is not signed');
  return { size: Number(size), root };
}

type Proven = { line: Buffer; event: { sequence: number }; size: number; root: string };

function checkProof(files: Files, { line, event: { sequence }, size, root }: Proven): void {
  const proof = text(files, `proof/${sequence}.tlog-proof`);
  const end = proof.indexOf('\n\n');
  const [, index = '', ...path] = proof.slice(0, end).split('\n');
  if (index !== `index ${sequence}`) throw new Error(`the proof of ${sequence} is of another event`);
  if (proof.slice(end + 2) !== text(files, 'proof/checkpoint'))
    throw new Error(`the proof of ${sequence} is of another checkpoint`);
  const node = climb({ index: sequence, size, leaf: sha(Buffer.from([0]), line) }, path);
  if (node?.toString('base64') !== root) throw new Error(`the proof of ${sequence} leads elsewhere`);
}

/** RFC 9162 §2.1.3.2 as it is written there. */
function climb(
  { index, size, leaf }: { index: number; size: number; leaf: Buffer },
  path: string[],
): Buffer | undefined {
  let [fn, sn, node] = [index, size - 1, leaf];
  for (const sibling of path.map((one) => Buffer.from(one, 'base64'))) {
    if (fn % 2 === 1 || fn === sn) {
      node = sha(Buffer.from([1]), sibling, node);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else node = sha(Buffer.from([1]), node, sibling);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return sn === 0 ? node : undefined;
}

function checkPolicy(files: Files, version: string | undefined): void {
  if (version === undefined) return;
  const content = files.get(`policy/${version.slice(7)}.json`);
  if (content === undefined || `sha256:${hex(content)}` !== version)
    throw new Error(`the bundle ${version} is not here`);
}
