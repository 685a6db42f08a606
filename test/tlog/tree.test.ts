import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { treeRoot } from '../../src/tlog/proof.ts';
import { levelsOf, TreeFrontier } from '../../src/tlog/tree-frontier.ts';
import { digestFromBase64, digestToBase64, EMPTY_ROOT, leafHash } from '../../src/tlog/tree-hash.ts';
import { naiveReader, naiveRoot, recordsOf } from './naive-tree.ts';

/** The records and roots that Certificate Transparency publishes with its reference implementation. */
const CT_RECORDS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657'];
const CT_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
];

const hexOf = (digest: string): string => Buffer.from(digest, 'latin1').toString('hex');

function frontierOf(records: readonly Uint8Array[]): TreeFrontier {
  const frontier = new TreeFrontier();
  for (const record of records) frontier.append(leafHash(record));
  return frontier;
}

describe('the root', () => {
  it('is that of Certificate Transparency for the same records', () => {
    const frontier = new TreeFrontier();
    const roots = [frontier.root()];
    for (const record of CT_RECORDS) {
      frontier.append(leafHash(Buffer.from(record, 'hex')));
      roots.push(frontier.root());
    }
    expect(roots.map(hexOf)).toEqual(CT_ROOTS);
  });

  it('is what the rule says, at every size, however it is made', () => {
    const records = recordsOf(70);
    for (let size = 0; size <= records.length; size += 1) {
      const part = records.slice(0, size);
      const expected = naiveRoot(part).toString('hex');
      expect(hexOf(frontierOf(part).root())).toBe(expected);
      expect(hexOf(treeRoot(size, naiveReader(part)))).toBe(expected);
    }
  });

  it('takes records of any length', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 12 }), (records) => {
        expect(hexOf(frontierOf(records).root())).toBe(naiveRoot(records).toString('hex'));
      }),
    );
    for (const length of [65_534, 65_535, 65_536, 200_000]) {
      const record = Buffer.alloc(length, 'x');
      expect(hexOf(leafHash(record))).toBe(naiveRoot([record]).toString('hex'));
    }
    expect(hexOf(leafHash(Buffer.from('after a long one')))).toBe(
      naiveRoot([Buffer.from('after a long one')]).toString('hex'),
    );
  });
});

describe('a frontier', () => {
  it('tells of every complete subtree once, when it is complete', () => {
    const records = recordsOf(37);
    const read = naiveReader(records);
    const frontier = new TreeFrontier();
    const told: string[] = [];
    for (const record of records) {
      frontier.append(leafHash(record), (level, index, digest) => {
        expect(digest).toBe(read(level, index));
        expect((index + 1) * 2 ** level).toBe(frontier.size + 1);
        told.push(`${level}/${index}`);
      });
    }
    const all = [0, 1, 2, 3, 4, 5].flatMap((level) =>
      Array.from({ length: Math.floor(37 / 2 ** level) }, (_, index) => `${level}/${index}`),
    );
    expect(told.toSorted()).toEqual(all.toSorted());
  });

  it('goes on from what was kept of it', () => {
    const records = recordsOf(50);
    for (let size = 0; size <= 40; size += 1) {
      const read = naiveReader(records.slice(0, size));
      let end = 0;
      const kept = levelsOf(size).map((level) => {
        end += 2 ** level;
        return read(level, end / 2 ** level - 1);
      });
      const frontier = TreeFrontier.from(size, kept);
      for (const record of records.slice(size)) frontier.append(leafHash(record));
      expect(frontier.size).toBe(50);
      expect(hexOf(frontier.root())).toBe(naiveRoot(records).toString('hex'));
    }
    expect(() => TreeFrontier.from(3, [EMPTY_ROOT])).toThrow(RangeError);
  });
});

describe('a digest in base64', () => {
  it('has one spelling', () => {
    const digest = leafHash(Buffer.from('x'));
    const text = digestToBase64(digest);
    expect(digestFromBase64(text)).toBe(digest);
    for (const other of [
      '',
      text.slice(0, -1),
      ` ${text}`,
      `${text}\n`,
      text.replace(/.=$/, 'd='),
      `${text}AA`,
    ]) {
      expect(digestFromBase64(other), other).toBeUndefined();
    }
  });
});
