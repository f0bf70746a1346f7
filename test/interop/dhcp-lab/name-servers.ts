/** Name servers of others on a machine of the lab, whose zones are changed by updates that a key signs. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bindKey, type LabKey } from "../lab-peers.ts";
import { type Ended, until } from "../lab-tools.ts";
import type { Machine, RunningProgram } from "./machine.ts";

export interface UpdatedZones {
  /** Address of the machine. */
  readonly address: string;
  /** Texts of zones, by name without the final dot. */
  readonly zones: Readonly<Record<string, string>>;
  readonly key: LabKey;
}

export interface NameServer {
  readonly program: string;
  readonly debianPackage: string;
  /** With what its zones have become, when it ran before. */
  readonly start: (machine: Machine, zones: UpdatedZones) => Promise<RunningProgram>;
}

export const named: NameServer = {
  program: "named",
  debianPackage: "bind9",
  start(machine, { address, zones, key }) {
    const { folder } = machine;
    const list = Object.keys(zones).map(
      (name) => `zone "${name}" { type primary; file "${name}.db"; allow-update { key "${key.name}"; }; };\n`,
    );
    const options = `directory "${folder}"; pid-file none; session-keyfile "${folder}/session.key";
  listen-on { ${address}; }; listen-on-v6 { none; }; recursion no; dnssec-validation no;
  empty-zones-enable no;`;
    const config = `options { ${options} };\ncontrols { };\n${bindKey(key)}${list.join("")}`;
    const words = ["-g", "-n", "1", "-c", machine.write("named.conf", config)];
    return startWith(machine, { address, zones, key }, "named", words);
  },
};

export const knotd: NameServer = {
  program: "knotd",
  debianPackage: "knot",
  start(machine, { address, zones, key }) {
    const { folder } = machine;
    const list = Object.keys(zones).map(
      (name) => `  - domain: ${name}\n    file: ${name}.db\n    acl: change\n`,
    );
    const config = `server:
  rundir: "${folder}"
  listen: ${address}@53
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: stderr
    any: info
database:
  storage: "${folder}"
key:
  - id: ${key.name}
    algorithm: ${key.algorithm}
    secret: ${key.secret}
acl:
  - id: change
    key: ${key.name}
    action: update
template:
  - id: default
    storage: "${folder}"
zone:
${list.join("")}`;
    return startWith(machine, { address, zones, key }, "knotd", ["-c", machine.write("knot.conf", config)]);
  },
};

async function startWith(
  machine: Machine,
  { address, zones }: UpdatedZones,
  program: string,
  words: readonly string[],
): Promise<RunningProgram> {
  for (const [name, text] of Object.entries(zones))
    if (!existsSync(join(machine.folder, `${name}.db`))) machine.write(`${name}.db`, text);
  const running = machine.start(program, words);
  const [zone] = Object.keys(zones);
  const answers = async () => {
    if (!running.isRunning()) throw new Error(`${program} ended:\n${running.log()}`);
    return (await machine.lookUp(address, zone!, "SOA", "+tries=1", "+time=1")).length > 0 || undefined;
  };
  await until(`${program} answers`, answers, { told: running.log });
  return running;
}

/** Changes a zone as others would: lines of nsupdate, signed with the key. */
export function updateZone(
  machine: Machine,
  { address, key }: UpdatedZones,
  ...lines: readonly string[]
): Promise<Ended> {
  const script = machine.write("update", `server ${address}\n${lines.join("\n")}\nsend\n`);
  const keyFile = machine.write("update.key", bindKey(key), 0o600);
  return machine.run("nsupdate", "-k", keyFile, script);
}
