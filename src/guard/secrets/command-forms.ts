import type { BegunForm } from './begun-form.ts';
import { isPassword, isPlaceholder } from './secret-value.ts';

const isSet = (value: string) => isPassword(value, 'quoted');
/** Where only a password can stand any word is one, but for what is filled in. */
const isAny = (value: string) => !isPlaceholder(value) && /[A-Za-z0-9]/.test(value);

/** Passwords as commands, calls and connection strings take them, without a name that tells. */
export const COMMAND_FORMS: readonly BegunForm[] = [
  {
    kind: 'password',
    begins: 'curl',
    needs: '-u',
    pattern:
      /\bcurl(?=\s)(?:[^\n]{0,200}?\\\n){0,6}?[^\n]{0,200}?\s(?:-u|--user)[ =]?["']?[^\s:"'$]{0,80}["']?:["']?([^\s"'$<][^\s"'$<]{2,200})/y,
    isSecret: isSet,
  },
  {
    kind: 'password',
    begins: 'curl',
    needs: '-u',
    pattern: /\bcurl(?=\s)[^\n]{0,200}?\s(?:-u|--user)[ =]?["']([^\s:"'$]{8,80}):["']/y,
    isSecret: isSet,
  },
  {
    kind: 'password',
    begins: 'sshpass',
    pattern: /\bsshpass\s{1,3}-p\s{0,2}["']?([^\s"'$]{3,128})/y,
    isSecret: isAny,
  },
  {
    kind: 'password',
    begins: 'psexec',
    pattern:
      /\bpsexec(?:64)?(?:\.exe)?\s[^\n]{0,160}?\s-u\s{1,3}\S{1,80}\s{1,3}-p\s{1,3}["']?([^\s"'$%]{3,128})/iy,
    isSecret: isAny,
  },
  {
    kind: 'password',
    begins: 'mysql|mariadb|mongo',
    pattern:
      /\b(?:mysql(?:dump|admin)?|mariadb|mongo(?:sh|dump)?)\s[^\n|]{0,120}?\s-p\s{0,2}["']?([^\s"'$<=-][^\s"'$<]{3,100})/y,
    isSecret: (value) => isPassword(value, 'bare'),
  },
  {
    kind: 'password',
    begins: 'net use',
    pattern: /\bnet use\s[^\n]{0,160}?\/user:\S{1,80}\s{1,3}["']?([^\s"'$%/]{3,128})/iy,
    isSecret: isAny,
  },
  {
    kind: 'password',
    begins: 'SecureString',
    pattern: /SecureString\s{1,3}(?:-String\s{1,3})?["']([^\s"'$]{3,128})["']\s{0,3}-AsPlain/iy,
    isSecret: isAny,
  },
  {
    kind: 'password',
    begins: 'NetworkCredential|DirectoryEntry',
    pattern:
      /(?:NetworkCredential|DirectoryEntry)\((?:\s{0,20}@?"[^"\n]{0,120}",){1,2}\s{0,20}@?"([^"\n$]{3,128})"/y,
    isSecret: isAny,
  },
  {
    kind: 'password',
    begins: 'password|pwd',
    pattern: /(?<=;[ \t]{0,3})(?:password|pwd)[ \t]{0,2}=[ \t]{0,2}([^;"'\s{}<>$%*#]{3,128})(?=[;"'\s]|$)/iy,
    isSecret: isAny,
  },
  {
    kind: 'credential',
    begins: 'sonar.login|sonar_login|sonarlogin',
    pattern: /sonar[._]?login["']?[\s,:=?]{1,8}["']?((?:sq[a-z]_)?[0-9A-Za-z]{40})(?![0-9A-Za-z])/iy,
  },
  {
    kind: 'vault',
    begins: 'unseal',
    pattern: /unseal(?: key)?(?: \d{1,2})?:? {1,3}([A-Za-z0-9+/]{43,44}=?)(?![A-Za-z0-9+/])/iy,
  },
  {
    kind: 'zapier',
    begins: 'hooks.zapier.com',
    pattern: /hooks\.zapier\.com\/hooks\/catch\/\d{5,10}\/[a-z0-9]{5,32}/y,
  },
  {
    kind: 'docker',
    begins: '.dockerc',
    pattern: /\.dockerc(?:onfigjson|fg)["']?:\s{0,3}["']?(ey[A-Za-z0-9+/]{10,8192}={0,2})/y,
  },
  {
    kind: 'private_key',
    begins: '"kty"',
    pattern: /"kty"\s{0,3}:\s{0,3}"(?:RSA|EC|OKP)"[^{}]{0,4096}?"d"\s{0,3}:\s{0,3}"([\w-]{20,1024})"/y,
  },
  {
    kind: 'private_key',
    begins: '"d"',
    pattern: /"d"\s{0,3}:\s{0,3}"([\w-]{20,1024})"[^{}]{0,4096}?"kty"\s{0,3}:/y,
  },
  {
    kind: 'docker',
    begins: '"auth"',
    pattern: /"auth"\s{0,3}:\s{0,3}"([A-Za-z0-9+/]{8,400}={0,2})"/y,
    isSecret: (value) => /^[\w.@<>+-]{1,80}:\S{3,}$/.test(Buffer.from(value, 'base64').toString('latin1')),
  },
];

const HASH_BODY = '[./A-Za-z0-9]';

/** Passwords as systems store them: whoever has one can try words until one fits. */
export const HASH_FORMS: readonly BegunForm[] = [
  {
    kind: 'password_hash',
    begins: '$1$|$apr1$',
    pattern: hash(`\\$(?:1|apr1)\\$${HASH_BODY}{1,16}\\$${HASH_BODY}{22}`),
  },
  {
    kind: 'password_hash',
    begins: '$2a$|$2b$|$2x$|$2y$',
    pattern: hash(`\\$2[abxy]\\$\\d\\d\\$${HASH_BODY}{53}`),
  },
  {
    kind: 'password_hash',
    begins: '$5$',
    pattern: hash(`\\$5\\$(?:rounds=\\d{1,9}\\$)?${HASH_BODY}{1,16}\\$${HASH_BODY}{43}`),
  },
  {
    kind: 'password_hash',
    begins: '$6$',
    pattern: hash(`\\$6\\$(?:rounds=\\d{1,9}\\$)?${HASH_BODY}{1,16}\\$${HASH_BODY}{86}`),
  },
  {
    kind: 'password_hash',
    begins: '$y$|$7$',
    pattern: hash(`\\$(?:y|7)\\$${HASH_BODY}{1,16}\\$${HASH_BODY}{1,86}\\$${HASH_BODY}{43}`),
  },
  {
    kind: 'password_hash',
    begins: '$8$|$9$',
    pattern: hash(`\\$[89]\\$${HASH_BODY}{14}\\$${HASH_BODY}{43}`),
  },
  {
    kind: 'password_hash',
    begins: '$argon2',
    pattern: hash(
      '\\$argon2(?:id|i|d)\\$(?:v=\\d{1,3}\\$)?m=\\d{1,9},t=\\d{1,4},p=\\d{1,3}\\$[A-Za-z0-9+/]{8,90}={0,2}\\$[A-Za-z0-9+/]{16,180}={0,2}',
    ),
  },
  {
    kind: 'password_hash',
    begins: '$krb5',
    pattern: hash('\\$krb5(?:asrep|tgs|pa)\\$\\d{2}\\$[^\\s"\']{16,8192}'),
  },
  {
    kind: 'password_hash',
    begins: 'pbkdf2_sha|scrypt:',
    pattern: hash(
      '(?:pbkdf2_sha\\d{1,3}\\$\\d{3,8}\\$[\\w+/]{6,64}\\$[A-Za-z0-9+/]{27,128}=?|scrypt:\\d{1,8}:\\d{1,3}:\\d{1,3}\\$\\w{8,64}\\$[0-9a-f]{64,128})',
    ),
  },
  {
    kind: 'password_hash',
    begins: '{SSHA|{SHA',
    pattern: hash('\\{S?SHA(?:256|384|512)?\\}[A-Za-z0-9+/]{27,140}={0,2}'),
  },
];

function hash(form: string): RegExp {
  return new RegExp(`${form}(?![./A-Za-z0-9])`, 'y');
}
