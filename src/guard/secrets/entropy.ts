/** How often each code unit was seen: all zero between two calls. */
const counts = new Uint32Array(0x1_0000);

/** Shannon entropy in bits a UTF-16 code unit. */
export function entropy(value: string): number {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    counts[code] = (counts[code] ?? 0) + 1;
  }
  let bits = 0;
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    const count = counts[code] ?? 0;
    if (count === 0) continue;
    bits -= (count / value.length) * Math.log2(count / value.length);
    counts[code] = 0;
  }
  return bits;
}
