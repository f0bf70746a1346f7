/** The hashed owner names of NSEC3 records. RFC 5155 §5. */
import { hash } from "node:crypto";
import { readU16, type ZoneImage } from "../zones/image.ts";
import { lowerOctet } from "../zones/label-hash.ts";
import type { NamePlace } from "./name-place.ts";

const digestOctets = 20;
const labelOctets = 32;
/** Base 32 with extended hex alphabet, in lower case and without padding. RFC 4648 §7. */
const alphabet = Buffer.from("0123456789abcdefghijklmnopqrstuv");

export class Nsec3Hash {
  /** A name or a digest, then the salt. */
  private readonly input = new Uint8Array(255 + 255);

  /** Writes the label of the suffix of `name` that begins at `label`, hashed as the zone's chain wants it. */
  writeLabel(image: ZoneImage, name: NamePlace, label: number, to: Uint8Array): void {
    const { slab, nsec3Param } = image;
    const { input } = this;
    const iterations = readU16(slab, nsec3Param + 4);
    const saltAt = nsec3Param + 7;
    const saltEnd = saltAt + slab[saltAt - 1]!;
    const nameAt = name.labelAts[label]!;
    let length = 0;
    for (let at = nameAt; at < name.end; at++) input[length++] = lowerOctet[name.octets[at]!]!;
    for (let at = saltAt; at < saltEnd; at++) input[length++] = slab[at]!;
    let digest = hash("sha1", input.subarray(0, length), "buffer");
    if (iterations > 0) {
      for (let at = saltAt; at < saltEnd; at++) input[digestOctets + at - saltAt] = slab[at]!;
      const again = input.subarray(0, digestOctets + saltEnd - saltAt);
      for (let i = 0; i < iterations; i++) {
        input.set(digest);
        digest = hash("sha1", again, "buffer");
      }
    }
    writeBase32(digest, to);
  }
}

/** Eight characters for every five octets. */
function writeBase32(digest: Uint8Array, to: Uint8Array): void {
  to[0] = labelOctets;
  let bits = 0;
  let held = 0;
  let at = 1;
  for (const octet of digest) {
    held = (held << 8) | octet;
    for (bits += 8; bits >= 5; bits -= 5) to[at++] = alphabet[(held >>> (bits - 5)) & 31]!;
    held &= (1 << bits) - 1;
  }
}
