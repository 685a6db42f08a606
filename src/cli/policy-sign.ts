import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST_FILE, policyKeyId, type SignedManifest, signManifest } from '../bundles/manifest.ts';
import { readPolicyDirectory } from '../bundles/policy-directory.ts';
import { publicKeyText, readPrivateKey } from '../keys/ed25519-key.ts';
import { problemLine } from '../policy/problem.ts';
import { type Command, type Given, type Terminal, UsageError } from './command.ts';

export const policySignCommand: Command = {
  name: 'policy sign',
  summary: 'Sign the files of a policy directory: whoever has the public key knows that they are yours',
  operand: { name: 'DIR', description: 'the policy directory (policies)' },
  options: {
    key: { value: 'FILE', description: 'a private Ed25519 key: PEM or JWK' },
    out: { value: 'FILE', description: 'where the manifest goes (DIR/manifest.json)' },
  },
  exits: { 78: 'the key cannot be used' },
  run: sign,
};

async function sign(given: Given, terminal: Terminal): Promise<number> {
  const { operand: directory = 'policies', key: keyFile } = given;
  if (typeof keyFile !== 'string') throw new UsageError('--key FILE is needed: a private Ed25519 key');
  const key = readPrivateKey(keyFile);
  const { files, manifest: earlier } = await filesIn(String(directory));
  const manifest = signManifest(files, key, earlier);
  const file = String(given['out'] ?? join(String(directory), MANIFEST_FILE));
  await writeFile(file, `${JSON.stringify(manifest, undefined, 2)}\n`);
  const names = Object.keys(manifest.files).join(', ');
  terminal.out(`${file}: ${names} signed by ${policyKeyId(key.publicKey)}\n`);
  terminal.out(`the gateway takes it with policy_keys: ${publicKeyText(key.publicKey)}\n`);
  return 0;
}

/** The files of a directory as they stand, and the manifest where there is a good one. Throws `UsageError` with what is wrong. */
export async function filesIn(directory: string) {
  const { source, problems } = await readPolicyDirectory(directory, { isSigned: true });
  const wrong = problems.filter(({ file }) => file !== MANIFEST_FILE);
  if (wrong.length > 0) throw new UsageError(wrong.map(problemLine).join('\n'));
  const manifest: SignedManifest | undefined = source.manifest;
  return { files: source.files, ...(manifest !== undefined && { manifest }) };
}
