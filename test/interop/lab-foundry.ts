/** The example lab, with two additions: ports that are free, and loopback in place of its secondary. */
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { LabHomeport } from "./lab-homeport.ts";
import { type Ended, freePort, run } from "./lab-tools.ts";

const example = join(import.meta.dirname, "../../examples/foundry");

export const forward = "dmz.mydomain.com";
export const reverse = "9.168.192.in-addr.arpa";

export interface Foundry {
  readonly homeport: LabHomeport;
  readonly controlPort: number;
  readonly keyFile: string;
  readonly nsupdate: (...lines: readonly string[]) => Promise<Ended>;
  /** Gives up as soon as the connection ends. */
  readonly nsupdateTcp: (...lines: readonly string[]) => Promise<Ended>;
  readonly rndc: (...words: readonly string[]) => Promise<Ended>;
}

/** Its secondaries stand on `secondaryPorts` of 127.0.0.1. */
export async function startFoundry(
  t: Pick<TestContext, "after">,
  secondaryPorts: readonly number[] = [],
): Promise<Foundry> {
  const homeport = await LabHomeport.place(t);
  const controlPort = await freePort();
  cpSync(example, homeport.folder, { recursive: true });
  const tellings = secondaryPorts.map((port) => `127.0.0.1:${port}`);
  const text = readFileSync(join(example, "site.yaml"), "utf8")
    .replace(/^ {2}listen: .*$/m, `  listen: ["127.0.0.1:${homeport.port}"]`)
    .replace("listen: 127.0.0.1:9953", `listen: 127.0.0.1:${controlPort}`)
    .replaceAll(
      'allowTransfer: ["192.168.9.0/24"]',
      `allowTransfer: ["192.168.9.0/24", "127.0.0.1"]\n      alsoNotify: ${JSON.stringify(tellings)}`,
    );
  homeport.write("site.yaml", text);
  await homeport.start();
  const keyFile = join(homeport.folder, "keys/rndc-key.key");
  const nsupdate = (words: readonly string[], lines: readonly string[]): Promise<Ended> =>
    run("nsupdate", ["-k", keyFile, ...words], {
      input: [`server 127.0.0.1 ${homeport.port}`, ...lines, "send", ""].join("\n"),
    });
  return {
    homeport,
    controlPort,
    keyFile,
    nsupdate: (...lines) => nsupdate([], lines),
    nsupdateTcp: (...lines) => nsupdate(["-v"], lines),
    rndc: (...words) => run("rndc", ["-k", keyFile, "-s", "127.0.0.1", "-p", String(controlPort), ...words]),
  };
}
