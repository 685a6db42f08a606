import { crc32, inflateRawSync } from 'node:zlib';

/*
 * The zip of a bundle as docs/evidence-format.md has it, read from its first byte on: it shares no code with src/.
 */

/** What is wrong with the layout of a zip, or `undefined`. */
export function naiveZipFault(zip: Buffer): string | undefined {
  try {
    const { headers, end: directory } = filesFromStart(zip);
    const { names, end } = directoryAt(zip, directory, headers);
    if (names.length !== headers.size || new Set(names).size !== names.length)
      throw new Error('the directory has other files');
    if (zip.readUInt32LE(end) !== 0x06054b50 || end + 22 !== zip.length) throw new Error('there is more');
    if (zip.readUInt32LE(end + 16) !== directory) throw new Error('the directory is elsewhere');
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** What stands before each file, by its place: flags, way of packing, time, sum, sizes, length of the name; and the name. */
function filesFromStart(zip: Buffer): { headers: Map<number, Buffer>; end: number } {
  const headers = new Map<number, Buffer>();
  let at = 0;
  while (zip.readUInt32LE(at) === 0x04034b50) {
    const header = zip.subarray(at + 4, at + 30);
    const nameBytes = header.readUInt16LE(22);
    const start = at + 30 + nameBytes + header.readUInt16LE(24);
    const end = start + header.readUInt32LE(14);
    const packed = zip.subarray(start, end);
    const content = header.readUInt16LE(4) === 8 ? inflateRawSync(packed) : packed;
    if (content.length !== header.readUInt32LE(18) || crc32(content) !== header.readUInt32LE(10))
      throw new Error('a file has another sum');
    headers.set(at, Buffer.concat([header.subarray(2, 24), zip.subarray(at + 30, at + 30 + nameBytes)]));
    at = end;
  }
  return { headers, end: at };
}

function directoryAt(zip: Buffer, start: number, headers: ReadonlyMap<number, Buffer>) {
  const names: string[] = [];
  let at = start;
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const nameBytes = zip.readUInt16LE(at + 28);
    const name = zip.subarray(at + 46, at + 46 + nameBytes);
    const header = Buffer.concat([zip.subarray(at + 8, at + 30), name]);
    if (headers.get(zip.readUInt32LE(at + 42))?.equals(header) !== true)
      throw new Error('the directory says something else');
    names.push(name.toString());
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return { names, end: at };
}
