import yauzl, { type Entry } from 'yauzl';
import { ZipFile } from 'yazl';
import { EvidenceError } from './evidence-error.ts';
import { contentsOf, unpacked } from './zip-layout.ts';

/** A file of a bundle. */
export type BundleFile = { name: string; content: Buffer };

/** The same for every file, so that the same content always gives the same bytes. */
const MODE = 0o100644;
/** The thousands of small proofs of a trace get no smaller, and a deflater for each costs more than all the rest. */
const WORTH_DEFLATING = 4096;
/** DOS times have no zone: this is their beginning wherever it is read. */
const TIME = new Date(1980, 0, 1);

/** The bytes of a zip of these files, sorted by name, in memory of their own. The same files give the same bytes. */
export async function zipOf(files: readonly BundleFile[]): Promise<Buffer<ArrayBuffer>> {
  const zip = new ZipFile();
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, content } of sorted) {
    const compress = content.length >= WORTH_DEFLATING && !name.endsWith('.zip');
    zip.addBuffer(content, name, { mtime: TIME, mode: MODE, forceDosTimestamp: true, compress });
  }
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream as AsyncIterable<Buffer>) chunks.push(chunk);
  return joined(chunks);
}

/** Chunks in one piece that nothing else is in, so that it can be handed to another thread without copying it again. */
function joined(chunks: readonly Buffer[]): Buffer<ArrayBuffer> {
  const whole = Buffer.from(new ArrayBuffer(chunks.reduce((sum, { length }) => sum + length, 0)));
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(whole, at);
  return whole;
}

export type ZipLimits = { files: number; bytes: number };

/** More than any bundle of ours has, and what a machine can hold. */
const DEFAULT_LIMITS: ZipLimits = { files: 100_000, bytes: 512 * 1024 * 1024 };

/** Names that lead nowhere but into the bundle. */
const SAFE_NAME = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;
const SYMLINK = 0o120000;
const TYPE_MASK = 0o170000;

/**
 * The files of a zip, read into memory: nothing is ever written. Throws `EvidenceError` `bundle_unreadable` for bytes
 * that are no zip, for names that could lead out of it, links, files that stand twice, and more than the limits, and for
 * whatever another tool could read otherwise.
 */
export async function filesInZip(
  zip: Buffer,
  limits: ZipLimits = DEFAULT_LIMITS,
): Promise<Map<string, Buffer>> {
  try {
    return await readAll(zip, limits);
  } catch (error) {
    if (error instanceof EvidenceError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw unreadable(`it is not a zip that can be read: ${why}`);
  }
}

async function readAll(zip: Buffer, limits: ZipLimits): Promise<Map<string, Buffer>> {
  const archive = await yauzl.fromBufferPromise(zip, {
    lazyEntries: true,
    strictFileNames: true,
    validateEntrySizes: true,
  });
  if (archive.entryCount > limits.files)
    throw unreadable(`it has ${archive.entryCount} files; ${limits.files} are read`);
  const entries = new Map<string, Entry>();
  let bytes = 0;
  for await (const entry of archive.eachEntry()) {
    const { fileName, uncompressedSize, externalFileAttributes } = entry;
    if (!SAFE_NAME.test(fileName))
      throw unreadable(`a name could lead out of it: ${JSON.stringify(fileName)}`);
    if (((externalFileAttributes >>> 16) & TYPE_MASK) === SYMLINK) throw unreadable(`${fileName} is a link`);
    if (entries.has(fileName)) throw unreadable(`${fileName} stands in it twice`);
    bytes += uncompressedSize;
    if (bytes > limits.bytes) throw unreadable(`it holds more than ${limits.bytes} bytes`);
    entries.set(fileName, entry);
  }
  const contents = contentsOf(zip, [...entries.values()]);
  return new Map([...contents].map(([entry, packed]) => [entry.fileName, unpacked(packed, entry)]));
}

function unreadable(message: string): EvidenceError {
  return new EvidenceError('bundle_unreadable', message);
}
