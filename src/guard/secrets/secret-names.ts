/** Tells whether the value of a JSON member is a secret by the member's name alone, whatever it looks like. */
export type SecretNames = (name: string) => boolean;

/** As whole words of a name in any spelling: `api_key`, `apiKey`, `X-Api-Key`, `db.password`. */
const SECRET_WORDS = [
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'authorization',
  'cookie',
  'credential',
  'credentials',
  'apikey',
];
/** Words that are secrets only together, in this order. */
const SECRET_PAIRS = ['api key', 'access key', 'private key', 'signing key', 'encryption key'];
/** Names that end in a secret word and hold none. */
const HARMLESS = /(?:page|cursor|continuation|sync|token)[\s_-]*(?:token|count|type|id|limit)$/i;

/** Our names, and `more` of the operator's, compared without regard to case and punctuation. */
export function secretNames(more: readonly string[] = []): SecretNames {
  const configured = new Set(more.map((name) => wordsOf(name).join(' ')));
  return (name) => {
    const words = wordsOf(name);
    const text = words.join(' ');
    if (configured.has(text)) return true;
    if (HARMLESS.test(text)) return false;
    return SECRET_WORDS.includes(words.at(-1) ?? '') || SECRET_PAIRS.some((pair) => text.endsWith(pair));
  };
}

/** The words of a name, in lower case: humps, digits' ends and punctuation part them. Names are cut at 200 characters. */
function wordsOf(name: string): string[] {
  return name
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
