/** What each peer is told to be the primary of zones, and how it is made to change one. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { requirePeer } from "../peers.ts";
import type { LabHomeport } from "./lab-homeport.ts";
import { bindKey, type LabKey, type LabPeer, type PeerName, peerPackageOf } from "./lab-peers.ts";
import { run, serialOf, until } from "./lab-tools.ts";
import { scriptOf } from "./lab-updates.ts";

export interface GivenZone {
  /** Without the final dot. */
  readonly name: string;
  readonly text: string;
  /** Signs transfers and notifications. */
  readonly key?: LabKey;
}

/** `notifyPort`: where it sends NOTIFY. */
export async function startPrimary(
  peer: LabPeer,
  notifyPort: number,
  zones: readonly GivenZone[],
): Promise<void> {
  for (const { name, text } of zones) peer.write(`${name}.db`, text);
  await peer.start(configOf[peer.program](peer, notifyPort, zones));
}

/** Sends the lines in a message each. nsd takes no updates. */
export async function update(peer: LabPeer, zone: string, lines: readonly string[]): Promise<void> {
  const { errors } = await run("nsupdate", ["-v"], { input: scriptOf(peer.port, zone, lines) });
  assert.equal(errors, "");
}

/** nsd reads the changed file. */
export function rewrite(peer: LabPeer, zone: string, text: string): void {
  peer.write(`${zone}.db`, text);
  peer.signal("SIGHUP");
}

/** How often the peer says that it has given the zone away; nsd does not say. */
export function gifts(peer: LabPeer, zone: string): Record<"AXFR" | "IXFR", number> {
  const count = (kind: string): number => {
    const line = {
      named: `transfer of '${zone}/IN': ${kind} ended`,
      knotd: `\\[${zone}\\.\\] ${kind}, outgoing, .*finished`,
      nsd: "it does not say",
    }[peer.program];
    return [...peer.log().matchAll(new RegExp(line, "g"))].length;
  };
  return { AXFR: count("AXFR"), IXFR: count("IXFR") };
}

/** How long it may take until Homeport serves an update of the peer: knotd waits a second with NOTIFY. */
export const followMsMax: Readonly<Record<PeerName, number>> = { named: 1000, knotd: 2000, nsd: 1000 };

/** A zone of some 55,000 octets in a transfer. */
export function labZone(serial: number, ...lines: readonly string[]): string {
  const hosts = Array.from({ length: 2500 }, (_, index) => `s${index} A 10.1.${index >> 8}.${index & 255}`);
  const head = `$TTL 300\n@ SOA ns hostmaster ${serial} 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n`;
  return `${head}${[...hosts, ...lines].join("\n")}\n`;
}

/** Resolves when Homeport serves this serial number, with how long it took, in milliseconds. */
export async function follows(homeport: LabHomeport, zone: string, serial: number): Promise<number> {
  const startMs = performance.now();
  const is = async () => ((await serialOf(homeport.port, zone)) === serial ? true : undefined);
  await until(`Homeport serves ${zone} ${serial}`, is, { told: () => homeport.logText().slice(-3000) });
  return performance.now() - startMs;
}

export function hasPeers(t: TestContext, ...programs: readonly PeerName[]): boolean {
  const present = programs.every((program) => requirePeer(t, program, peerPackageOf[program]));
  return present && requirePeer(t, "nsupdate", "bind9-dnsutils");
}

const configOf: Readonly<
  Record<PeerName, (peer: LabPeer, notifyPort: number, zones: readonly GivenZone[]) => string>
> = {
  named: (_, notifyPort, zones) => {
    const list = zones.map(({ name, key }) => {
      const signed = key === undefined ? "" : ` key "${key.name}"`;
      const who = key === undefined ? "any" : `key "${key.name}"`;
      return `${key === undefined ? "" : bindKey(key)}
zone "${name}" { type primary; file "${name}.db"; allow-update { 127.0.0.1; }; allow-transfer { ${who}; };
  also-notify { 127.0.0.1 port ${notifyPort}${signed}; }; };`;
    });
    return `notify explicit; notify-rate 1000; serial-query-rate 1000;\n---\n${list.join("\n")}\n`;
  },
  knotd: ({ folder }, notifyPort, zones) => {
    const keys = zones.flatMap(({ key }) =>
      key === undefined
        ? []
        : `  - id: ${key.name}\n    algorithm: ${key.algorithm}\n    secret: ${key.secret}\n`,
    );
    const signed = (key: LabKey | undefined) => (key === undefined ? "" : `    key: ${key.name}\n`);
    const remotes = zones.map(
      ({ key }, index) => `  - id: here${index}\n    address: 127.0.0.1@${notifyPort}\n${signed(key)}`,
    );
    const lists = zones.map(
      ({ key }, index) =>
        `  - id: copy${index}\n    address: 127.0.0.1\n    action: transfer\n${signed(key)}`,
    );
    const list = zones.map(
      ({ name }, index) =>
        `  - domain: ${name}\n    file: ${name}.db\n    acl: [copy${index}, change]\n    notify: here${index}\n`,
    );
    return `${keys.length === 0 ? "" : "key:\n"}${keys.join("")}remote:
${remotes.join("")}acl:
${lists.join("")}  - id: change
    address: 127.0.0.1
    action: update
template:
  - id: default
    storage: "${folder}"
    zonefile-sync: -1
    journal-content: changes
    journal-max-depth: 2000
zone:
${list.join("")}`;
  },
  nsd: (_, notifyPort, zones) => {
    const keys = zones.flatMap(({ key }) =>
      key === undefined
        ? []
        : `key:\n  name: "${key.name}"\n  algorithm: ${key.algorithm}\n  secret: "${key.secret}"\n`,
    );
    const list = zones.map(
      ({ name, key: { name: key } = { name: "NOKEY" } }) => `zone:
  name: ${name}
  zonefile: ${name}.db
  store-ixfr: yes
  create-ixfr: yes
  provide-xfr: 127.0.0.1 ${key}
  notify: 127.0.0.1@${notifyPort} ${key}
`,
    );
    return `${keys.join("")}${list.join("")}`;
  },
};
