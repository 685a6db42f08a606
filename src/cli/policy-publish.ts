import { type Command, type Given, type Terminal, UsageError } from './command.ts';
import { DEFAULT_URL, post, REFUSED, refused, TOKEN, tokenIn } from './gateway-client.ts';
import { filesIn } from './policy-sign.ts';
import { safeText } from './safe-text.ts';

export const policyPublishCommand: Command = {
  name: 'policy publish',
  summary: 'Publish the files of a policy directory to a running gateway as a version (role operator)',
  operand: { name: 'DIR', description: 'the policy directory (policies)' },
  options: {
    url: { value: 'URL', description: 'the gateway (http://127.0.0.1:8080)' },
    ...TOKEN,
    note: { value: 'TEXT', description: 'why; it is kept in the log' },
    activate: {
      value: 'TIME',
      isOptional: true,
      description: 'activate it as well, now or at a time (RFC 3339)',
    },
    json: { description: 'the answers as JSON' },
  },
  exits: { [REFUSED]: 'the gateway refuses: its reasons are on standard error' },
  run: publish,
};

async function publish(given: Given, terminal: Terminal): Promise<number> {
  const { operand: directory = 'policies', note, activate } = given;
  const server = { url: String(given['url'] ?? DEFAULT_URL), token: await tokenIn(given) };
  const { files, manifest } = await filesIn(String(directory));
  const noted = typeof note === 'string' && note !== '' ? { note } : {};
  // What the directory has not, the new set has not either: a signature is over exactly these files.
  const published = await post(server, '/policies', {
    ...{ files, complete: true, ...noted },
    ...(manifest !== undefined && { signature: manifest.signatures }),
  });
  if (published.status >= 300) return refused(published, terminal);
  const { version, files_hash } = published.body;
  say(given, terminal, published.body, `published ${version} (files ${files_hash})`);
  if (activate === undefined) return 0;
  const asked = { ...noted, ...(activate !== '' && { at: timeOf(activate) }) };
  const activated = await post(server, `/policies/${files_hash}/activate`, asked);
  if (activated.status >= 300) return refused(activated, terminal);
  const { status, activation_id } = activated.body;
  say(given, terminal, activated.body, `${String(status).replaceAll('_', ' ')} (${activation_id})`);
  return 0;
}

function say({ json }: Given, terminal: Terminal, body: object, text: string): void {
  terminal.out(json === true ? `${JSON.stringify(body)}\n` : `${safeText(text)}\n`);
}

function timeOf(given: unknown): string {
  const time = new Date(String(given));
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new UsageError(`--activate ${given}: it is no time; one is 2026-11-02T09:00:00Z`);
}
