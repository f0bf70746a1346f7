/** Takes a descriptor out of those that share a port, without losing what has arrived for it. */
import { addressOctets, scopeOf } from "#platform/listen/address-octets.ts";
import type { Descriptor } from "./descriptor.ts";
import type { Libc } from "./libc.ts";
import { socketAddress } from "./linux.ts";
import { writeSocketAddress } from "./socket-address.ts";

/**
 * The kernel gives new datagrams to the others that share the port; what waits in the descriptor's buffer can
 * still be received, and answered. There is no way back. For descriptors of one address, not of a wildcard.
 *
 * The descriptor is connected to its own address and port, from where nobody else can send; Linux spreads
 * peers over the unconnected ones only (since 5.3; before, it goes on to give to all).
 */
export function stepAside(libc: Libc, { fd, local }: Descriptor): void {
  const memory = new ArrayBuffer(socketAddress.slotOctets);
  const { address, port, family } = local;
  const place = { family, octets: addressOctets(address), port, scope: scopeOf(address) } as const;
  const octets = writeSocketAddress(new DataView(memory), place);
  // A refusal, such as for an address that the machine has no more, changes nothing: then nobody asks there.
  libc.connect(fd, libc.addressOf(memory), octets);
}
