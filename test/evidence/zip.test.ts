import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { filesInZip, zipOf } from '../../src/evidence/zip.ts';
import { naiveZipFault } from './naive-zip.ts';

async function zipWith(add: (zip: ZipFile) => void): Promise<Buffer> {
  const zip = new ZipFile();
  add(zip);
  zip.end();
  return buffer(zip.outputStream as NodeJS.ReadableStream);
}

/** A zip with a name that no honest writer makes: of the same length as the one that is replaced. */
async function zipNamed(name: string): Promise<Buffer> {
  const stand = 'n'.repeat(Buffer.byteLength(name));
  const zip = await zipWith((writer) => writer.addBuffer(Buffer.from('x'), stand));
  return Buffer.from(
    zip.toString('latin1').replaceAll(stand, Buffer.from(name).toString('latin1')),
    'latin1',
  );
}

const directoryOf = (zip: Buffer) => zip.readUInt32LE(zip.length - 6);

function put(zip: Buffer, at: number, text: string): Buffer {
  const changed = Buffer.from(zip);
  changed.write(text, at, 'latin1');
  return changed;
}

/** A whole file stands before the archive, as a reader sees it that begins at the first byte. */
function hidden(zip: Buffer): Buffer {
  const file = put(zip.subarray(0, 35 + 5), 30, 'z');
  return Buffer.concat([file, zip]);
}

/** The directory is told that everything stands so many bytes further on. */
function moved(zip: Buffer, bytes: number): Buffer {
  const changed = Buffer.from(zip);
  let at = directoryOf(zip) + bytes;
  changed.writeUInt32LE(at, changed.length - 6);
  for (; changed.readUInt32LE(at) === 0x02014b50; at += 46 + changed.readUInt16LE(at + 28))
    changed.writeUInt32LE(changed.readUInt32LE(at + 42) + bytes, at + 42);
  return changed;
}

function spread(zip: Buffer): Buffer {
  const at = directoryOf(zip);
  const changed = Buffer.concat([zip.subarray(0, at), Buffer.from('hidden'), zip.subarray(at)]);
  changed.writeUInt32LE(at + 6, changed.length - 6);
  return changed;
}

describe('a zip', () => {
  it('comes back as it was, and is the same for the same files in any order', async () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9_-]{1,8}){0,2}\.[a-z]{1,4}$/);
    const file = fc.record({
      name,
      content: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(file, { selector: (one) => one.name, maxLength: 6 }), async (files) => {
        const zip = await zipOf(files);
        expect(await zipOf(files.toReversed())).toEqual(zip);
        const read = await filesInZip(zip);
        expect([...read].toSorted()).toEqual(
          files.map((one): [string, Buffer] => [one.name, one.content]).toSorted(),
        );
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    '../evil',
    'a/../../evil',
    '/etc/passwd',
    'C:/evil',
    'a\\evil',
    'a//b',
    './a',
    'a/.',
    'é',
    'a\u202eb',
    ' ',
  ])('with the name %j is refused', async (name) => {
    await expect(filesInZip(await zipNamed(name))).rejects.toMatchObject({ code: 'bundle_unreadable' });
  });

  it.each<[string, (zip: ZipFile) => void, RegExp]>([
    ['a link', (zip) => zip.addBuffer(Buffer.from('/etc/passwd'), 'a', { mode: 0o120777 }), /a is a link/],
    [
      'a file twice',
      (zip) => {
        zip.addBuffer(Buffer.from('1'), 'a');
        zip.addBuffer(Buffer.from('2'), 'a');
      },
      /stands in it twice/,
    ],
    ['a bomb', (zip) => zip.addBuffer(Buffer.alloc(2_000_000), 'a'), /more than 1000000 bytes/],
    [
      'many files',
      (zip) => {
        for (let count = 0; count < 11; count += 1) zip.addBuffer(Buffer.alloc(0), `f${count}`);
      },
      /it has 11 files/,
    ],
  ])('with %s is refused', async (_what, add, message) => {
    await expect(filesInZip(await zipWith(add), { files: 10, bytes: 1_000_000 })).rejects.toMatchObject({
      code: 'bundle_unreadable',
      message: expect.stringMatching(message),
    });
  });

  it('that says it is smaller than it is is refused', async () => {
    const zip = await zipWith((writer) => writer.addBuffer(Buffer.alloc(100_000), 'a'));
    const size = Buffer.alloc(4);
    size.writeUInt32LE(100_000);
    const small = Buffer.alloc(4);
    small.writeUInt32LE(10);
    const lying = Buffer.from(
      zip.toString('latin1').replaceAll(size.toString('latin1'), small.toString('latin1')),
      'latin1',
    );
    await expect(filesInZip(lying)).rejects.toMatchObject({ code: 'bundle_unreadable' });
  });

  it.each([Buffer.alloc(0), Buffer.from('no zip'), Buffer.alloc(100_000, 1)])(
    'that is none is refused',
    async (bytes) => {
      await expect(filesInZip(bytes)).rejects.toMatchObject({ code: 'bundle_unreadable' });
    },
  );

  it('with any byte that is not a time changed is refused, or gives the same files', async () => {
    const files = [
      { name: 'a.txt', content: Buffer.from('alpha '.repeat(2_000)) },
      { name: 'b.txt', content: Buffer.from('beta') },
    ];
    const zip = await zipOf(files);
    const before = await filesInZip(zip);
    for (let place = 0; place < zip.length; place += 1) {
      const changed = Buffer.from(zip);
      changed[place] = (changed[place] ?? 0) ^ 0x55;
      const read = await filesInZip(changed).catch((error: { code: string }) => error.code);
      if (read !== 'bundle_unreadable') expect({ place, read }).toEqual({ place, read: before });
    }
  });

  it.each<[string, (zip: Buffer) => Buffer]>([
    ['a file before it that its directory does not name', (zip) => hidden(zip)],
    ['the same with all places moved', (zip) => moved(hidden(zip), hidden(zip).length - zip.length)],
    ['another name before a file', (zip) => put(zip, 30, 'A')],
    ['another sum of a file', (zip) => put(put(zip, 14, 'x'), directoryOf(zip) + 16, 'x')],
    ['bytes behind it', (zip) => Buffer.concat([zip, Buffer.from('more')])],
    ['a comment', (zip) => Buffer.concat([zip.subarray(0, -2), Buffer.from([4, 0]), Buffer.from('more')])],
    ['bytes before its directory', (zip) => spread(zip)],
  ])('with %s is refused, and by a reader that goes from its first byte', async (_what, change) => {
    const zip = await zipOf([
      { name: 'a.txt', content: Buffer.from('alpha') },
      { name: 'b.txt', content: Buffer.from('beta') },
    ]);
    expect(naiveZipFault(zip)).toBeUndefined();
    const changed = change(zip);
    await expect(filesInZip(changed)).rejects.toMatchObject({ code: 'bundle_unreadable' });
    expect(naiveZipFault(changed)).toBeDefined();
  });
});
