import { NoteError } from './note-error.ts';
import { isKeyName, type NoteSigner, type NoteVerifier } from './note-key.ts';

/** Far more than any note has: what comes from outside is never read without an end. */
const MAX_NOTE_LENGTH = 1_000_000;
const MAX_SIGNATURES = 100;
const KEY_ID_BYTES = 4;
const SIGNATURE_LINE = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/u;

export type NoteSignature = { name: string; id: string; signature: Buffer };

/** A note as it was read: nothing in it is verified yet. */
export type ParsedNote = { text: string; signatures: NoteSignature[] };

/** `text` MUST end in a newline; the note is it, an empty line, and a line for each signature (c2sp.org/signed-note). */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!text.endsWith('\n')) throw new NoteError('note_malformed', 'the text of a note ends in a newline');
  const lines = signers.map((signer) => {
    const signature = Buffer.concat([Buffer.from(signer.id, 'hex'), signer.sign(text)]);
    return `— ${signer.name} ${signature.toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/** Reads a note without believing it. Throws `note_malformed`. */
export function parseNote(note: string): ParsedNote {
  if (note.length > MAX_NOTE_LENGTH) throw malformed('it is longer than any note');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a note must not have
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note) || !note.isWellFormed())
    throw malformed('it has control characters');
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n'))
    throw malformed('it has no empty line before its signatures, or no newline at its end');
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed(`it has more than ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

/**
 * The text of a note that at least one of `verifiers` has signed, and who of them has. Signatures of others are
 * passed over. Throws `note_malformed`; `note_forged` where a trusted key's signature does not fit; `note_unsigned`.
 */
export function openNote(
  note: string,
  verifiers: readonly NoteVerifier[],
): { text: string; signers: NoteVerifier[] } {
  const { text, signatures } = parseNote(note);
  const signers = new Set<NoteVerifier>();
  for (const { name, id, signature } of signatures) {
    const verifier = verifiers.find((known) => known.name === name && known.id === id);
    if (verifier === undefined) continue;
    if (!verifier.verify(text, signature))
      throw new NoteError('note_forged', `the signature of ${name} (key ${id}) does not fit the text`);
    signers.add(verifier);
  }
  if (signers.size === 0) throw new NoteError('note_unsigned', unsignedMessage(signatures));
  return { text, signers: [...signers] };
}

function unsignedMessage(signatures: readonly NoteSignature[]): string {
  const signers = signatures.map(({ name, id }) => `${name} (key ${id})`);
  return `no trusted key has signed it, only ${signers.join(', ')}`;
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  if (!isKeyName(name) || bytes.length <= KEY_ID_BYTES || bytes.toString('base64') !== encoded)
    throw malformed(`"${line.slice(0, 100)}" is not a signature line`);
  const id = bytes.toString('hex', 0, KEY_ID_BYTES);
  return { name, id, signature: bytes.subarray(KEY_ID_BYTES) };
}

function malformed(why: string): NoteError {
  return new NoteError('note_malformed', `this is not a signed note: ${why}`);
}
