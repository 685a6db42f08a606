import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGuard, redactText } from '../../src/guard/index.ts';
import { tellingOf } from '../../src/guard/secrets/key-names.ts';

const { secrets } = createGuard();
const KEY = 'q7Rk29fPz04mXc81TnBv';
const HEX = '3fea6af1349166ea90b1c25d';
const WORD = 'blooberry';

const shown = (text: string): string => redactText(text, secrets(text));

describe('a value with a telling name', () => {
  it.each([
    `api_key = "${KEY}"`,
    `var serviceToken string = "${KEY}"`,
    `SERVICE_TOKEN ?= "${KEY}"`,
    `SERVICE_TOKEN ::= "${KEY}"`,
    `  "serviceToken" => "${KEY}"`,
    `System.setProperty("SERVICE_TOKEN", "${KEY}")`,
    `buildConfigField 'String', 'API_KEY', '"${KEY}"'`,
    `<serviceToken>\n    ${KEY}\n</serviceToken>`,
    `<add key="ServiceToken" value="${KEY}"/>`,
    `{"name": "SERVICE_TOKEN", "value": "${KEY}"}`,
    `- name: SERVICE_TOKEN\n  value: ${KEY}`,
    `variable "service_token" {\n  default = "${KEY}"\n}`,
    `ENV SERVICE_TOKEN ${KEY}`,
    `tool --registration-token "${KEY}"`,
    `tool --api-key ${KEY}`,
    `curl -H "Api-Token: ${KEY.slice(0, 12)}" https://acme.example`,
    `curl -H 'Authorization: Token ${HEX}' https://acme.example`,
    `if (secret == "${KEY}") {`,
    `if ("${KEY}" === my_private_key) {`,
    `the access token is ${HEX}`,
    `https://acme.example/?a=1&api_key=${KEY}&b=2`,
    `char token[25] = "${KEY}";`,
    `access_key_id = ${HEX}`,
  ])('is found: %s', (text) => {
    const redacted = shown(text);
    expect(redacted).not.toMatch(/q7Rk29|3fea6af1/);
    expect(shown(redacted)).toBe(redacted);
  });

  it.each([
    `password = "${WORD}"`,
    `"db_password": "${WORD}"`,
    `<password>${WORD}</password>`,
    `REACT_APP_AUTH_PASS=${WORD}`,
    `Server=db;User Id=app;Password=${WORD};Database=x`,
    `The default password is '${WORD}'.`,
    `my_password := \`${WORD}1\``,
    `if (password == "${WORD}") {`,
    `curl -k --user kevin:'${WORD}9' https://acme.example`,
    `curl -X POST https://acme.example \\\n  -H 'Accept: x' \\\n  -u kevin:${WORD}9`,
    `psexec.exe \\\\host -u DOMAIN\\user -p ${WORD} CMD`,
    `new NetworkCredential("user", "${WORD}")`,
    `sshpass -p ${WORD} ssh host`,
    `ConvertTo-SecureString "${WORD}" -AsPlainText -Force`,
    `Connect-VIServer vc -user admin -password ${WORD}1!`,
  ])('is found where it is a password: %s', (text) => {
    expect(shown(text)).not.toContain(WORD);
  });

  it.each([
    'password: required, at least 12 characters',
    'password = request.form.get("password")',
    'password = os.environ["DB_PASSWORD"]',
    `password: \${DB_PASSWORD}`,
    'password: "{{ vault.password }}"',
    'password = %DB_PASSWORD%',
    '"password": "$PASSWORD"',
    'password: !Ref MasterPassword',
    '"password": "changeme"',
    '"password": "your-password"',
    'passwordLabel: "Password:"',
    'password_hint = "the name of your cat"',
    '"type": "password", "name": "secret"',
    '["password", "user.secret", "token"]',
    '{"classification": "pass", "violation_types": []}',
    'The password is incorrect.',
    'api_key = "YOUR_API_KEY_HERE_12345"',
    'api_key = "<api-key>"',
    'token = tokens.next_token1.value',
    `public_key = "${KEY}"`,
    `kms_key_id: "555ea4a3-d53a-4412-9c66-3a7cb667b0d6"`,
    `credentialsId: 'ff083f76-7804-4ef1-80e4-fe975bb9141b'`,
    `cache_key = "${HEX}"`,
    `keyVaultToStoreSecrets: cmp2-qat-1208358310`,
    'LLM_SECRET_NAME = "NEXUS-GPT4-API-KEY"',
    'secret_name = "example_secret_name"',
    'Pass `constraints` to the router, pass `force=true` to all',
    'the key of the map, a key 2026-11-30, and the keyboard = "us-intl-2026-v2"',
    'max_tokens = 1234567890123456',
    'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  ])('is none: %s', (text) => {
    expect(secrets(text)).toEqual([]);
  });

  it.each([
    ['DB_PASSWORD', 'password'],
    ['masterUserPassword', 'password'],
    ['sl_pass', 'password'],
    ['clientSecret', 'key'],
    ['X-Api-Key', 'key'],
    ['ado_pat', 'key'],
    ['slackKey', 'weak'],
    ['passwordLabel', undefined],
    ['token_count', undefined],
    ['nextPageToken', undefined],
    ['public_key', undefined],
    ['monkey', undefined],
    ['compass', undefined],
  ])('%s tells %s', (name, telling) => {
    expect(tellingOf(name)).toBe(telling);
  });

  it('is found in any join, for any random value', () => {
    const join = fc.constantFrom(' = ', '=', ': ', ' := ', ' => ', '": "', ' ?= ');
    const name = fc.constantFrom('api_key', 'clientSecret', 'AUTH_TOKEN', 'private-key', 'service.token');
    const value = fc
      .stringMatching(/^[A-Za-z][A-Za-z0-9]{31}$/)
      .filter((text) => new Set(text).size > 16 && /\d.*\d.*\d/.test(text));
    fc.assert(
      fc.property(name, join, value, (key, joined, secret) => {
        const text = `x\n${joined.startsWith('"') ? '"' : ''}${key}${joined}${secret}${joined.endsWith('"') ? '"' : ''}\n`;
        expect(shown(text)).not.toContain(secret);
      }),
    );
  });
});

describe('a private key', () => {
  const lines = Array.from({ length: 400 }, (_, index) => `${KEY}${HEX}${String(index).padStart(20, '0')}`);

  it('is found to its end, however long it is and whatever a log puts before its lines', () => {
    for (const before of ['', '[2026-01-07 09:41:37] [DEBUG] ', '2026-01-07 | DEBUG | crypto | ', '"']) {
      const text = ['-----BEGIN RSA PRIVATE KEY-----', ...lines, '-----END RSA PRIVATE KEY-----']
        .map((line) => before + line)
        .join('\n');
      expect(text.length).toBeGreaterThan(16_384);
      expect(shown(`${text}\nafter`)).toBe(`${before}[redacted:private_key]\nafter`);
    }
  });
});

describe('a private key of JSON', () => {
  it.each([
    '{"kty":"EC","crv":"P-256","x":"abc","d":"VALUE"}',
    '{"d": "VALUE", "crv": "P-256", "kty": "EC"}',
  ])('is found: %s', (form) => {
    const value = `${KEY}${HEX.slice(0, 23)}`;
    expect(shown(form.replace('VALUE', value))).toBe(form.replace('VALUE', '[redacted:private_key]'));
  });
});

describe('a stored password', () => {
  it.each([
    '$1$28772684$iEwNOgGugqO9.bIz5sk8k/',
    '$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW',
    '$5$9ks3nNEqv31FX.F$gdEoLFsCRsn/WRN3wxUnzfeZLoooVlzeF4WjLomTRFD',
    '$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b27PCgTdGvNGpX3YFpMyYtcVrE',
  ])('is found: %s', (hash) => {
    expect(secrets(`user:${hash}:19000:0`)).toMatchObject([{ kind: 'password_hash' }]);
  });
});
