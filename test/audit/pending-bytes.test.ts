import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PendingBytes } from '../../src/audit/pending-bytes.ts';

const USUAL_SIZE = 64;

/** The rule written down naively: one buffer for each text. */
class Model {
  texts: Buffer[] = [];
  /** What was lent by `first` and not yet let go of. */
  lent: { bytes: Buffer; copy: Buffer } | undefined;

  bytes(): Buffer {
    return Buffer.concat(this.texts);
  }

  /** The first `count` texts, as a writer takes whole lines only. */
  sizeOf(count: number): number {
    return Buffer.concat(this.texts.slice(0, count)).length;
  }
}

type Command = fc.Command<Model, PendingBytes>;

/** Every command ends with the same look at what waits and at what is lent. */
function command(name: string, run: (model: Model, real: PendingBytes) => void): Command {
  return {
    check: () => true,
    toString: () => name,
    run: (model, real) => {
      run(model, real);
      expect(real.size).toBe(model.bytes().length);
      expect(real.first(real.size)).toEqual(model.bytes());
      if (model.lent !== undefined) expect(model.lent.bytes).toEqual(model.lent.copy);
    },
  };
}

const add = (text: string) =>
  command(`add(${JSON.stringify(text)})`, (model, real) => {
    model.texts.push(Buffer.from(text, 'utf8'));
    real.add(text);
  });

/** Forgets the last texts, though never those that are lent: they are being written. */
const takeBack = (count: number) =>
  command(`takeBack(${count})`, (model, real) => {
    const lent = model.lent?.copy.length ?? 0;
    let kept = Math.max(model.texts.length - count, 0);
    while (model.sizeOf(kept) < lent) kept += 1;
    real.takeBack(model.sizeOf(kept));
    model.texts = model.texts.slice(0, kept);
  });

/** One write at a time: what is lent is let go of before more is lent. */
const first = (count: number) =>
  command(`first(${count})`, (model, real) => {
    if (model.lent !== undefined) return;
    const bytes = real.first(model.sizeOf(count));
    model.lent = { bytes, copy: Buffer.from(bytes) };
  });

const release = () =>
  command('release', (model, real) => {
    if (model.lent === undefined) return;
    const size = model.lent.copy.length;
    real.release(size);
    const left = model.bytes().subarray(size);
    while (model.texts.length > 0 && model.bytes().length > left.length) model.texts.shift();
    model.lent = undefined;
  });

function anyText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('', 'é', '€', '😀', '\u0000', '\ud83d\ude00\u2028'),
    fc.nat(3 * USUAL_SIZE).map((length) => '€'.repeat(length)),
  );
}

function anyCommands(): fc.Arbitrary<Iterable<Command>> {
  const count = fc.nat(4);
  const arbitraries = [anyText().map(add), count.map(takeBack), count.map(first), fc.constant(release())];
  return fc.commands(arbitraries, { maxCommands: 60 });
}

describe('PendingBytes', () => {
  it('hold, in any order of calls, what a list of buffers holds, and lend what stays as it is', () => {
    fc.assert(
      fc.property(anyCommands(), (commands) => {
        fc.modelRun(() => ({ model: new Model(), real: new PendingBytes(USUAL_SIZE) }), commands);
      }),
      { numRuns: 500 },
    );
  });

  it('lend bytes that stay while the buffer grows under them', () => {
    const pending = new PendingBytes(8);
    pending.add('first\n');
    const lent = pending.first(6);
    pending.add('€'.repeat(1_000));
    pending.add('second');
    expect(lent.toString()).toBe('first\n');
    pending.release(6);
    expect(pending.first(pending.size).toString()).toBe(`${'€'.repeat(1_000)}second`);
  });

  it('lend bytes that stay while what came after them is taken back and replaced', () => {
    const pending = new PendingBytes(USUAL_SIZE);
    pending.add('kept');
    const lent = pending.first(4);
    pending.add('dropped');
    pending.takeBack(4);
    pending.add('other');
    expect(lent.toString()).toBe('kept');
    pending.release(4);
    expect(pending.first(pending.size).toString()).toBe('other');
  });

  it('go on in the buffer they have when all was let go of', () => {
    const pending = new PendingBytes(USUAL_SIZE);
    const memory = pending.first(0).buffer;
    for (let round = 0; round < 100; round += 1) {
      pending.add(`line ${round}\n`);
      expect(pending.first(pending.size).buffer).toBe(memory);
      pending.release(pending.size);
    }
  });

  it('give the larger buffer back when all of it was let go of', () => {
    const pending = new PendingBytes(USUAL_SIZE);
    pending.add('x'.repeat(10 * USUAL_SIZE));
    expect(pending.first(0).buffer.byteLength).toBeGreaterThanOrEqual(10 * USUAL_SIZE);
    pending.release(10 * USUAL_SIZE - 1);
    expect(pending.first(1).toString()).toBe('x');
    pending.release(1);
    expect(pending.first(0).buffer.byteLength).toBe(USUAL_SIZE);
  });
});
