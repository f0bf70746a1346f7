/** Servers that take signed updates of one zone: how each is told to. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../../test/peers.ts";

export interface UpdateArrangement {
  readonly folder: string;
  readonly port: number;
  readonly zone: string;
  /** Zone file, which the server may write. */
  readonly file: string;
  readonly key: string;
  readonly algorithm: string;
  /** In base64. */
  readonly secret: string;
}

export const updateServers = ["homeport", "named", "knotd"] as const;
export type UpdateServer = (typeof updateServers)[number];

/** Writes the config; returns the command that starts the server. */
export function arrangeUpdateServer(server: UpdateServer, order: UpdateArrangement): string[] {
  switch (server) {
    case "homeport":
      return arrangeHomeport(order);
    case "named":
      return arrangeNamed(order);
    case "knotd":
      return arrangeKnotd(order);
  }
}

function arrangeHomeport({ folder, port, zone, file, key, algorithm, secret }: UpdateArrangement): string[] {
  const site = `site: bench
dns:
  listen: ["127.0.0.1:${port}"]
  workers: 1
  rateLimit: off
  keys: [{ name: ${key}, algorithm: ${algorithm}, secret: "${secret}" }]
  zones:
    - { name: ${zone}, file: ${file}, allowUpdate: ["key ${key}"], allowTransfer: ["any"], notify: no }
`;
  writeFileSync(join(folder, "site.yaml"), site, { mode: 0o600 });
  const main = join(import.meta.dirname, "../../src/main.ts");
  return [
    process.execPath,
    main,
    "start",
    "--site",
    join(folder, "site.yaml"),
    "--data",
    join(folder, "data"),
  ];
}

function arrangeNamed({ folder, port, zone, file, key, algorithm, secret }: UpdateArrangement): string[] {
  const config = `options { directory "${folder}";
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
  pid-file none; session-keyfile none; recursion no; notify no; update-quota 1000; dnssec-validation no; };
controls { };
key "${key}" { algorithm ${algorithm}; secret "${secret}"; };
zone "${zone}" { type primary; file "${file}"; allow-update { key "${key}"; }; allow-transfer { any; }; };
`;
  writeFileSync(join(folder, "named.conf"), config);
  return [programOf("named"), "-g", "-n", "1", "-c", join(folder, "named.conf")];
}

function arrangeKnotd({ folder, port, zone, file, key, algorithm, secret }: UpdateArrangement): string[] {
  mkdirSync(join(folder, "run"), { recursive: true });
  const config = `server:
  listen: 127.0.0.1@${port}
  rundir: ${join(folder, "run")}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: ${folder}
key:
  - id: ${key}
    algorithm: ${algorithm}
    secret: ${secret}
acl:
  - id: update
    key: ${key}
    action: update
  - id: transfer
    address: 127.0.0.1
    action: transfer
zone:
  - domain: ${zone}
    file: ${file}
    acl: [update, transfer]
    zonefile-sync: -1
    journal-content: changes
`;
  writeFileSync(join(folder, "knot.conf"), config);
  return [programOf("knotd"), "-c", join(folder, "knot.conf")];
}

function programOf(name: string): string {
  const program = findProgram(name);
  if (program === undefined) throw new Error(`${name} is not installed; npm run peers installs it`);
  return program;
}
