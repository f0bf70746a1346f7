/** The office, and a network behind a relay agent that belongs to it. */
import type { TestContext } from "node:test";
import { until } from "../lab-tools.ts";
import type { LabSite } from "./homeport-machine.ts";
import type { Switch } from "./lab.ts";
import type { RunningProgram } from "./machine.ts";
import { domain, type Office, type OfficeOptions, openOffice, serverAddress, siteOf } from "./office.ts";
import type { RelayAgent } from "./relays.ts";

export const relayAddress = "198.51.100.1";

export interface FarNetwork extends Office {
  readonly farLan: Switch;
  readonly relaying: RunningProgram;
}

/** `dhcp` and `subnet` are laid over the site and over the far network. */
export async function openFarNetwork(
  t: TestContext,
  agent: RelayAgent,
  { dhcp = {}, subnet = {}, ...options }: Omit<OfficeOptions, "site"> & Settings,
): Promise<FarNetwork | undefined> {
  const programs = [[agent.program, agent.debianPackage] as const];
  const office = await openOffice(t, { ...options, programs, site: farSiteOf({ dhcp, subnet }) });
  if (office === undefined) return undefined;
  const { lab, lan, server } = office;
  const farLan = lab.switch();
  const relay = lab.plugged("relay", lan, { address: "192.0.2.2/24" });
  lab.plug(relay, farLan, { address: `${relayAddress}/24` });
  await relay.run("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward");
  server.ip("route", "add", "198.51.100.0/24", "via", "192.0.2.2");
  const relaying = agent.start(relay, { server: serverAddress, relay: relayAddress });
  await until("the relay listens", () => relaying.log().includes(agent.listens) || undefined, {
    told: relaying.log,
  });
  return { ...office, farLan, relaying };
}

interface Settings {
  readonly dhcp?: Readonly<Record<string, unknown>>;
  readonly subnet?: Readonly<Record<string, unknown>>;
}

function farSiteOf({ dhcp = {}, subnet = {} }: Settings): LabSite {
  const base = siteOf({ dhcp });
  const far = {
    subnet: "198.51.100.0/24",
    pools: ["198.51.100.100-198.51.100.150"],
    gateway: relayAddress,
    ...subnet,
  };
  const subnets = [...(base.dhcp!["subnets"] as readonly object[]), far];
  const reverse = { name: "100.51.198.in-addr.arpa", file: `${domain}.db` };
  const zones = [...(base.dns!["zones"] as readonly object[]), reverse];
  return { ...base, dns: { ...base.dns, zones }, dhcp: { ...base.dhcp, subnets } };
}
