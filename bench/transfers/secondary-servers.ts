/** Servers that copy a zone from a primary: how each is told to. And the primary, which is NSD. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../../test/peers.ts";

export interface SecondaryArrangement {
  readonly folder: string;
  readonly port: number;
  readonly zone: string;
  readonly primaryPort: number;
}

export interface PrimaryArrangement {
  readonly folder: string;
  readonly port: number;
  readonly zone: string;
  /** Zone file. */
  readonly file: string;
}

export const secondaryServers = ["homeport", "named", "knotd"] as const;
export type SecondaryServer = (typeof secondaryServers)[number];

/** Writes the config; returns the command that starts the server. */
export function arrangeSecondary(server: SecondaryServer, order: SecondaryArrangement): string[] {
  switch (server) {
    case "homeport":
      return arrangeHomeport(order);
    case "named":
      return arrangeNamed(order);
    case "knotd":
      return arrangeKnotd(order);
  }
}

function arrangeHomeport({ folder, port, zone, primaryPort }: SecondaryArrangement): string[] {
  const site = `site: bench
dns:
  listen: ["127.0.0.1:${port}"]
  workers: 1
  rateLimit: off
  zones: [{ name: ${zone}, primaries: ["127.0.0.1:${primaryPort}"], notify: no }]
`;
  const file = join(folder, "site.yaml");
  writeFileSync(file, site);
  const main = join(import.meta.dirname, "../../src/main.ts");
  return [process.execPath, main, "start", "--site", file, "--data", join(folder, "data")];
}

function arrangeNamed({ folder, port, zone, primaryPort }: SecondaryArrangement): string[] {
  const config = `options { directory "${folder}";
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
  pid-file none; session-keyfile none; recursion no; notify no; dnssec-validation no; max-records-per-type 0;
  minimal-responses yes; allow-transfer { none; }; };
controls { };
zone "${zone}" { type secondary; file "zone.db"; primaries port ${primaryPort} { 127.0.0.1; }; };
`;
  const file = join(folder, "named.conf");
  writeFileSync(file, config);
  return [findProgram("named")!, "-g", "-n", "1", "-c", file];
}

function arrangeKnotd({ folder, port, zone, primaryPort }: SecondaryArrangement): string[] {
  mkdirSync(join(folder, "run"), { recursive: true });
  const config = `server:
  listen: 127.0.0.1@${port}
  rundir: ${join(folder, "run")}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: ${folder}
remote:
  - id: primary
    address: 127.0.0.1@${primaryPort}
acl:
  - id: notify
    address: 127.0.0.1
    action: notify
zone:
  - domain: ${zone}
    master: primary
    acl: notify
    file: ${join(folder, "zone.db")}
`;
  const file = join(folder, "knot.conf");
  writeFileSync(file, config);
  return [findProgram("knotd")!, "-c", file];
}

/** NSD gives a zone of a million names away in less time than any of the others takes it in. */
export function arrangePrimary({ folder, port, zone, file }: PrimaryArrangement): string[] {
  const config = `server:
  ip-address: 127.0.0.1@${port}
  server-count: 1
  username: ""
  chroot: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: "${folder}/nsd.pid"
  xfrdfile: "${folder}/xfrd.state"
  xfrdir: "${folder}"
  zonelistfile: "${folder}/zone.list"
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: ${zone}
  zonefile: ${file}
  provide-xfr: 127.0.0.1 NOKEY
`;
  const name = join(folder, "nsd.conf");
  writeFileSync(name, config);
  return [findProgram("nsd")!, "-d", "-c", name];
}
