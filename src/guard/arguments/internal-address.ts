/** Names that lead to the metadata service of a cloud, whatever they resolve to here. */
const METADATA_NAMES = new Set([
  'metadata.google.internal',
  'metadata.goog',
  'metadata',
  'metadata.azure.com',
  'metadata.azure.internal',
  'metadata.tencentyun.com',
  'metadata.packet.net',
  'metadata.platformequinix.com',
  'localhost4',
  'localhost6',
  'ip6-localhost',
  'ip6-loopback',
  'instance-data',
  'instance-data.ec2.internal',
  'kubernetes.default.svc',
]);
/** Public names that resolve to an address written into them, or to loopback; and names that only exist inside. */
const WILDCARD_NAME =
  /(?:^|\.)(?:localtest\.me|lvh\.me|nip\.io|sslip\.io|xip\.io|localhost)$|\.(?:local|localdomain|internal|intranet|lan|corp|home\.arpa)$/;

/**
 * True where a host, as written in a URL, leads inwards: loopback, private, link-local, shared, unspecified or
 * metadata addresses, in any number form (decimal, octal, hexadecimal, short, IPv4 inside IPv6), and names that
 * stand for them. What a public name resolves to is checked when connecting, not here.
 */
export function isInternalHost(written: string): boolean {
  const host = written
    .normalize('NFKC')
    .replace(/[\u3002\uff61]/g, '.')
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  if (host === '' || METADATA_NAMES.has(host) || host === 'localhost' || WILDCARD_NAME.test(host))
    return host !== '';
  if (host.includes(':')) return isInternalSix(host);
  const address = parseFour(host);
  return address !== undefined && isInternalFour(address);
}

/** An IPv4 address in any form `inet_aton` takes, as an unsigned number, or `undefined` where it is a name. */
function parseFour(host: string): number | undefined {
  const parts = host.split('.', 5);
  if (parts.length > 4) return undefined;
  const numbers = parts.map(parseNumber);
  if (numbers.some((value) => !Number.isSafeInteger(value))) return undefined;
  const last = numbers.pop() ?? 0;
  if (numbers.some((value) => value > 255) || last >= 256 ** (4 - numbers.length)) return undefined;
  return numbers.reduce((sum, value, index) => sum + value * 256 ** (3 - index), last);
}

function parseNumber(part: string): number {
  if (/^0x[0-9a-f]{1,12}$/.test(part)) return Number.parseInt(part, 16);
  if (/^0[0-7]{1,16}$/.test(part)) return Number.parseInt(part, 8);
  return /^\d{1,12}$/.test(part) ? Number.parseInt(part, 10) : Number.NaN;
}

const RANGES: readonly [base: number, bits: number][] = (
  [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['255.255.255.255', 32],
  ] as const
).map(([base, bits]) => [parseFour(base) ?? 0, bits]);

function isInternalFour(address: number): boolean {
  return RANGES.some(
    ([base, bits]) => Math.floor((address - base) / 2 ** (32 - bits)) === 0 && address >= base,
  );
}

function isInternalSix(host: string): boolean {
  const plain = host.replace(/%.*$/, '');
  const embedded =
    /^(?:::ffff:|::|64:ff9b::|(?:0{1,4}:){5}(?:ffff|0{1,4}):)(?:(\d{1,3}(?:\.\d{1,3}){3})|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/.exec(
      plain,
    );
  if (embedded !== null) {
    const [, dotted, high = '0', low = '0'] = embedded;
    const address =
      dotted === undefined
        ? Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16)
        : parseFour(dotted);
    return address !== undefined && isInternalFour(address);
  }
  return /^(?:0{0,4}:){1,7}0{0,3}[01]?$|^::$|^f[cd][0-9a-f]{2}:|^fe[89ab][0-9a-f]:/.test(plain);
}
