/** What other DHCP servers write beside a name, computed here from the rules alone. */
import { createHash } from "node:crypto";

const ethernet = 1;

export interface Identity {
  /** `52:54:00:12:34:56`. */
  readonly mac: string;
  /** Octets of option 61; absent when the client sends none. */
  readonly clientIdentifier?: Uint8Array;
}

/** Option 61 of clients that identify themselves by their hardware address. RFC 2132 §9.14. */
export function hardwareIdentifier(mac: string): Uint8Array {
  return Uint8Array.of(ethernet, ...octetsOf(mac));
}

/** The TXT record of dhcpd's `ddns-update-style interim`: 34 characters. */
export function interimText({ mac, clientIdentifier }: Identity): string {
  const md5 = (octets: Uint8Array) => createHash("md5").update(octets).digest("hex");
  return clientIdentifier === undefined ? `00${md5(hardwareIdentifier(mac))}` : `31${md5(clientIdentifier)}`;
}

/** The DHCID record in base64. RFC 4701 §3. `name` without the final dot. */
export function dhcid({ mac, clientIdentifier }: Identity, name: string): string {
  const wire = name
    .toLowerCase()
    .split(".")
    .flatMap((label) => [label.length, ...Buffer.from(label)]);
  const [type, identifier] =
    clientIdentifier === undefined
      ? [0, hardwareIdentifier(mac)]
      : clientIdentifier[0] === 255
        ? [2, clientIdentifier.subarray(5)] // the DUID behind the IAID, RFC 4361 §6.1
        : [1, clientIdentifier];
  const digest = createHash("sha256")
    .update(identifier)
    .update(Uint8Array.from([...wire, 0]))
    .digest();
  return Buffer.concat([Uint8Array.of(0, type, 1), digest]).toString("base64");
}

function octetsOf(mac: string): readonly number[] {
  return mac.split(":").map((octet) => Number.parseInt(octet, 16));
}
