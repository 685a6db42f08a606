/**
 * Tells by the name of a JSON member alone that its value is a secret, whatever it looks like: `any` value of a name
 * that the operator gave, and every `text` in the value of one that is known to be telling. A number under such a name
 * is a count more often than a secret.
 */
export type SecretNames = (name: string) => 'any' | 'text' | undefined;

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
    if (configured.has(text)) return 'any';
    if (HARMLESS.test(text)) return undefined;
    const isTelling =
      SECRET_WORDS.includes(words.at(-1) ?? '') || SECRET_PAIRS.some((pair) => text.endsWith(pair));
    return isTelling ? 'text' : undefined;
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
