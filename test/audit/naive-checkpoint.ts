import { createHash, createPublicKey, verify } from 'node:crypto';
import { naiveRoot } from '../tlog/naive-tree.ts';

/*
 * The second half of the second verifier: a checkpoint against the lines of its log, from docs/audit-format.md alone.
 */

/** What is wrong with a checkpoint, or `undefined`. `verifierKey` is `name+id+base64`, from wherever it is trusted. */
export function naiveCheckpointFault(note: string, log: Buffer, verifierKey: string): string | undefined {
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
    if (lines.length < Number(size)) return `the log has ${lines.length} events, the checkpoint ${size}`;
    const covered = lines.slice(0, Number(size)).map((line) => Buffer.from(line, 'latin1'));
    return naiveRoot(covered).toString('base64') === root ? undefined : 'the root is another one';
  } catch (error) {
    return String(error);
  }
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
