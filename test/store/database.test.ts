import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { MIGRATIONS } from '../../src/store/sqlite/migrations.ts';
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
    expect(db.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
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

describe('a store of an earlier release', () => {
  it('is filled again from the log, and keeps what is in no log', async () => {
    const db = new Database(file);
    db.exec(MIGRATIONS[0] ?? '');
    db.pragma(`application_id = ${0x4149534f}`);
    db.pragma('user_version = 1');
    db.exec(`INSERT INTO applied VALUES (1, 7, 'sha256:seen', 700);
      INSERT INTO outcomes VALUES ('acme', 'p1', 'succeeded', '2026-11-02T09:00:00.000Z');
      INSERT INTO answers VALUES ('scope', 'key', 'sha256:body', 200, x'00', '2026-11-02T09:00:00.000Z');`);
    db.close();
    const store = await openSqliteStore(file);
    expect(await store.applied()).toBeUndefined();
    expect(await store.outcome('acme', 'p1')).toBeUndefined();
    await store.commit([new GroupMaker().decision({ trace_id: 't1', execution_plan_id: 'p1' })]);
    expect(await store.decisionInForce({ execution_plan_id: 'p1', tenant_id: 'acme' })).toMatchObject({
      span: { first_sequence: 0 },
      latest_sequence: 1,
    });
    await store.close();
    const again = new Database(file, { readonly: true });
    expect(again.prepare('SELECT count(*) FROM answers').pluck().get()).toBe(1);
    again.close();
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
