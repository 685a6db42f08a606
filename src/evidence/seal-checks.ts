import { readAttestation } from './attestation.ts';
import { type BundleCheck, type BundleKeys, check } from './bundle-check.ts';
import { sha256, sumsOf } from './bundle-files.ts';

const BESIDE_MANIFEST = ['SHA256SUMS', 'attestation.json', 'manifest.json'];

/** What is wrong with the files of a bundle, by its manifest and its sums. */
export function fileFaults(
  files: ReadonlyMap<string, Buffer>,
  listed: readonly { name: string; bytes: number; sha256: string }[],
): string[] {
  const faults: string[] = [];
  for (const { name, bytes, sha256: digest } of listed) {
    const content = files.get(name);
    if (content === undefined) faults.push(`${name} is missing`);
    else if (content.length !== bytes || sha256(content) !== digest)
      faults.push(`${name} is not what the manifest names`);
  }
  const known = new Set([...listed.map(({ name }) => name), ...BESIDE_MANIFEST]);
  for (const name of files.keys()) if (!known.has(name)) faults.push(`${name} is not in the manifest`);
  const summed = [...files].filter(([name]) => name !== 'SHA256SUMS' && name !== 'attestation.json');
  const sums = sumsOf(summed.map(([name, content]) => ({ name, content })));
  if (files.get('SHA256SUMS')?.toString('utf8') !== sums) faults.push('SHA256SUMS does not name these files');
  return faults;
}

/** Whether all files are those that somebody has signed. */
export function attestation(files: ReadonlyMap<string, Buffer>, keys: BundleKeys['evidence']): BundleCheck {
  const text = files.get('attestation.json')?.toString('utf8');
  if (text === undefined)
    return { name: 'attestation', result: 'broken', message: 'attestation.json is missing' };
  const read = readAttestation(text, keys);
  if (read.problem !== undefined)
    return { name: 'attestation', result: 'broken', message: `attestation.json: ${read.problem}` };
  const { statement, signedBy, signatures } = read;
  const named = new Map(statement.subject.map(({ name, digest }) => [name, digest.sha256]));
  const faults = [...files].flatMap(([name, content]) =>
    name === 'attestation.json' || named.get(name) === sha256(content)
      ? []
      : [`${name} is not what was attested`],
  );
  for (const name of named.keys()) if (!files.has(name)) faults.push(`${name} was attested and is missing`);
  if (faults.length > 0) return check('attestation', faults, '');
  if (signedBy !== undefined)
    return {
      name: 'attestation',
      result: 'holds',
      message: `all files are those that ${signedBy} has signed`,
    };
  if (keys.length > 0 && signatures > 0)
    return { name: 'attestation', result: 'broken', message: 'it is signed, and by none of the keys given' };
  const why = signatures === 0 ? 'nobody has signed it' : 'no key was given';
  return { name: 'attestation', result: 'not_shown', message: `who exported it is not established: ${why}` };
}
