/** Asks on an Ethernet link whether somebody has an address. RFC 5227 §2.1.1. */
import type { Clock } from "#platform/clock/clock.ts";
import { arpOctets, arpProbe, readArp, writeArp } from "#protocols/link/arp.ts";
import { interfaceError } from "./interface-error.ts";
import { isEthernet, type NetworkInterface } from "./interfaces.ts";
import type { Libc } from "./libc.ts";
import { limits } from "./limits.ts";
import { etherType, linkAddress } from "./linux.ts";
import { ethernetBroadcast, openPacketSocket, writeLinkAddress } from "./packet-socket.ts";
import { type Prober, startProber } from "./prober.ts";

export interface ArpProberOptions {
  readonly libc: Libc;
  readonly interface: NetworkInterface;
  readonly clock?: Clock;
  /** The interface is down or no more; told once. */
  readonly onGone?: () => void;
}

/**
 * Tells the hardware address of who has an address. On a link that is not Ethernet there is nobody to ask: it
 * skips every probe. Throws ConfigError when a privilege is missing.
 */
export function openArpProber(options: ArpProberOptions): Prober<Uint8Array> {
  const { libc, interface: link, clock, onGone } = options;
  try {
    const fd = openPacketSocket({ libc, interface: link, etherType: etherType.arp });
    const probesMax = isEthernet(link) ? limits.probesMax : 0;
    return startProber({ libc, fd, form: probeForm(link), clock, onGone, probesMax });
  } catch (error) {
    throw interfaceError(error, { interfaceName: link.name, wants: "ARP" });
  }
}

function probeForm({ index, hardwareAddress }: NetworkInterface) {
  const destination = { index, etherType: etherType.arp, hardwareAddress: ethernetBroadcast };
  return {
    octetsMax: arpOctets,
    nameOctets: linkAddress.octets,
    write(octets: Uint8Array, name: DataView, address: number): number {
      writeLinkAddress(name, destination);
      return writeArp(arpProbe(address, hardwareAddress), octets);
    },
    /** Whatever its sender wants with it, a request too: it has the address. RFC 5227 §2.1.1. */
    read(octets: Uint8Array) {
      const { senderAddress, senderHardwareAddress } = readArp(octets);
      return { address: senderAddress, answer: senderHardwareAddress.slice() };
    },
  };
}
