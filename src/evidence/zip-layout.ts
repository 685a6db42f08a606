import { crc32, inflateRawSync } from 'node:zlib';
import type { Entry } from 'yauzl';

/*
 * A zip says everything twice: in the directory at its end, and before each file. Tools read the one or the other, so
 * two of them could see different files in the same bytes. What is taken here leaves no room for that: files one behind
 * the other from the first byte, then the directory, and nothing else.
 */

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const DIRECTORY_ENTRY_BYTES = 46;
const ZIP64_END = 0x06064b50;
const ZIP64_END_BYTES = 56;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const END = 0x06054b50;
const END_BYTES = 22;

const STORED = 0;
const DEFLATED = 8;
/** Names are UTF-8, and how hard was packed; other flags say that something stands elsewhere or is to be read otherwise. */
const HARMLESS_FLAGS = 0x0806;
/** Times and owners, which some writers add: they change neither name nor content. */
const HARMLESS_EXTRAS = [0x5455, 0x7875];

/** Where the content of each file stands. Throws where the bytes could be read in another way than by the directory. */
export function contentsOf(zip: Buffer, entries: readonly Entry[]): Map<Entry, Buffer> {
  const contents = new Map<Entry, Buffer>();
  let place = 0;
  for (const entry of entries.toSorted(
    (a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader,
  )) {
    if (entry.relativeOffsetOfLocalHeader !== place)
      throw new Error(`the bytes before ${entry.fileName} belong to no file of its directory`);
    const start = place + localHeaderBytes(zip, place, entry);
    place = start + entry.compressedSize;
    contents.set(entry, zip.subarray(start, place));
  }
  assertEnd(zip, place, entries);
  return contents;
}

/** The bytes of the header before a file, which has to say what the directory says. */
function localHeaderBytes(zip: Buffer, at: number, entry: Entry): number {
  const { fileName, generalPurposeBitFlag: flags, compressionMethod } = entry;
  const differs = new Error(`${fileName}: the header before it does not say what the directory says`);
  if (at + LOCAL_HEADER_BYTES > zip.length || zip.readUInt32LE(at) !== LOCAL_HEADER) throw differs;
  if ((flags & ~HARMLESS_FLAGS) !== 0)
    throw new Error(`${fileName}: it is encrypted, or its sizes stand behind it (flags ${flags})`);
  const nameBytes = zip.readUInt16LE(at + 26);
  const extraBytes = zip.readUInt16LE(at + 28);
  const nameEnd = at + LOCAL_HEADER_BYTES + nameBytes;
  const said = [zip.readUInt16LE(at + 6), zip.readUInt16LE(at + 8)];
  said.push(zip.readUInt32LE(at + 14), zip.readUInt32LE(at + 18), zip.readUInt32LE(at + 22));
  const expected = [flags, compressionMethod, entry.crc32, entry.compressedSize, entry.uncompressedSize];
  const name = zip.toString('latin1', at + LOCAL_HEADER_BYTES, nameEnd);
  if (said.join() !== expected.join() || name !== fileName) throw differs;
  assertHarmless(zip.subarray(nameEnd, nameEnd + extraBytes), fileName);
  assertHarmless(entry.extraFieldRaw, fileName);
  return LOCAL_HEADER_BYTES + nameBytes + extraBytes;
}

/** Some fields carry another name or other sizes. */
function assertHarmless(extra: Buffer, fileName: string): void {
  for (let at = 0; at < extra.length; ) {
    const isWhole = at + 4 <= extra.length && at + 4 + extra.readUInt16LE(at + 2) <= extra.length;
    if (!isWhole || !HARMLESS_EXTRAS.includes(extra.readUInt16LE(at)))
      throw new Error(`${fileName}: it has a field that could give it another name or size`);
    at += 4 + extra.readUInt16LE(at + 2);
  }
}

/** Behind the files there is the directory, and its end is the end of all. */
function assertEnd(zip: Buffer, directory: number, entries: readonly Entry[]): void {
  const lengths = entries.map(
    ({ fileNameLength, extraFieldLength, fileCommentLength }) =>
      DIRECTORY_ENTRY_BYTES + fileNameLength + extraFieldLength + fileCommentLength,
  );
  const after = lengths.reduce((sum, length) => sum + length, directory);
  const end = after + zip64EndBytes(zip, after, { directory, count: entries.length });
  const isEnd = end + END_BYTES === zip.length && zip.readUInt32LE(end) === END;
  if (!isEnd) throw new Error('there are bytes in it that are neither a file nor its directory');
  const isLarge = end > after;
  const count = zip.readUInt16LE(end + 10);
  const start = zip.readUInt32LE(end + 16);
  const isSame =
    (count === entries.length || (isLarge && count === 0xffff)) &&
    (start === directory || (isLarge && start === 0xffffffff));
  if (!isSame) throw new Error('its directory is not where its end says');
}

/** With more than 65,535 files the end is told in two more records. */
function zip64EndBytes(zip: Buffer, at: number, expected: { directory: number; count: number }): number {
  const bytes = ZIP64_END_BYTES + ZIP64_LOCATOR_BYTES;
  if (at + bytes > zip.length || zip.readUInt32LE(at) !== ZIP64_END) return 0;
  const isSame =
    zip.readBigUInt64LE(at + 4) === BigInt(ZIP64_END_BYTES - 12) &&
    zip.readBigUInt64LE(at + 32) === BigInt(expected.count) &&
    zip.readBigUInt64LE(at + 48) === BigInt(expected.directory) &&
    zip.readUInt32LE(at + ZIP64_END_BYTES) === ZIP64_LOCATOR &&
    zip.readBigUInt64LE(at + ZIP64_END_BYTES + 8) === BigInt(at);
  if (!isSame) throw new Error('its directory is not where its end says');
  return bytes;
}

/** A file as it was packed. Throws where its bytes are not all of it, or not those that the directory has the sum of. */
export function unpacked(
  packed: Buffer,
  { fileName, compressionMethod, uncompressedSize, crc32: sum }: Entry,
): Buffer {
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED)
    throw new Error(`${fileName}: it is packed in an unknown way`);
  const content = compressionMethod === STORED ? packed : inflated(packed, fileName, uncompressedSize);
  if (content.length !== uncompressedSize) throw new Error(`${fileName}: it has another size than it says`);
  if (crc32(content) !== sum)
    throw new Error(`${fileName}: its bytes are not those that its sum (CRC-32) is of`);
  return content;
}

function inflated(packed: Buffer, fileName: string, size: number): Buffer {
  const options = { maxOutputLength: Math.max(1, size), info: true } as const;
  const { buffer, engine } = inflateRawSync(packed, options) as unknown as Inflated;
  if (engine.bytesWritten !== packed.length)
    throw new Error(`${fileName}: bytes follow the end of its content`);
  return buffer;
}

/** With `info`, which the types do not know of. */
type Inflated = { buffer: Buffer; engine: { bytesWritten: number } };
