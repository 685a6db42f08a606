import { createHash, createPublicKey, verify } from 'node:crypto';
import { naiveRoot } from '../tlog/naive-tree.ts';
import { type NaivePurge, naiveNoteFault, naiveRootBehind, naiveStart } from './naive-purge.ts';

/*
 * The second half of the second verifier: a checkpoint against the lines of its log, from docs/audit-format.md alone.
 */

/**
 * What is wrong with the newest checkpoint of a log and with what it lacks at its beginning, or `undefined`.
 * `verifierKey` is `name+id+base64`, from wherever it is trusted; `before` are keys that it took over from.
 */
export function naiveCheckpointFault(
  note: string,
  log: Buffer,
  verifierKey: string,
  before: readonly string[] = [],
): string | undefined {
  try {
    const end = note.indexOf('\n\n');
    const text = note.slice(0, end + 1);
    const [origin = '', size = '', root = '', ...rest] = text.slice(0, -1).split('\n');
    if (rest.length > 0) return 'the checkpoint has more than three lines';
    if (!verifierKey.startsWith(`${origin}+`) || !naiveSigned(note, verifierKey))
      return 'the signature is not of the key of this log';
    const lines = log.toString('latin1').split('\n').slice(0, -1);
    const first = JSON.parse(lines[0] ?? '{}');
    if (first.payload.origin !== origin)
      return `the log is ${first.payload.origin}, the checkpoint of ${origin}`;
    const purge = naiveStart(log);
    if (purge === undefined) return rootFault(lines, Number(size), root);
    if (Number(size) <= purge.sequence) return 'the purge is under no checkpoint';
    const unsigned = naiveNoteFault(purge, origin, [verifierKey, ...before]);
    return unsigned ?? rootFault(lines, Number(size), root, purge);
  } catch (error) {
    return String(error);
  }
}

function rootFault(lines: string[], size: number, root: string, purge?: NaivePurge): string | undefined {
  const gone = purge === undefined ? 0 : purge.last + 1;
  if (gone + lines.length < size) return `the log has ${gone + lines.length} events, the checkpoint ${size}`;
  const covered = lines.slice(0, size - gone).map((line) => Buffer.from(line, 'latin1'));
  const actual = purge === undefined ? naiveRoot(covered) : naiveRootBehind(purge, covered, size);
  return actual.toString('base64') === root ? undefined : 'the root is another one';
}

/** Whether a key has signed a note. A note may have lines of other keys of the same name. */
export function naiveSigned(note: string, key: string): boolean {
  const end = note.indexOf('\n\n');
  const [name, id = '', typedKey = ''] = split(key);
  const typed = Buffer.from(typedKey, 'base64');
  const expectedId = createHash('sha256').update(`${name}\n`).update(typed).digest('hex').slice(0, 8);
  if (id !== expectedId) throw new Error(`the id of ${key} is not that of the key`);
  const prefix = `— ${name} `;
  const signatures = note
    .slice(end + 2)
    .split('\n')
    .filter((line) => line.startsWith(prefix))
    .map((line) => Buffer.from(line.slice(prefix.length), 'base64'))
    .filter((bytes) => bytes.toString('hex', 0, 4) === id);
  if (signatures.length === 0) return false;
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), typed.subarray(1)]);
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const text = Buffer.from(note.slice(0, end + 1));
  if (!signatures.every((bytes) => verify(null, text, publicKey, bytes.subarray(4))))
    throw new Error('the signature does not fit');
  return true;
}

/** The id and the key hold plus signs themselves in base64, so the first two split. */
function split(key: string): string[] {
  const first = key.indexOf('+');
  const second = key.indexOf('+', first + 1);
  return [key.slice(0, first), key.slice(first + 1, second), key.slice(second + 1)];
}
