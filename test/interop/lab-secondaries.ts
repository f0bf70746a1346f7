/** What each peer is told to be a secondary of zones, and which of its log lines say how it copied them. */
import { bindKey, type LabKey, type LabPeer, type PeerName } from "./lab-peers.ts";

export interface CopiedZone {
  readonly name: string;
  /** Signs transfers and notifications. */
  readonly key?: LabKey;
}

export async function startSecondary(
  peer: LabPeer,
  primaryPort: number,
  zones: readonly CopiedZone[],
): Promise<void> {
  await peer.start(configOf[peer.program](peer, primaryPort, zones));
}

/** How often the peer says that it has copied the zone by IXFR; nsd does not say by which of both. */
export function incrementalCopies(peer: LabPeer, zone: string): number {
  const line = {
    named: `transfer of '${zone}/IN'.*: got incremental response`,
    knotd: `\\[${zone}\\.\\] IXFR, incoming, .*finished`,
    nsd: `zone ${zone}\\. received update`,
  }[peer.program];
  return [...peer.log().matchAll(new RegExp(line, "g"))].length;
}

function keysOf(zones: readonly CopiedZone[]): readonly LabKey[] {
  return zones.flatMap(({ key }) => key ?? []);
}

const configOf: Readonly<
  Record<PeerName, (peer: LabPeer, primaryPort: number, zones: readonly CopiedZone[]) => string>
> = {
  named: (_, primaryPort, zones) => {
    const list = zones.map(({ name, key }, index) => {
      const signed = key === undefined ? "" : ` key "${key.name}"`;
      const teller = key === undefined ? "" : `allow-notify { !{ !key "${key.name}"; any; }; any; };`;
      const primaries = `primaries { 127.0.0.1 port ${primaryPort}${signed}; };`;
      return `zone "${name}" { type secondary; file "${index}.db"; ${primaries} ${teller} };`;
    });
    const statements = [...keysOf(zones).map(bindKey), ...list].join("\n");
    return `notify no; allow-transfer { any; };\n---\n${statements}\n`;
  },
  knotd: ({ folder }, primaryPort, zones) => {
    const keys = keysOf(zones).map(
      ({ name, algorithm, secret }) =>
        `  - id: ${name}\n    algorithm: ${algorithm}\n    secret: ${secret}\n`,
    );
    const remotes = zones.map(
      ({ key }, index) =>
        `  - id: primary${index}\n    address: 127.0.0.1@${primaryPort}\n${key === undefined ? "" : `    key: ${key.name}\n`}`,
    );
    const tellers = zones.map(
      ({ key }, index) =>
        `  - id: told${index}\n    address: 127.0.0.1\n    action: notify\n${key === undefined ? "" : `    key: ${key.name}\n`}`,
    );
    const list = zones.map(
      ({ name }, index) =>
        `  - domain: ${name}\n    master: primary${index}\n    acl: [told${index}, copy]\n`,
    );
    return `${keys.length === 0 ? "" : "key:\n"}${keys.join("")}remote:
${remotes.join("")}acl:
${tellers.join("")}  - id: copy
    address: 127.0.0.1
    action: transfer
template:
  - id: default
    storage: "${folder}"
    zonefile-sync: -1
    semantic-checks: off
zone:
${list.join("")}`;
  },
  nsd: (_, primaryPort, zones) => {
    const keys = keysOf(zones).map(
      ({ name, algorithm, secret }) =>
        `key:\n  name: "${name}"\n  algorithm: ${algorithm}\n  secret: "${secret}"\n`,
    );
    const list = zones.map(
      ({ name, key: { name: key } = { name: "NOKEY" } }, index) => `zone:
  name: ${name}
  zonefile: ${index}.zone
  request-xfr: 127.0.0.1@${primaryPort} ${key}
  allow-notify: 127.0.0.1 ${key}
  provide-xfr: 127.0.0.1 NOKEY
`,
    );
    return `${keys.join("")}${list.join("")}`;
  },
};
