import type { Redaction } from '../finding.ts';
import { matchesOf } from '../matches.ts';
import type { BegunForm, ReadForm, TokenForm } from './begun-form.ts';
import { entropy } from './entropy.ts';
import { MORE_TOKEN_FORMS } from './more-token-forms.ts';

/** Forms of tokens. A new one is a new row. */
export const TOKEN_FORMS: readonly TokenForm[] = [
  { kind: 'adobe', form: 'p8e-[a-z0-9]{32}' },
  { kind: 'age', form: 'AGE-SECRET-KEY-1[A-Z0-9]{58}' },
  { kind: 'airtable', form: 'pat[A-Za-z0-9]{14}\\.[0-9a-f]{64}' },
  { kind: 'alibaba', form: 'LTAI[A-Za-z0-9]{16,26}' },
  { kind: 'artifactory', form: 'AKCp[A-Za-z0-9]{69}' },
  { kind: 'artifactory', form: 'cmVmd[A-Za-z0-9]{59}' },
  {
    kind: 'asana',
    begins: ['0/', '1/', '2/'].flatMap((head) => Array.from('0123456789', (digit) => head + digit)).join('|'),
    form: '[012]/\\d{16}(?:/\\d{16})?:[0-9a-f]{32}',
  },
  { kind: 'atlassian', begins: 'ATATT3|ATCTT3', form: 'AT[AC]TT3[\\w=-]{100,300}' },
  {
    kind: 'azure_client_secret',
    begins: Array.from('0123456789', (digit) => `${digit}Q~`).join('|'),
    before: [3, 3],
    form: '[\\w~.-]{3}\\dQ~[\\w~.-]{31,34}',
  },
  { kind: 'azure_sas', begins: '?sig=|&sig=|;sig=', form: '[?&;]sig=[A-Za-z0-9%+/]{40,90}(?:%3D|=){0,2}' },
  { kind: 'bitbucket', form: 'ATBB[A-Za-z0-9]{32,40}' },
  { kind: 'brevo', form: 'xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}' },
  { kind: 'clojars', form: 'CLOJARS_[a-z0-9]{60}' },
  { kind: 'contentful', form: 'CFPAT-[\\w-]{43}' },
  { kind: 'digitalocean', begins: 'doo_v1_|dop_v1_|dor_v1_', form: 'do[opr]_v1_[0-9a-f]{64}' },
  {
    kind: 'discord',
    sign: /[MNO][\w-]{23,25}\.[\w-]{6}\./,
    form: '[MNO][\\w-]{23,25}\\.[\\w-]{6}\\.[\\w-]{27,40}',
  },
  { kind: 'discord', form: 'discord(?:app)?\\.com/api/webhooks/\\d{17,20}/[\\w-]{60,80}' },
  { kind: 'doppler', form: 'dp\\.(?:pt|st|ct|sa|scim|audit)\\.(?:\\w{1,30}\\.)?[A-Za-z0-9]{40,44}' },
  { kind: 'dropbox', form: 'sl\\.(?:u\\.)?[\\w-]{12}[\\w-]{110,1200}' },
  { kind: 'duffel', form: 'duffel_(?:test|live)_[\\w=-]{43}' },
  { kind: 'dynatrace', form: 'dt0[a-z]\\d{2}\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}' },
  { kind: 'easypost', begins: 'EZAK|EZTK', form: 'EZ[AT]K[A-Za-z0-9]{54}' },
  { kind: 'facebook', form: 'EAA(?:CEdEose0cBA|[A-Za-z0-9]{4})[A-Za-z0-9]{56,250}' },
  { kind: 'flutterwave', form: 'FLW(?:PUB|SEC)K(?:_TEST)?-[0-9a-h]{12,32}(?:-X)?' },
  { kind: 'fly', begins: 'fo1_|fm1|fm2', form: 'f(?:o1|m[12][ar]?)_[\\w+/=,-]{43,2000}' },
  { kind: 'frameio', form: 'fio-u-[\\w=-]{64}' },
  {
    kind: 'gitlab',
    begins: 'glptt-|gldt-|glrt-|gloas-|glcbt-|glft-|glimt-|glagent-|glsoat-|glffct-',
    form: 'gl(?:ptt-[0-9a-f]{40}|(?:dt|ft|soat|ffct)-[\\w-]{20}|imt-[\\w-]{25}|agent-[\\w-]{50}|oas-[\\w-]{64}|rt-[\\w.-]{20,70}|cbt-[\\w-]{20,70})',
  },
  { kind: 'google_oauth', form: 'GOCSPX-[\\w-]{28}' },
  { kind: 'grafana', form: 'eyJrIjoi[A-Za-z0-9+/]{60,400}={0,2}' },
  { kind: 'harness', begins: 'pat.|sat.', form: '[ps]at\\.[\\w-]{22}\\.[0-9a-f]{24}\\.[A-Za-z0-9]{20}' },
  { kind: 'heroku', form: 'HRKU-[\\w-]{36,64}' },
  { kind: 'hubspot', form: 'pat-(?:na|eu)\\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}' },
  { kind: 'infracost', form: 'ico-[A-Za-z0-9]{32}' },
  { kind: 'langsmith', form: 'lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}' },
  {
    kind: 'launchdarkly',
    begins: 'sdk-|api-|mob-',
    form: '(?:sdk|api|mob)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  },
  { kind: 'mailchimp', begins: '-us', before: [32, 32], form: '[0-9a-f]{32}-us\\d{1,2}' },
  { kind: 'mailgun', form: 'key-[0-9a-f]{32}' },
  { kind: 'mapbox', form: 'sk\\.eyJ[\\w-]{40,300}\\.[\\w-]{20,40}' },
  { kind: 'mercadopago', form: 'APP_USR-\\d{10,20}-\\d{6}-[0-9a-f]{32}-\\d{5,12}' },
  { kind: 'netlify', form: 'nfp_[A-Za-z0-9]{36,40}' },
  { kind: 'new_relic', begins: 'NRAK-|NRII-|NRRA-', form: 'NR(?:AK|II|RA)-[A-Za-z0-9-]{27,40}' },
  { kind: 'new_relic', form: 'NRJS-[0-9a-f]{19}' },
  { kind: 'nuget', form: 'oy2[a-z0-9]{43}' },
  { kind: 'nvidia', form: 'nvapi-[\\w-]{60,80}' },
  { kind: 'onepassword', form: 'A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}' },
  { kind: 'openrouter', form: 'sk-or-v1-[0-9a-f]{64}' },
  { kind: 'openshift', form: 'sha256~[\\w-]{43}' },
  { kind: 'perplexity', form: 'pplx-[A-Za-z0-9]{48}' },
  { kind: 'plaid', form: 'access-(?:sandbox|development|production)-[0-9a-f-]{36}' },
  { kind: 'planetscale', form: 'pscale_(?:tkn|oauth|pw)_[\\w=.-]{32,64}' },
  { kind: 'posthog', form: 'phx_[A-Za-z0-9]{36,64}' },
  { kind: 'postman', form: 'PMAK-[0-9a-f]{24}-[0-9a-f]{34}' },
  { kind: 'prefect', begins: 'pnu_|pnb_', form: 'pn[ub]_[A-Za-z0-9]{36}' },
  { kind: 'pulumi', form: 'pul-[0-9a-f]{40}' },
  { kind: 'pypi', form: 'pypi-AgE[\\w-]{80,1000}' },
  { kind: 'readme', form: 'rdme_[a-z0-9]{70}' },
  { kind: 'replicate', form: 'r8_[A-Za-z0-9]{37,40}' },
  { kind: 'resend', form: 're_[A-Za-z0-9]{8}_[A-Za-z0-9]{24,26}' },
  { kind: 'rubygems', form: 'rubygems_[0-9a-f]{48}' },
  { kind: 'scalingo', form: 'tk-us-[\\w-]{48}' },
  { kind: 'sentry', form: 'sntrys_eyJ[\\w+/=.-]{50,500}' },
  { kind: 'sentry', form: 'sntryu_[0-9a-f]{64}' },
  { kind: 'shippo', form: 'shippo_(?:live|test)_[0-9a-f]{40}' },
  { kind: 'square', form: 'EAAA[\\w-]{60}' },
  { kind: 'square', form: 'sq0(?:atp|csp)-[\\w-]{22,43}' },
  { kind: 'stripe', form: 'whsec_[A-Za-z0-9+/]{32,64}={0,2}' },
  { kind: 'supabase', form: 'sbp_[0-9a-f]{40}' },
  { kind: 'supabase', form: 'sb_secret_[\\w-]{30,64}' },
  {
    kind: 'teams',
    form: 'webhook\\.office\\.com/webhookb2/[\\w@-]{30,100}/IncomingWebhook/[0-9a-f]{32}/[\\w-]{36}',
  },
  { kind: 'telegram', begins: ':AA', before: [8, 10], form: '\\d{8,10}:AA[\\w-]{32,33}' },
  { kind: 'tencent', form: 'AKID[A-Za-z0-9]{32}' },
  {
    kind: 'terraform',
    begins: '.atlasv1',
    before: [14, 14],
    form: '[A-Za-z0-9]{14}\\.atlasv1\\.[\\w=-]{60,70}',
  },
  {
    kind: 'twilio',
    begins: 'SK0|SK1|SK2|SK3|SK4|SK5|SK6|SK7|SK8|SK9|SKa|SKb|SKc|SKd|SKe|SKf',
    form: 'SK[0-9a-f]{32}',
  },
  { kind: 'typeform', form: 'tfp_[\\w.=-]{40,59}' },
  { kind: 'xai', form: 'xai-[A-Za-z0-9]{70,90}' },
  { kind: 'yandex', form: 'AQVN[\\w-]{35,38}' },
  { kind: 'yandex', form: 't1\\.[A-Z0-9a-z_-]{10}[\\w-]{1,190}={0,2}\\.[\\w-]{80,90}={0,2}' },
  ...MORE_TOKEN_FORMS,
];

/** Beginnings that say so much that a token is one also where it is glued to a word. */
const GLUED = /^(?:[A-Za-z0-9]{3,}_|gl[a-z]{2,7}-|[^A-Za-z0-9])/;

/** What repeats one sign stands for a token. */
const LEAST_ENTROPY = 2.2;
const isToken = (value: string) => entropy(value) >= LEAST_ENTROPY;

/** The forms that are looked for where they begin, or where a literal of theirs stands. */
export const BEGUN_TOKENS: readonly BegunForm[] = TOKEN_FORMS.filter(({ sign }) => sign === undefined).map(
  ({ kind, form, begins = literalHead(form), before }) => {
    const pattern = patternOf(form, 'y', GLUED.test(begins));
    if (before === undefined) return { kind, begins, pattern, isSecret: isToken };
    return { kind, begins, read: (text, at) => readAround(text, at, { kind, pattern, before }) };
  },
);

/** A token around a literal of it; the longest counts. */
function readAround(
  text: string,
  at: number,
  {
    kind,
    pattern,
    before: [least, most],
  }: { kind: string; pattern: RegExp; before: readonly [number, number] },
): ReadForm {
  for (let start = Math.max(0, at - most); start <= at - least; start += 1) {
    pattern.lastIndex = start;
    const token = pattern.exec(text)?.[0];
    if (token === undefined || start + token.length <= at || !isToken(token)) continue;
    const end = start + token.length;
    return { end, secret: { start, end, kind } };
  }
  return { end: at + 1, secret: undefined };
}

const SIGNED_TOKENS = TOKEN_FORMS.flatMap(({ kind, form, sign }) =>
  sign === undefined ? [] : [{ kind, sign, pattern: patternOf(form, 'g') }],
);

/** The tokens in a text that begin in no way of their own. */
export function signedTokens(text: string): Redaction[] {
  return SIGNED_TOKENS.filter(({ sign }) => sign.test(text)).flatMap(({ kind, pattern }) =>
    matchesOf(text, pattern)
      .filter(([token]) => isToken(token))
      .map(({ index, 0: token }) => ({ start: index, end: index + token.length, kind })),
  );
}

function patternOf(form: string, flags: string, isGlued = false): RegExp {
  return new RegExp(`${isGlued ? '' : '(?<![A-Za-z0-9_])'}(?:${form})(?![A-Za-z0-9])`, flags);
}

/** The literal a form begins with. */
function literalHead(form: string): string {
  const head = /^(?:[\w~-](?![?{*+])|\\[./])+/.exec(form)?.[0] ?? '';
  return head.replaceAll('\\', '');
}
