import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { GroupMaker } from './group-maker.ts';

let file: string;
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'aisecops-db-'));
  file = join(directory, 'store.db');
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
});

describe('opening a database', () => {
  it('makes a new one in WAL mode at the newest version', () => {
    const db = openDatabase(file);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(1);
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    db.close();
    openDatabase(file).close();
  });

  it("is its owner's alone while it is open, side files that an earlier process left included", () => {
    const modes = () => [file, `${file}-wal`, `${file}-shm`].map((path) => statSync(path).mode & 0o777);
    const first = openDatabase(file);
    expect(modes()).toEqual([0o600, 0o600, 0o600]);
    for (const path of [file, `${file}-wal`, `${file}-shm`]) chmodSync(path, 0o644);
    const second = openDatabase(file);
    expect(modes()).toEqual([0o600, 0o600, 0o600]);
    second.close();
    first.close();
  });

  it('refuses a newer one and leaves it as it was', () => {
    const db = openDatabase(file);
    db.pragma('user_version = 99');
    db.close();
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'store_newer' }));
    const again = new Database(file);
    expect(again.pragma('user_version', { simple: true })).toBe(99);
    again.close();
  });

  it('refuses the database of another program', () => {
    const other = new Database(file);
    other.exec('CREATE TABLE applied (id INTEGER)');
    other.close();
    const before = readFileSync(file);
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'store_foreign' }));
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('refuses a file that is no database', () => {
    writeFileSync(file, 'tenant,agent\n'.repeat(1000));
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'store_corrupt' }));
  });

  it('refuses a database whose pages are damaged', () => {
    openDatabase(file).close();
    const bytes = readFileSync(file);
    writeFileSync(file, Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(bytes.length - 100, 0xff)]));
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'store_corrupt' }));
  });

  it('says so where the directory is missing', () => {
    const missing = join(file, 'nowhere', 'store.db');
    expect(() => openDatabase(missing)).toThrow(expect.objectContaining({ code: 'store_unavailable' }));
  });

  it('leaves no half migration behind', () => {
    const db = new Database(file);
    db.exec('BEGIN; CREATE TABLE spans (x); ROLLBACK');
    db.close();
    const opened = openDatabase(file);
    expect(opened.prepare('SELECT count(*) FROM spans').pluck().get()).toBe(0);
    opened.close();
  });
});

describe('a store whose process is gone', () => {
  it('has every commit that returned, without a close', async () => {
    const log = new GroupMaker();
    const store = await openSqliteStore(file);
    for (let index = 0; index < 50; index += 1) await store.commit([log.decision({ trace_id: `t${index}` })]);
    // A second connection sees what a restarted process would: the WAL, not the memory of the first.
    const other = new Database(file, { readonly: true });
    expect(other.prepare('SELECT count(*) FROM traces').pluck().get()).toBe(50);
    other.close();
    await store.close();
  });
});
