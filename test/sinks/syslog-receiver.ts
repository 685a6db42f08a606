import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { onTestFinished } from 'vitest';

/** What the receiver does with a connection: reads it to its end, or one of the ways not to. */
export type Manner = 'take' | 'reset' | 'close at once' | 'hang' | 'reset in the middle';

export type SyslogReceiver = {
  port: number;
  /** Messages of the connections that were read to their end, in order. */
  messages: string[];
  connections(): number;
  manner: () => Manner;
  stop(): Promise<void>;
};

/** A receiver of octet-counted syslog (RFC 6587 §3.4.1), parsed strictly: what is no frame is an error. */
export async function startSyslog({
  port = 0,
  tls,
}: {
  port?: number;
  tls?: { key: string; cert: string };
} = {}): Promise<SyslogReceiver> {
  const open = new Set<Socket>();
  let connections = 0;
  const take = (socket: Socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    const manner = receiver.manner();
    if (manner === 'reset') socket.resetAndDestroy();
    else if (manner === 'close at once') socket.destroy();
    else if (manner === 'reset in the middle') socket.once('data', () => socket.resetAndDestroy());
    else if (manner === 'take') gather(socket, receiver.messages);
    // A half-open connection that nobody ends hangs.
    else socket.resume();
  };
  const settings = { allowHalfOpen: true };
  const server: Server =
    tls === undefined ? createServer(settings, take) : createSecureServer({ ...settings, ...tls }, take);
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const receiver: SyslogReceiver = {
    port: (server.address() as AddressInfo).port,
    messages: [],
    connections: () => connections,
    manner: () => 'take',
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
  onTestFinished(() => receiver.stop());
  return receiver;
}

function gather(socket: Socket, messages: string[]): void {
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  socket.on('end', () => {
    messages.push(...framesIn(Buffer.concat(pieces)));
    socket.end();
  });
}

function framesIn(bytes: Buffer): string[] {
  const frames: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const count = bytes.subarray(at, space).toString();
    if (!/^[1-9][0-9]*$/.test(count)) throw new Error(`no frame at byte ${at}: ${count.slice(0, 20)}`);
    const end = space + 1 + Number(count);
    if (end > bytes.length) throw new Error(`the frame at byte ${at} is not whole`);
    frames.push(bytes.subarray(space + 1, end).toString());
    at = end;
  }
  return frames;
}

const MESSAGE = /^<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) - ([\s\S]*)$/;

/** The text behind the header of RFC 5424. */
export function textIn(message: string): string {
  const [, priority, , , , , , text] = MESSAGE.exec(message) ?? [];
  if (priority === undefined || text === undefined)
    throw new Error(`no RFC 5424 message: ${message.slice(0, 80)}`);
  return text;
}
