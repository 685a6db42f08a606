import type { FastifyInstance } from 'fastify';
import { isLoopback, readProcessConfig } from './config.ts';
import { exitCodeOf, messageOf } from './exit-codes.ts';
import { type Gateway, openGateway } from './gateway.ts';
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
    const address = await server.listen({ host: config.host, port: config.port });
    process.on('SIGHUP', () => void gateway.bundles.reload());
    stopOnSignal(gateway, server);
    if (isLoopback(config.host)) announce(address, await gateway.tokens.firstAdminToken());
    logger.info({ address }, 'listening');
  } catch (error) {
    process.stderr.write(`aisecops: ${messageOf(error)}\n`);
    process.exit(exitCodeOf(error));
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
