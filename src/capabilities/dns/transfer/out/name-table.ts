/**
 * Where names stand in one message, for compression. Case counts: a secondary gets each name as the zone has
 * it. RFC 5936 §3.4.
 */

/** A power of two. */
const slotCount = 4096;
/** Names noted: more would make searches long, and 16 KiB of common zones hold fewer. */
const namesMax = slotCount / 2;
const pointerTargetMax = 0x3fff;

export class NameTable {
  private readonly hashes = new Int32Array(slotCount);
  /** 0: an empty slot. */
  private readonly ats = new Uint16Array(slotCount);
  private names = 0;

  clear(): void {
    this.ats.fill(0);
    this.names = 0;
  }

  /** Notes that a name with this hash stands at `at`, as far as a pointer reaches. RFC 1035 §4.1.4. */
  note(hash: number, at: number): void {
    if (at > pointerTargetMax || this.names === namesMax) return;
    this.names++;
    let slot = hash & (slotCount - 1);
    while (this.ats[slot] !== 0) slot = (slot + 1) & (slotCount - 1);
    this.ats[slot] = at;
    this.hashes[slot] = hash;
  }

  /** Where in `message` the uncompressed name stands that begins at `at` in `from`; 0: nowhere. */
  find(hash: number, message: Uint8Array, from: Uint8Array, at: number): number {
    for (let slot = hash & (slotCount - 1); ; slot = (slot + 1) & (slotCount - 1)) {
      const written = this.ats[slot]!;
      if (written === 0) return 0;
      if (this.hashes[slot] === hash && isNameAt(message, written, from, at)) return written;
    }
  }
}

function isNameAt(message: Uint8Array, writtenAt: number, from: Uint8Array, fromAt: number): boolean {
  let written = writtenAt;
  let at = fromAt;
  for (;;) {
    const length = message[written]!;
    if (length >= 0xc0) {
      // Each pointer leads back, so that this ends.
      written = ((length & 0x3f) << 8) | message[written + 1]!;
      continue;
    }
    if (length !== from[at]) return false;
    if (length === 0) return true;
    for (let i = 1; i <= length; i++) if (message[written + i] !== from[at + i]) return false;
    written += 1 + length;
    at += 1 + length;
  }
}
