import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../json/canonical.ts';
import { type FileHashes, fileHashes } from './file-hashes.ts';
import type { PolicyFiles } from './load-policy-set.ts';

/** The file of a policy directory that says who signed the others. */
export const MANIFEST_FILE = 'manifest.json';

const hashSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hex digits');

export const signatureSchema = z.strictObject({
  keyid: z.string().min(1).max(128).meta({ description: 'The key, as `policyKeyId` names it.' }),
  sig: z.string().min(1).max(128).meta({ description: 'Ed25519 over the manifest, base64.' }),
});

export const manifestSchema = z.strictObject({
  files: z.record(z.string().min(1).max(256), hashSchema),
  signatures: z.array(signatureSchema).min(1).max(16),
});
/** The hashes of all files of a set, and signatures over them. */
export type SignedManifest = z.output<typeof manifestSchema>;

/** The texts a set is read from, and who signed them. */
export type PolicySource = { files: PolicyFiles; manifest?: SignedManifest };

/** A public key that may sign policies, under its name. */
export type PolicyKey = { keyid: string; publicKey: KeyObject };

/** Why files are not accepted; `undefined` where a configured key signed exactly these. */
export type SignatureFault = { code: 'unsigned_bundle' | 'wrong_signature'; message: string };

/** The name of a public key: `ed25519:` and the hex of the first 16 bytes of the SHA-256 of its 32 bytes. */
export function policyKeyId(publicKey: KeyObject): string {
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return `ed25519:${createHash('sha256').update(raw).digest('hex').slice(0, 32)}`;
}

/** What a signature covers: a line that no other document begins with, then the hashes of all files. */
function signedText(files: FileHashes): Buffer {
  return Buffer.from(`aisecops-policies-v1\n${canonicalJson(files)}\n`);
}

/** The manifest of `files`, signed by a private Ed25519 key. Signatures of other keys over the same files stay. */
export function signManifest(
  files: PolicyFiles,
  key: { privateKey: KeyObject; publicKey: KeyObject },
  earlier?: SignedManifest,
): SignedManifest {
  const hashes = fileHashes(files);
  const keyid = policyKeyId(key.publicKey);
  const isSameSet = earlier !== undefined && canonicalJson(earlier.files) === canonicalJson(hashes);
  const others = isSameSet ? earlier.signatures.filter((one) => one.keyid !== keyid) : [];
  const sig = sign(null, signedText(hashes), key.privateKey).toString('base64');
  return { files: hashes, signatures: [...others, { keyid, sig }] };
}

/** The key that signed exactly these files, or why there is none. */
export function signerOf(
  files: PolicyFiles,
  manifest: SignedManifest | undefined,
  keys: readonly PolicyKey[],
): { keyid: string; fault?: never } | { keyid?: never; fault: SignatureFault } {
  if (manifest === undefined)
    return refused('unsigned_bundle', `the files are not signed: sign them with \`aisecops policy sign\``);
  const hashes = fileHashes(files);
  const differing = [...new Set([...Object.keys(hashes), ...Object.keys(manifest.files)])].find(
    (name) => hashes[name] !== manifest.files[name],
  );
  if (differing !== undefined)
    return refused('wrong_signature', `${differing} is not the file that was signed: sign the files again`);
  const text = signedText(hashes);
  for (const { keyid, sig } of manifest.signatures) {
    const key = keys.find((one) => one.keyid === keyid);
    if (key !== undefined && verify(null, text, key.publicKey, Buffer.from(sig, 'base64'))) return { keyid };
  }
  const named = manifest.signatures.map(({ keyid }) => keyid).join(', ');
  return refused('wrong_signature', `no key of policy_keys signed these files; they name ${named}`);
}

function refused(code: SignatureFault['code'], message: string): { fault: SignatureFault } {
  return { fault: { code, message } };
}
