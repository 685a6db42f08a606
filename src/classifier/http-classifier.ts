import { z } from 'zod';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { Classification, Classifier, ClassifierFailure } from './classifier.ts';
import type { ClassifierConfig } from './classifier-config.ts';

const MAX_ANSWER_BYTES = 256 * 1024;

const answerSchema = z.object({
  scores: z.array(z.number().min(0).max(1)),
  model: z
    .string()
    .regex(/^[\w.:/@-]{1,100}$/)
    .optional(),
});

/** Told of each request: how it ended, and how long it took. */
export type ClassifierObserver = (result: 'answered' | ClassifierFailure, seconds: number) => void;

type Parts = {
  config: ClassifierConfig;
  /** The value of the header Authorization. */
  authorization?: string;
  /** Milliseconds since any point. */
  clock: () => number;
  observe: ClassifierObserver;
};

export type HttpClassifier = Classifier & {
  /** Nothing is asked at the moment, because too much failed. */
  readonly isOpen: boolean;
};

/**
 * Asks a model over HTTP: `POST {"chunks": […]}` → `{"scores": […], "model"?: "…"}`. One address, no redirects, a bounded
 * answer, a bounded time, a bounded number of requests; after failures in a row it is left alone for a while.
 */
export function createHttpClassifier({ config, authorization, clock, observe }: Parts): HttpClassifier {
  const { name, threshold, on_failure: onFailure, max_chunks: maxChunks, max_requests } = config;
  const breaker = new CircuitBreaker(clock);
  let underWay = 0;
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    ...(authorization !== undefined && { authorization }),
  };
  const ask = async (chunks: readonly string[]): Promise<Classification> => {
    if (underWay >= max_requests) return { failure: 'busy' };
    if (!breaker.mayAsk()) return { failure: 'circuit_open' };
    underWay += 1;
    const answer = await request(config, headers, chunks);
    underWay -= 1;
    breaker.report(answer.failure === undefined);
    return answer;
  };
  return {
    ...{ name, threshold, onFailure, maxChunks },
    get isOpen() {
      return breaker.isOpen;
    },
    async classify(chunks) {
      const started = clock();
      const answer = await ask(chunks);
      observe(answer.failure ?? 'answered', (clock() - started) / 1000);
      return answer;
    },
  };
}

async function request(
  { url, timeout_ms }: ClassifierConfig,
  headers: Readonly<Record<string, string>>,
  chunks: readonly string[],
): Promise<Classification> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ chunks }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout_ms),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return { failure: 'http_status' };
    }
    return read(await boundedText(response), chunks.length);
  } catch (error) {
    return { failure: (error as Error).name === 'TimeoutError' ? 'timeout' : 'unreachable' };
  }
}

/** Nothing of an answer that is longer than any. */
async function boundedText({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body ?? []) {
    size += piece.length;
    if (size > MAX_ANSWER_BYTES) return '';
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Scores are kept to the thousandth: more is noise, and stands in every log. */
function read(text: string, count: number): Classification {
  try {
    const { scores, model } = answerSchema.parse(JSON.parse(text));
    if (scores.length !== count) return { failure: 'malformed' };
    const rounded = scores.map((score) => Math.round(score * 1000) / 1000);
    return model === undefined ? { scores: rounded } : { scores: rounded, model };
  } catch {
    return { failure: 'malformed' };
  }
}
