import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeNewFile } from '../../src/cli/new-file.ts';

const directoryOf = () => mkdtempSync(join(tmpdir(), 'aisecops-new-file-'));

function mount(...args: string[]): boolean {
  return spawnSync('mount', args).status === 0;
}

function canMount(): boolean {
  const directory = directoryOf();
  const isMounted = mount('-t', 'tmpfs', '-o', 'size=64k', 'none', directory);
  if (isMounted) spawnSync('umount', [directory]);
  rmSync(directory, { recursive: true });
  return isMounted;
}

describe('a new file', () => {
  it('is written whole, and no other file is left', async () => {
    const directory = directoryOf();
    await writeNewFile(join(directory, 'e.zip'), Buffer.from('evidence'));
    expect(readdirSync(directory)).toEqual(['e.zip']);
    expect(readFileSync(join(directory, 'e.zip'), 'utf8')).toBe('evidence');
  });

  it('takes the place of none that is there', async () => {
    const path = join(directoryOf(), 'e.zip');
    writeFileSync(path, 'mine');
    await expect(writeNewFile(path, Buffer.from('evidence'))).rejects.toMatchObject({ code: 'EEXIST', path });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(readdirSync(join(path, '..'))).toEqual(['e.zip']);
  });

  it('that goes into no directory is named itself, and not its draft', async () => {
    const path = join(directoryOf(), 'none', 'e.zip');
    await expect(writeNewFile(path, Buffer.from('x'))).rejects.toMatchObject({ code: 'ENOENT', path });
  });

  it.skipIf(!canMount())('leaves nothing on a full disk, and can be written once there is room', async () => {
    const directory = directoryOf();
    expect(mount('-t', 'tmpfs', '-o', 'size=64k', 'none', directory)).toBe(true);
    onTestFinished(() => void spawnSync('umount', ['-l', directory]));
    const path = join(directory, 'e.zip');
    const content = Buffer.alloc(200_000, 'x');
    await expect(writeNewFile(path, content)).rejects.toMatchObject({ code: 'ENOSPC', path });
    expect(readdirSync(directory)).toEqual([]);
    expect(mount('-o', 'remount,size=1m', directory)).toBe(true);
    await writeNewFile(path, content);
    expect(readFileSync(path)).toEqual(content);
  });
});
