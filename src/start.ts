import type { FastifyInstance } from 'fastify';
import { type Config, isLoopback, readProcessConfig } from './config.ts';
import { exitCodeOf, messageOf } from './exit-codes.ts';
import type { Gateway } from './gateway/gateway.ts';
import { openGateway } from './gateway/open-gateway.ts';
import { buildServer } from './http/server.ts';
import { createLogger } from './telemetry/logger.ts';
import { productVersion } from './version.ts';

/** How long in-flight requests may take once a stop was asked for. */
const DRAIN_TIMEOUT_MS = 8_000;

/**
 * Runs the gateway until SIGTERM or SIGINT: reads the configuration, opens what it needs in order, listens, and on the
 * signal stops in the reverse order (not ready, in-flight answered, log synced). Exit codes are in docs/operations.md.
 */
export async function start(): Promise<void> {
  try {
    const config = readProcessConfig();
    const logger = createLogger(config.log_level);
    const gateway = await openGateway(config, logger);
    const server = buildServer(gateway, { version: productVersion() });
    const address = await listen(server, config);
    process.on('SIGHUP', () => void gateway.bundles.reload());
    stopOnSignal(gateway, server);
    if (isLoopback(config.host)) announce(address, await gateway.tokens.firstAdminToken());
    logger.info({ address }, 'listening');
  } catch (error) {
    process.stderr.write(`aisecops: ${messageOf(error)}\n`);
    process.exit(exitCodeOf(error));
  }
}

/** What a person can do about an address that cannot be listened on, by the code of the operating system. */
const ADDRESS_TROUBLES: Record<string, { code: ListenError['code']; what: string }> = {
  EADDRINUSE: {
    code: 'address_in_use',
    what: 'it is in use: stop what listens there, or choose another port',
  },
  EACCES: {
    code: 'address_invalid',
    what: 'this user may not listen there: ports below 1024 need a right of their own',
  },
  EADDRNOTAVAIL: { code: 'address_invalid', what: 'this machine does not have the address' },
  ENOTFOUND: { code: 'address_invalid', what: 'the name has no address' },
  EAI_AGAIN: { code: 'address_invalid', what: 'the name has no address, or no name server answers' },
};

/** The address given cannot be listened on. `address_in_use` may pass; `address_invalid` needs another setting. */
class ListenError extends Error {
  readonly code: 'address_in_use' | 'address_invalid';

  constructor(code: ListenError['code'], message: string, options: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

async function listen(server: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    const trouble = ADDRESS_TROUBLES[String((cause as { code?: unknown }).code)];
    if (trouble === undefined) throw cause;
    const message = `cannot listen on ${host}:${port} (AISECOPS_HOST, AISECOPS_PORT): ${trouble.what}`;
    throw new ListenError(trouble.code, message, { cause });
  }
}

/** Shown once and to the terminal only: the process log may be shipped elsewhere, and a token must not be. */
function announce(address: string, token: string | undefined): void {
  const hint = token === undefined ? '' : `  Admin token (shown once, keep it):\n\n      ${token}\n\n`;
  process.stdout.write(
    `\n  The gateway is ready at ${address}\n  API documentation:      ${address}/docs\n${hint}`,
  );
}

function stopOnSignal(gateway: Gateway, server: FastifyInstance): void {
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    gateway.logger.info({ signal }, 'stopping');
    gateway.drain();
    try {
      await closeServer(server);
      await gateway.close();
      process.exit(0);
    } catch (error) {
      gateway.logger.error({ err: error }, 'stopping failed');
      process.exit(1);
    }
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
}

/**
 * Lets what is in flight finish. A connection that was answered and stays open, or a request that never arrives in
 * full, must not hold up the end: the former is closed as soon as it is idle, the latter when the time is up.
 */
async function closeServer(server: FastifyInstance): Promise<void> {
  const closeIdle = setInterval(() => server.server.closeIdleConnections(), 50);
  const giveUp = setTimeout(() => server.server.closeAllConnections(), DRAIN_TIMEOUT_MS);
  try {
    await server.close();
  } finally {
    clearInterval(closeIdle);
    clearTimeout(giveUp);
  }
}
