/** What a name says of its value: that it is a password, a key or token that is made by chance, or a key of any sort. */
export type Telling = 'password' | 'key' | 'weak';

const PASSWORD =
  /pass(?:w(?:or[dt]|d)|phrase|code)|pwd$|^pwd|[-_.]pwd[-_.]|(?:db|sl|user|admin|root|smtp|mail|ssh|auth)[-_.]?pass(?:$|[-_.])/;
const PASS_WORDS = /(?:^|[-_.])(?:pass|pw|psw)\d{0,2}$/;
const STRONG =
  /secret|token|credential|api[-_.]?key|access[-_.]?key|private[-_.]?key|auth[-_.]?key|signing|encryption|licen[sc]e[-_.]?key|account[-_.]?key|shared[-_.]?key|[-_.]pat$|^pat$|authorization|webhook|connection[-_.]?string/;
const KEY = /key(?:[-_.]?(?:\d{1,3}|base64|b64|hex|prod|dev|test|live|value))?$/;
/** Words that end in `key`. */
const OTHER_KEYS = /(?:mon|don|tur|hot|hoc|joc|whis|pass|key|lac)key$/;
/** Words behind, that make it a name, a place or a measure of one. */
const ABOUT =
  /(?:^|[-_.])(?:id|ids|name|names|type|types|url|uri|path|file|filename|dir|folder|label|hint|length|len|size|count|limit|min|max|field|fields|header|headers|param|params|prefix|suffix|format|policy|regex|regexp|pattern|placeholder|message|messages|error|errors|description|title|text|prompt|help|version|alg|algorithm|expiry|expires|expiration|ttl|lifetime|age|created|updated|required|enabled|disabled|reset|strength|index|chars|usage|variable|schema|provider|manager|service|vault|store|alias|class|code|pair|map|list|ring|word|words|event|down|up|press|ref|reference|ref|arn|fingerprint|thumbprint|input|box|form|button|link|page|screen|view|widget|component|rule|rules|validator|changed|valid|invalid|match|mismatch|confirmation|endpoint|hash[-_.]?algorithm|budget|usage|tokens|setting|settings)(?:[-_.]?\d{0,2})$/;
/** Names of what everybody may know. */
const OPEN =
  /(?:^|[-_.])(?:public|pub|csrf|xsrf|primary|foreign|partition|sort|cache|idempotency|bucket|object|row|next|page|cursor|continuation|sync|max|min|num|total|prompt|completion|integrity|commit|sha\d{0,3})[-_.]|pubkey|tokeni[sz]e|keyboard|keyword|keypress|keyframe/;
/** What is called an id and is half of a key. */
const KEY_ID = /access[-_.]?key[-_.]?id$/;

/** What the name of a value says of it; nothing where the value is no secret by its name. */
export function tellingOf(name: string): Telling | undefined {
  const words = name.replace(/([a-z0-9])(?=[A-Z])/g, '$1_').toLowerCase();
  const telling = whatItTells(words);
  if (telling === undefined || OPEN.test(words)) return undefined;
  return ABOUT.test(words) && !KEY_ID.test(words) ? undefined : telling;
}

function whatItTells(words: string): Telling | undefined {
  if (PASSWORD.test(words) || PASSWORD.test(words.replaceAll('_', '')) || PASS_WORDS.test(words))
    return 'password';
  if (STRONG.test(words)) return 'key';
  return KEY.test(words) && !OTHER_KEYS.test(words) ? 'weak' : undefined;
}
