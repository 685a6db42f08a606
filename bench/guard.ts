import { createGuard } from '../src/guard/guard.ts';
import type { Benchmark, Figure } from './figure.ts';
import { compare, inTurns } from './rounds.ts';

/** Harmless sentences of office life; some speak of instructions, keys and systems, as real ones do. */
const SENTENCES = [
  'Please read the contract with Nordwind and tell me when the notice period ends.',
  'The invoice of March was paid twice; finance asked for a credit note of 1,240.50 EUR.',
  'Can you summarise the minutes and send them to anna.weber@acme.example before noon?',
  'Follow the instructions in the handbook when a customer asks to change the address.',
  'The deployment of the billing service went through at 14:05 without errors.',
  'See https://status.acme.example/incidents/4711 for what happened on Tuesday.',
  'The system message in the console says that the key of the door needs a new battery.',
  'Der Vertrag läuft am 31. Dezember aus, bitte rechtzeitig verlängern.',
];

export const guard: Benchmark = {
  question: 'What does it cost to inspect a harmless text, beside normalising it once?',
  run: async ({ isQuick, say }) => {
    const [bytes, rounds] = isQuick ? [200_000, 3] : [1_000_000, 7];
    const figures: Figure[] = [];
    for (const length of [200, 1_000, 10_000]) {
      say(`texts of ${length} characters: ${rounds} rounds of ${bytes} characters`);
      figures.push(await inspectionTime(textsOf(length, Math.floor(bytes / length)), length, rounds));
    }
    return figures;
  },
};

async function inspectionTime(texts: string[], length: number, rounds: number): Promise<Figure> {
  const { inspect } = createGuard();
  const measured = await inTurns(
    {
      normalise: async () => microsPerText(texts, (text) => text.normalize('NFKC').toLowerCase().length > 0),
      inspect: async () => microsPerText(texts, (text) => inspect(text, 'input').verdict !== 'block'),
    },
    rounds,
  );
  const { value, baseline, ratio } = compare(measured.inspect, measured.normalise);
  const [unit, units] = length === 200 ? ['µs/text', 1] : ['µs/KB', length / 1_000];
  return {
    ...{ name: `inspect, ${length.toLocaleString('en')} characters`, unit, value: value / units, ratio },
    baseline: { name: 'normalise', value: baseline / units },
  };
}

function microsPerText(texts: readonly string[], isHarmless: (text: string) => boolean): number {
  const start = performance.now();
  const harmful = texts.find((text) => !isHarmless(text));
  const elapsedMs = performance.now() - start;
  if (harmful !== undefined) throw new Error(`blocked a harmless text: ${harmful.slice(0, 200)}`);
  return (elapsedMs * 1000) / texts.length;
}

/** `count` texts of `length` characters, each of other sentences and with a number of its own. */
function textsOf(length: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    let text = `Note ${index}.`;
    for (let part = index; text.length < length; part += 1 + (index % 3)) {
      text += ` ${SENTENCES[part % SENTENCES.length]}`;
    }
    return text.slice(0, length);
  });
}
