/** A small network whose DHCP and DNS is Homeport: machines join it by their own DHCP clients. */
import type { TestContext } from "node:test";
import { until } from "../lab-tools.ts";
import { type Capture, captureDhcp } from "./capture.ts";
import { type ClientName, dhcpClients } from "./clients.ts";
import { HomeportMachine, type LabSite } from "./homeport-machine.ts";
import { DhcpLab, type Switch } from "./lab.ts";
import type { Machine } from "./machine.ts";

export const serverAddress = "192.0.2.1";
export const domain = "lan.example";
export const reverse = "2.0.192.in-addr.arpa";

export interface OfficeOptions {
  readonly clients?: readonly ClientName[];
  /** Other programs that the test needs, with their Debian packages. */
  readonly programs?: readonly (readonly [program: string, debianPackage: string])[];
  readonly site?: LabSite;
  /** Of Homeport. */
  readonly address?: string;
}

/** The network before Homeport serves it. */
export interface Lan {
  readonly lab: DhcpLab;
  readonly lan: Switch;
  readonly server: Machine;
  readonly capture: Capture;
  /** Writes a site; the program can be started then. */
  readonly place: (site: LabSite) => HomeportMachine;
}

export interface Office extends Omit<Lan, "place"> {
  readonly homeport: HomeportMachine;
  readonly look: (name: string, type: string) => Promise<readonly string[]>;
  /** Resolves when Homeport answers so; an empty list is an answer, too. */
  readonly shows: (name: string, type: string, wanted: readonly string[]) => Promise<void>;
}

export async function openLan(
  t: TestContext,
  { clients = [], programs = [], address = serverAddress }: Omit<OfficeOptions, "site">,
): Promise<Lan | undefined> {
  const needed = clients.map((name) => [dhcpClients[name].program, dhcpClients[name].debianPackage] as const);
  const lab = DhcpLab.open(t, ...programs, ...needed);
  if (lab === undefined) return undefined;
  const lan = lab.switch();
  const server = lab.plugged("server", lan, { address: `${address}/24` });
  const capture = await captureDhcp(lan);
  return { lab, lan, server, capture, place: (site) => HomeportMachine.place(server, site) };
}

export async function openOffice(t: TestContext, options: OfficeOptions): Promise<Office | undefined> {
  const lan = await openLan(t, options);
  if (lan === undefined) return undefined;
  const { place, ...rest } = lan;
  const homeport = place(options.site ?? siteOf());
  await homeport.start();
  const address = options.address ?? serverAddress;
  const look = (name: string, type: string) => lan.server.lookUp(address, name, type);
  return {
    ...rest,
    homeport,
    look,
    async shows(name, type, wanted) {
      let seen: readonly string[] = [];
      const is = async () => {
        seen = await look(name, type);
        return seen.join() === wanted.join() || undefined;
      };
      const told = () => `it is ${seen.join()}\n${homeport.logText()}`;
      await until(`${name} ${type} is ${wanted.join()}`, is, { told });
    },
  };
}

/** The site; `dhcp` is laid over what every test needs, `subnet` over its one subnet. */
export function siteOf({
  dhcp = {},
  subnet = {},
  records = [],
}: {
  readonly dhcp?: Readonly<Record<string, unknown>>;
  readonly subnet?: Readonly<Record<string, unknown>>;
  /** Of the forward zone. */
  readonly records?: readonly string[];
} = {}): LabSite {
  const head = `$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns.${domain}.\n`;
  return {
    domain,
    dns: {
      listen: [`${serverAddress}:53`],
      workers: 1,
      zones: [domain, reverse].map((name) => ({ name, file: `${name}.db` })),
    },
    dhcp: {
      probe: "off",
      besideOthers: true, // begins at once, without a look for other servers
      subnets: [
        {
          subnet: "192.0.2.0/24",
          interface: "eth0",
          pools: ["192.0.2.100-192.0.2.150"],
          dnsServers: ["self"],
          ...subnet,
        },
      ],
      ...dhcp,
    },
    files: {
      [`${domain}.db`]: `${head}ns A ${serverAddress}\n${records.map((line) => `${line}\n`).join("")}`,
      [`${reverse}.db`]: head,
    },
  };
}

/** The name that points back from an address of the office. */
export function pointerOf(address: string): string {
  return `${address.split(".").toReversed().join(".")}.in-addr.arpa`;
}
