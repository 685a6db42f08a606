import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { NoteError } from './note-error.ts';

/** The signature type of plain Ed25519 in a signed note (c2sp.org/signed-note). */
const ED25519 = 0x01;
const PUBLIC_KEY_BYTES = 32;

/** Who can have signed a note. `id` is a hint of eight hex digits: it finds the key and proves nothing. */
export type NoteVerifier = {
  name: string;
  id: string;
  verify(text: string, signature: Uint8Array): boolean;
  /** The one-line form people hand over, `name+id+key`. */
  toString(): string;
};

export type NoteSigner = { name: string; id: string; sign(text: string): Uint8Array };

/** Signs notes as `name` with an Ed25519 private key. Throws `note_malformed` for a name that cannot be a key's. */
export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  const { id } = noteVerifier(name, createPublicKey(privateKey));
  return { name, id, sign: (text) => sign(null, Buffer.from(text), privateKey) };
}

/** Verifies what `name` signed with an Ed25519 key. Throws `note_malformed` for another kind of key or no name. */
export function noteVerifier(name: string, publicKey: KeyObject): NoteVerifier {
  if (!isKeyName(name))
    throw new NoteError('note_malformed', `"${name}" cannot name a key: it has spaces or a plus`);
  if (publicKey.asymmetricKeyType !== 'ed25519')
    throw new NoteError('note_malformed', `the key of ${name} is not an Ed25519 key`);
  const raw = Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url');
  const typed = Buffer.concat([Buffer.from([ED25519]), raw]);
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'hex').slice(0, 8);
  return {
    name,
    id,
    verify: (text, signature) => verify(null, Buffer.from(text), publicKey, signature),
    toString: () => `${name}+${id}+${typed.toString('base64')}`,
  };
}

/**
 * Reads `name+id+key`, the form in which a verifier's key is handed over. Throws `note_malformed` where it is not of
 * that form, of another kind than Ed25519, or the id is not that of the key.
 */
export function parseVerifierKey(text: string): NoteVerifier {
  const [, name = '', id, encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  const typed = Buffer.from(encoded, 'base64');
  if (typed[0] !== ED25519 || typed.length !== 1 + PUBLIC_KEY_BYTES || typed.toString('base64') !== encoded)
    throw new NoteError('note_malformed', 'this is not a key of the form name+id+base64 of an Ed25519 key');
  const x = typed.subarray(1).toString('base64url');
  const verifier = noteVerifier(
    name,
    createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
  );
  if (verifier.id !== id)
    throw new NoteError('note_malformed', `the id of the key of ${name} is ${verifier.id}, not ${id}`);
  return verifier;
}

/** Names have no Unicode space and no plus (c2sp.org/signed-note). */
export function isKeyName(name: string): boolean {
  return /^[^\s\p{White_Space}+\p{Cc}]+$/u.test(name) && name.isWellFormed();
}
