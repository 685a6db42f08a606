import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { replaceFile, syncDirectory } from '../disk/durable-file.ts';
import { ifThere } from '../disk/if-there.ts';

const letterSchema = z.strictObject({
  sequence: z.int(),
  /** Of an event in a log that was taken over: that log, and the event of the gateway's log that tells of it. */
  log: z.string().optional(),
  recorded: z.int().optional(),
  event_id: z.string(),
  event_type: z.string(),
  tenant_id: z.string().optional(),
  trace_id: z.string().optional(),
  failed_at: z.string(),
  attempts: z.int(),
  error: z.string(),
  /** The exact line of the log. */
  line: z.string(),
});

/** An event that a target refused. */
export type DeadLetter = z.infer<typeof letterSchema>;
/** The same as lists show it. */
export type LetterEntry = Omit<DeadLetter, 'line'>;

/**
 * The events that one target refused, as JSON lines in a file of its own. A letter is durable before the sink goes on,
 * so an event is delivered or in here. Lines are read back from the file when they are sent again, and not held.
 */
export class DeadLetters {
  readonly #file: string;
  #entries: LetterEntry[];

  private constructor(file: string, entries: LetterEntry[]) {
    this.#file = file;
    this.#entries = entries;
  }

  static async open(file: string): Promise<DeadLetters> {
    const { letters, isTorn } = await readLetters(file);
    const opened = new DeadLetters(file, letters.map(entryOf));
    // The sink has not gone on from an event whose letter was not finished: it will come again.
    if (isTorn) await opened.#replace(letters);
    return opened;
  }

  get entries(): readonly LetterEntry[] {
    return this.#entries;
  }

  /** Adds a letter. One that is there already, because a crash came before the sink went on, is not doubled. */
  async add(letter: DeadLetter): Promise<void> {
    if (this.#entries.some((entry) => letterId(entry) === letterId(letter))) return;
    const isFirst = this.#entries.length === 0;
    const handle = await open(this.#file, 'a', 0o640);
    try {
      await handle.writeFile(`${JSON.stringify(letter)}\n`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    if (isFirst) await syncDirectory(dirname(this.#file));
    this.#entries.push(entryOf(letter));
  }

  /** Those letters with their lines. */
  async read(ids: ReadonlySet<string>): Promise<DeadLetter[]> {
    const { letters } = await readLetters(this.#file);
    return letters.filter((letter) => ids.has(letterId(letter)));
  }

  /** Takes letters out, and puts what became of others in their place. */
  async settle(delivered: ReadonlySet<string>, refused: ReadonlyMap<string, DeadLetter>): Promise<void> {
    const { letters } = await readLetters(this.#file);
    const left = letters.filter((letter) => !delivered.has(letterId(letter)));
    await this.#replace(left.map((letter) => refused.get(letterId(letter)) ?? letter));
  }

  async #replace(letters: readonly DeadLetter[]): Promise<void> {
    const content = letters.map((letter) => `${JSON.stringify(letter)}\n`).join('');
    await replaceFile(this.#file, { content, mode: 0o640 });
    this.#entries = letters.map(entryOf);
  }
}

/** Names a letter among those of one target: two logs may have an event of one sequence. */
export function letterId({ sequence, recorded }: Pick<LetterEntry, 'sequence' | 'recorded'>): string {
  return recorded === undefined ? String(sequence) : `${recorded}.${sequence}`;
}

function entryOf({ line: _, ...entry }: DeadLetter): LetterEntry {
  return entry;
}

async function readLetters(file: string): Promise<{ letters: DeadLetter[]; isTorn: boolean }> {
  const text = (await ifThere(readFile(file, 'utf8'))) ?? '';
  const end = text.lastIndexOf('\n') + 1;
  const lines = text.slice(0, end).split('\n').slice(0, -1);
  return {
    letters: lines.map((line, index) => letterOf(line, `${file}:${index + 1}`)),
    isTorn: end < text.length,
  };
}

function letterOf(line: string, place: string): DeadLetter {
  try {
    return letterSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new Error(`${place} is no dead letter; move the file away, and look at it`, { cause });
  }
}
