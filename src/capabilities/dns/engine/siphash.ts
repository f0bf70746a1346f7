/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012) on 32-bit halves: v[2n] is the high half of v_n, v[2n + 1] the
 * low one.
 */
const v = new Uint32Array(8);

/**
 * Hash of the first `length` octets of `input` under a 16-octet key, as 8 octets, little-endian as the
 * authors write it.
 */
export function sipHash24(key: Uint8Array, input: Uint8Array, length: number, to: Uint8Array): void {
  const k0 = littleEndian(key, 0);
  const k1 = littleEndian(key, 4);
  const k2 = littleEndian(key, 8);
  const k3 = littleEndian(key, 12);
  v[0] = k1 ^ 0x736f6d65;
  v[1] = k0 ^ 0x70736575;
  v[2] = k3 ^ 0x646f7261;
  v[3] = k2 ^ 0x6e646f6d;
  v[4] = k1 ^ 0x6c796765;
  v[5] = k0 ^ 0x6e657261;
  v[6] = k3 ^ 0x74656462;
  v[7] = k2 ^ 0x79746573;
  const whole = length - (length % 8);
  for (let at = 0; at < whole; at += 8) absorb(littleEndian(input, at + 4), littleEndian(input, at));
  let low = 0;
  let high = length << 24;
  for (let i = 0; i < length % 8; i++) {
    if (i < 4) low |= input[whole + i]! << (8 * i);
    else high |= input[whole + i]! << (8 * (i - 4));
  }
  absorb(high, low);
  v[5]! ^= 0xff;
  for (let i = 0; i < 4; i++) round();
  putLittleEndian(to, 0, v[1]! ^ v[3]! ^ v[5]! ^ v[7]!);
  putLittleEndian(to, 4, v[0]! ^ v[2]! ^ v[4]! ^ v[6]!);
}

function absorb(high: number, low: number): void {
  v[6]! ^= high;
  v[7]! ^= low;
  round();
  round();
  v[0]! ^= high;
  v[1]! ^= low;
}

function round(): void {
  add(0, 2);
  rotate(2, 13);
  xor(2, 0);
  swap(0);
  add(4, 6);
  rotate(6, 16);
  xor(6, 4);
  add(0, 6);
  rotate(6, 21);
  xor(6, 0);
  add(4, 2);
  rotate(2, 17);
  xor(2, 4);
  swap(4);
}

function add(to: number, from: number): void {
  const low = v[to + 1]! + v[from + 1]!;
  v[to] = v[to]! + v[from]! + (low > 0xffffffff ? 1 : 0);
  v[to + 1] = low;
}

function xor(to: number, from: number): void {
  v[to]! ^= v[from]!;
  v[to + 1]! ^= v[from + 1]!;
}

function rotate(at: number, bits: number): void {
  const high = v[at]!;
  const low = v[at + 1]!;
  v[at] = (high << bits) | (low >>> (32 - bits));
  v[at + 1] = (low << bits) | (high >>> (32 - bits));
}

/** Rotation by 32 bits. */
function swap(at: number): void {
  const high = v[at]!;
  v[at] = v[at + 1]!;
  v[at + 1] = high;
}

function littleEndian(octets: Uint8Array, at: number): number {
  return octets[at]! | (octets[at + 1]! << 8) | (octets[at + 2]! << 16) | (octets[at + 3]! << 24);
}

function putLittleEndian(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value;
  octets[at + 1] = value >>> 8;
  octets[at + 2] = value >>> 16;
  octets[at + 3] = value >>> 24;
}
