import Fastify from 'fastify';

/** A POST that parses JSON and answers a given text. Nothing a gateway does beside that can cost less than this. */
const answer = process.env['BENCH_ANSWER'] ?? '{}';
const server = Fastify();
server.post('/evaluate', (_request, reply) => reply.header('content-type', 'application/json').send(answer));
process.stdout.write(`${await server.listen({ host: '127.0.0.1', port: 0 })}\n`);
process.once('SIGTERM', () => process.exit(0));
