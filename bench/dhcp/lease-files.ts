/** Leases as the peers keep them, to start one with so many: some would lease them for hours. */
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import { hardwareAddressOf } from "./client-message.ts";
import type { DhcpServerName } from "./dhcp-servers.ts";

interface FileLease {
  readonly address: string;
  /** With colons. */
  readonly hardwareAddress: string;
}

/** Lines of a lease file: the first clients have the first addresses of the pool. */
export function* leaseLines(
  server: DhcpServerName,
  { count, firstAddress, endSeconds }: { count: number; firstAddress: number; endSeconds: number },
): Generator<string> {
  const line = lines[server];
  if (line === undefined) throw new Error(`${server} has no lease file that could be written`);
  if (server.startsWith("kea")) yield keaHead;
  for (let number = 0; number < count; number++) {
    const hardwareAddress = hardwareAddressOf(number);
    yield line({ address: ipv4ToText(firstAddress + number), hardwareAddress }, endSeconds);
  }
}

const keaHead =
  "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context";

const keaLine = ({ address, hardwareAddress }: FileLease, endSeconds: number): string =>
  `${address},${hardwareAddress},01:${hardwareAddress},43200,${endSeconds},1,0,0,,0,`;

const lines: Readonly<Partial<Record<DhcpServerName, (lease: FileLease, endSeconds: number) => string>>> = {
  kea: keaLine,
  "kea-2": keaLine,
  dnsmasq: ({ address, hardwareAddress }, endSeconds) =>
    `${endSeconds} ${hardwareAddress} ${address} * 01:${hardwareAddress}`,
  dhcpd: ({ address, hardwareAddress }, endSeconds) =>
    `lease ${address} { starts epoch ${endSeconds - 43_200}; ends epoch ${endSeconds}; ` +
    "binding state active; next binding state free; rewind binding state free; " +
    `hardware ethernet ${hardwareAddress}; uid 01:${hardwareAddress}; }`,
};
