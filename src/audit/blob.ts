import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile, syncDirectory } from '../disk/durable-file.ts';
import { parseJson } from '../json/parse-json.ts';
import type { JsonObject } from '../json/value.ts';
import { AuditLineError } from './audit-error.ts';

/** A payload too large for its line: named by the SHA-256 of its canonical form, kept beside the log. */
export type Blob = { hash: string; text: string };

/** What stands in the line instead of the payload. */
export type BlobReference = { blob: string; bytes: number };

const BLOB_NAME = /^sha256:([0-9a-f]{64})$/;

/** Where the blobs of a log are kept. */
export function blobDirectory(file: string): string {
  return join(dirname(file), 'blobs');
}

/**
 * The reference a payload consists of, if it is one. The writer moves every payload of this very shape to a
 * blob, so a reference in a line always is one.
 */
export function blobReference(payload: Record<string, unknown> | undefined): BlobReference | undefined {
  if (payload === undefined || Object.keys(payload).length !== 2) return undefined;
  const { blob, bytes } = payload;
  if (typeof blob !== 'string' || !BLOB_NAME.test(blob) || typeof bytes !== 'number') return undefined;
  return { blob, bytes };
}

const REFERENCE = /^\{"blob":"sha256:[0-9a-f]{64}","bytes":[^,{}[\]"]+\}$/;

/** True of the canonical form of a payload that `blobReference` takes for a reference, and of hardly any other. */
export function looksLikeReference(payload: string): boolean {
  return payload.startsWith('{"blob":') && REFERENCE.test(payload);
}

/**
 * Writes a blob so that it is durable under its name when this resolves. One that is there already is kept.
 * A crash leaves at most a draft that nothing refers to.
 */
export async function storeBlob(directory: string, blob: Blob): Promise<void> {
  const path = blobPath(directory, blob.hash);
  const bytes = Buffer.from(blob.text, 'utf8');
  await makeDirectory(directory);
  const present = await readFile(path).catch(() => undefined);
  if (present === undefined || !present.equals(bytes)) {
    await replaceFile(path, { content: bytes, mode: 0o440 });
  }
  // Also when it was there: a crash may have come between its rename and this.
  await syncDirectory(directory);
}

/** Takes blobs away that no line refers to. In one go: nothing else of this thread comes in between. */
export async function removeBlobs(directory: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  for (const name of names) rmSync(join(directory, name), { force: true });
  await syncDirectory(directory);
}

const REFERENCES = /"blob":"sha256:([0-9a-f]{64})"/g;
const REFERENCE_START = Buffer.from('"blob":"sha256:');

/** The digits of the names of blobs that a line speaks of, wherever in it: more than it refers to, never less. */
export function blobsNamedIn(line: Buffer): string[] {
  if (!line.includes(REFERENCE_START)) return [];
  return [...line.toString('latin1').matchAll(REFERENCES)].map(([, name = '']) => name);
}

/** The payload a reference stands for. Throws `AuditLineError` when the blob is missing or is not what it was. */
export async function loadBlob(directory: string, reference: BlobReference): Promise<JsonObject> {
  const bytes = await readFile(blobPath(directory, reference.blob)).catch((cause: unknown) => {
    throw new AuditLineError('blob_missing', `blob ${reference.blob} cannot be read`, { cause });
  });
  if (bytes.length !== reference.bytes || `sha256:${hash('sha256', bytes, 'hex')}` !== reference.blob) {
    throw new AuditLineError(
      'blob_mismatch',
      `blob ${reference.blob} does not have the content it is named for`,
    );
  }
  return parseJson(bytes.toString('utf8')) as JsonObject;
}

function blobPath(directory: string, blobHash: string): string {
  return join(directory, blobHash.slice('sha256:'.length));
}

async function makeDirectory(directory: string): Promise<void> {
  const created = await mkdir(directory, { recursive: true, mode: 0o750 });
  if (created !== undefined) await syncDirectory(dirname(created));
}
