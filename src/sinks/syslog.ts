import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { connect as connectSecurely } from 'node:tls';
import { FORMAT, type Origin } from './formats/format.ts';
import type { Channel, Outcome } from './outcome.ts';
import type { SyslogConfig } from './sink-config.ts';
import { syslogFrame } from './syslog-frame.ts';

/** Beside two round trips, how long a receiver has to turn down what it will not read. */
const SETTLE_MS = 20;

/**
 * Sends events as syslog over TCP, with TLS or without.
 *
 * Syslog answers nothing. So each message has a connection of its own: we end our side when all is written, and it
 * counts as taken when the receiver, having read to the end, ends the other side without an error. A receiver that
 * ends it sooner, as one does that has nobody to pass it on to, has taken nothing.
 */
export function syslogChannel(config: SyslogConfig, about: Origin & { host: string }): Channel {
  const { format, facility } = config;
  return {
    async send(lines, signal) {
      const frames = lines.map((line) =>
        syslogFrame(line.event, {
          ...{ text: FORMAT[format](line, about), facility, host: about.host },
          ...(line.from !== undefined && { process: line.from.log }),
        }),
      );
      const limit = AbortSignal.any([signal, AbortSignal.timeout(config.timeout_ms)]);
      return delivered(open(config), { bytes: Buffer.concat(frames), config, limit });
    },
  };
}

function open({ host, port, tls }: SyslogConfig): Socket {
  return tls ? connectSecurely({ host, port }) : connect({ host, port });
}

type Sending = { bytes: Buffer; config: SyslogConfig; limit: AbortSignal };

async function delivered(socket: Socket, { bytes, config, limit }: Sending): Promise<Outcome> {
  const beganMs = performance.now();
  const failed = failureOf(socket, limit, `not taken within ${config.timeout_ms} ms`);
  const ended = new Promise<'ended'>((resolve) => socket.resume().once('end', () => resolve('ended')));
  try {
    await Promise.race([once(socket, config.tls ? 'secureConnect' : 'connect'), failed]);
    const settleMs = SETTLE_MS + 2 * (performance.now() - beganMs);
    await Promise.race([new Promise<void>((resolve) => socket.write(bytes, () => resolve())), failed]);
    const early = await Promise.race([wait(settleMs), ended, failed]);
    if (early === 'ended') return { type: 'failed', error: 'closed before it had read everything' };
    socket.end();
    await Promise.race([ended, failed]);
    return { type: 'delivered' };
  } catch (error) {
    const { code, message } = error as Error & { code?: unknown };
    return { type: 'failed', error: typeof code === 'string' ? code : message };
  } finally {
    socket.destroy();
  }
}

/** Rejects when the connection fails, or takes too long. Errors that come later are of no account. */
function failureOf(socket: Socket, limit: AbortSignal, late: string): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  socket.on('error', reject);
  limit.addEventListener('abort', () => reject(new Error(late)), { once: true });
  promise.catch(() => undefined);
  return promise;
}

function once(socket: Socket, event: string): Promise<void> {
  return new Promise((resolve) => socket.once(event, () => resolve()));
}
