import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/** Preloaded into a process and all its threads: whatever would reach for the network throws, and says so. */
const refuse = (what: string) => () => {
  process.stderr.write(`NETWORK USED: ${what}\n`);
  throw new Error(`the network was used: ${what}`);
};

net.Socket.prototype.connect = refuse('connect') as never;
net.Server.prototype.listen = refuse('listen') as never;
dgram.createSocket = refuse('dgram') as never;
dns.lookup = refuse('lookup') as never;
dns.promises.lookup = refuse('lookup') as never;
globalThis.fetch = refuse('fetch') as never;
syncBuiltinESMExports();
