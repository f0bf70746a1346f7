/** From the methods of the site file to those who are asked. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { AddressFamily } from "#contracts/public-address.ts";
import { nearestName } from "#platform/site/nearest-name.ts";
import type { AddressConfig, MethodConfig } from "../config.ts";
import { limits } from "../limits.ts";
import { type EchoService, echoServiceOf, echoServices } from "./echo-services.ts";
import type { WitnessFacts } from "./methods/bounded-witness.ts";
import { commandWitness } from "./methods/command.ts";
import { dnsWitness, whoamiServers } from "./methods/dns.ts";
import { hostAndPort } from "./methods/host-and-port.ts";
import { httpsWitness } from "./methods/https.ts";
import { interfaceWitness } from "./methods/interface.ts";
import { methodLimits } from "./methods/limits.ts";
import { natPmpWitness } from "./methods/nat-pmp.ts";
import { pcpWitness } from "./methods/pcp.ts";
import { routeWitness } from "./methods/route.ts";
import { stunServers, stunWitness } from "./methods/stun.ts";
import { upnpWitness } from "./methods/upnp.ts";
import type { WitnessPorts } from "./methods/witness-ports.ts";
import type { Witness } from "./witness.ts";

const families = ["ipv4", "ipv6"] as const satisfies readonly AddressFamily[];
const familyTitles = { ipv4: "IPv4", ipv6: "IPv6" } as const;

/** The kernel is one voice, whichever way it is asked; and so is the router. */
const machineOperator = "this machine";
const routerOperator = "router";

/** One who would be asked, before it is known whether its word alone counts. */
interface Candidate extends Omit<WitnessFacts, "isTrusted"> {
  readonly open: (facts: WitnessFacts, ports: WitnessPorts, alsoPublic: readonly string[]) => Witness;
}

/**
 * Those of a family's methods, in the order of the site file. The only method of a family is trusted, except
 * where it stands for several operators: they can be held against each other.
 */
export function witnessesOf(
  family: AddressFamily,
  methods: readonly MethodConfig[],
  { alsoPublic }: Pick<AddressConfig, "alsoPublic">,
  ports: WitnessPorts,
): readonly Witness[] {
  const isAlone = methods.length === 1;
  return methods.flatMap((method) => {
    const candidates = candidatesOf(method, family);
    const operators = new Set(candidates.map(({ operator }) => operator));
    const isTrusted = method.trust || (isAlone && operators.size === 1);
    return candidates.map(({ open, ...facts }) => open({ ...facts, isTrusted }, ports, alsoPublic));
  });
}

/** Who would be asked: when fewer than have to agree, and none is trusted, no change ever counts. */
export function operatorsOf(family: AddressFamily, methods: readonly MethodConfig[]): ReadonlySet<string> {
  const candidates = methods.flatMap((method) => candidatesOf(method, family));
  return new Set(candidates.map(({ operator }) => operator));
}

function candidatesOf(method: MethodConfig, family: AddressFamily): readonly Candidate[] {
  switch (method.method) {
    case "https":
      return servicesOf(method.services, family).map(httpsCandidate);
    case "dns":
      return whoamiServers.map((server) => ({
        title: `dns ${server.name}`,
        operator: server.operator,
        pauseMsMin: methodLimits.questionPauseMs,
        open: (facts, ports, alsoPublic) =>
          dnsWitness(facts, { server, over: method.over, ports, alsoPublic }),
      }));
    case "stun":
      return (method.servers ?? stunServers.map(({ server }) => server)).map(stunCandidate);
    default:
      return [ownCandidate(method)];
  }
}

function servicesOf(names: readonly string[] | undefined, family: AddressFamily): readonly EchoService[] {
  const chosen = names?.flatMap((name) => echoServiceOf(name) ?? []) ?? echoServices;
  return chosen.filter((service) => service[family] !== undefined);
}

function httpsCandidate(service: EchoService): Candidate {
  const { name, operator, pauseMsMin = limits.servicePauseMs } = service;
  return {
    title: name,
    operator,
    pauseMsMin,
    open: (facts, { http }, alsoPublic) => httpsWitness(facts, { service, http, alsoPublic }),
  };
}

function stunCandidate(server: string): Candidate {
  const { host } = hostAndPort(server, 0);
  const known = stunServers.find((one) => hostAndPort(one.server, 0).host === host.toLowerCase());
  return {
    title: `stun ${server.replace(/:3478$/, "")}`,
    operator: known?.operator ?? host,
    pauseMsMin: known === undefined ? 0 : methodLimits.questionPauseMs,
    open: (facts, ports, alsoPublic) => stunWitness(facts, { server, ports, alsoPublic }),
  };
}

type OwnMethod = Exclude<MethodConfig, { readonly method: "https" | "dns" | "stun" }>;

/** This machine, its router and its programs may be asked as often as one likes. */
function ownCandidate(method: OwnMethod): Candidate {
  const pauseMsMin = 0;
  switch (method.method) {
    case "interface":
      return {
        title: `interface ${method.interface}`,
        operator: machineOperator,
        pauseMsMin,
        open: (facts, ports, alsoPublic) =>
          interfaceWitness(facts, { interface: method.interface, facts: ports, alsoPublic }),
      };
    case "route":
      return {
        title: "route",
        operator: machineOperator,
        pauseMsMin,
        open: (facts, ports, alsoPublic) =>
          routeWitness(facts, { openUdp: ports.openUdp, facts: ports, alsoPublic }),
      };
    case "command":
      return {
        title: `command ${method.command[0]!.split("/").at(-1)}`,
        operator: `command ${method.command[0]}`,
        pauseMsMin,
        open: (facts, { runProgram }, alsoPublic) =>
          commandWitness(facts, { command: method.command, runProgram, alsoPublic }),
      };
    default:
      return routerCandidate(method);
  }
}

function routerCandidate(
  method: Extract<MethodConfig, { readonly method: "upnp" | "nat-pmp" | "pcp" }>,
): Candidate {
  const { router } = method;
  const place = method.method === "upnp" && router !== undefined ? new URL(router).host : router;
  return {
    title: place === undefined ? method.method : `${method.method} ${place}`,
    operator: routerOperator,
    pauseMsMin: 0,
    open: (facts, ports, alsoPublic) => {
      const options = { router, ports, alsoPublic };
      if (method.method === "upnp") return upnpWitness(facts, options);
      return method.method === "pcp" ? pcpWitness(facts, options) : natPmpWitness(facts, options);
    },
  };
}

/** What is wrong with the methods of the site file beyond its form. */
export function witnessProblems(config: AddressConfig): readonly ConfigProblem[] {
  return families.flatMap((family) =>
    config[family].flatMap((method, index) => problemsOf(method, family, `ddns.address.${family}[${index}]`)),
  );
}

function problemsOf(method: MethodConfig, family: AddressFamily, path: string): readonly ConfigProblem[] {
  if (method.method === "https") {
    const services = method.services ?? [];
    return services.flatMap((name, at) => serviceProblems(name, family, `${path}.services[${at}]`));
  }
  const isIpv4Only = method.method === "upnp" || method.method === "nat-pmp";
  if (!isIpv4Only || family === "ipv4") return [];
  const what = `${method.method} tells IPv4 addresses only`;
  return [{ severity: "error", path, what, remedy: "take it out of ddns.address.ipv6" }];
}

function serviceProblems(name: string, family: AddressFamily, path: string): readonly ConfigProblem[] {
  const service = echoServiceOf(name);
  if (service === undefined) {
    const known = echoServices.map((one) => one.name);
    const nearest = nearestName(name, known);
    const remedy = nearest === undefined ? `write a URL, or one of ${known.join(", ")}` : `write ${nearest}`;
    return [{ severity: "error", path, what: `there is no known service "${name}"`, remedy }];
  }
  if (service[family] === undefined) {
    const what = `${name} does not tell ${familyTitles[family]} addresses`;
    return [{ severity: "error", path, what, remedy: `take it out of ddns.address.${family}` }];
  }
  if (!/^http:/i.test(name)) return [];
  const what = `${name} is plain HTTP: whoever is on the way can change its answer`;
  return [{ severity: "warning", path, what, remedy: "write https:// where it has that" }];
}
