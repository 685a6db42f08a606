import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';

export type Message = { id: string; data: string };

export type StreamReader = {
  status: number;
  headers: IncomingMessage['headers'];
  /** What was received, in order. */
  messages: Message[];
  /** What a browser would send as Last-Event-ID: also the ids that came without data. */
  lastId(): string | undefined;
  /** All text so far. */
  text(): string;
  /** True once the other side has ended it. */
  isOver(): boolean;
  /** Takes no more bytes, or goes on. */
  pause(): void;
  resume(): void;
  cut(): void;
};

/** A reader of server-sent events by the rules of the WHATWG, written for these tests. */
export function openStream(
  url: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<StreamReader> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers, method, agent: false }, (answer) => resolve(readerOf(answer)));
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function readerOf(answer: IncomingMessage): StreamReader {
  const messages: Message[] = [];
  let [text, pending, isOver] = ['', '', false];
  let lastId: string | undefined;
  const takeBlock = (block: string) => {
    const fields = block.split('\n').map((line) => /^(\w*):? ?(.*)$/.exec(line) ?? []);
    const valuesOf = (name: string) =>
      fields.filter(([, field]) => field === name).map(([, , value]) => value ?? '');
    const [id] = valuesOf('id');
    lastId = id ?? lastId;
    const data = valuesOf('data');
    if (data.length > 0) messages.push({ id: lastId ?? '', data: data.join('\n') });
  };
  answer.setEncoding('utf8');
  answer.on('data', (piece: string) => {
    text += piece;
    const blocks = (pending + piece).split('\n\n');
    pending = blocks.pop() ?? '';
    for (const block of blocks) takeBlock(block);
  });
  answer.on('error', () => undefined);
  answer.on('close', () => {
    isOver = true;
  });
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    messages,
    lastId: () => lastId,
    text: () => text,
    isOver: () => isOver,
    pause: () => answer.pause(),
    resume: () => answer.resume(),
    cut: () => answer.destroy(),
  };
}
