import { createHash } from 'node:crypto';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
/** Of version 0, and of those after it. */
const BECH32_SUMS = new Set([1, 0x2bc830a3]);
const ADDRESS_BYTES = 25;
const SUM_BYTES = 4;

/** Whether an address of a wallet holds its check sum: base58 with two rounds of SHA-256, or bech32. */
export function isWallet(address: string): boolean {
  return address.startsWith('bc1') ? isBech32(address) : isBase58Check(address);
}

function isBase58Check(address: string): boolean {
  const bytes = base58Bytes(address);
  if (bytes === undefined) return false;
  const body = bytes.subarray(0, ADDRESS_BYTES - SUM_BYTES);
  const sum = sha256(sha256(body)).subarray(0, SUM_BYTES);
  return sum.equals(bytes.subarray(ADDRESS_BYTES - SUM_BYTES));
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** The number that an address writes, in bytes; nothing where it is too great or a sign is none of base58. */
function base58Bytes(address: string): Uint8Array | undefined {
  const bytes = new Uint8Array(ADDRESS_BYTES);
  for (const sign of address) {
    let carried = BASE58.indexOf(sign);
    if (carried < 0) return undefined;
    for (let index = ADDRESS_BYTES - 1; index >= 0; index -= 1) {
      carried += 58 * (bytes[index] ?? 0);
      bytes[index] = carried & 0xff;
      carried >>= 8;
    }
    if (carried > 0) return undefined;
  }
  return bytes;
}

function isBech32(address: string): boolean {
  const digits = Array.from(address.slice(3), (sign) => BECH32.indexOf(sign));
  if (digits.includes(-1)) return false;
  return BECH32_SUMS.has(polymod([3, 3, 0, 2, 3, ...digits]));
}

function polymod(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of GENERATORS.entries()) if (((top >>> bit) & 1) === 1) sum ^= generator;
  }
  return sum;
}
