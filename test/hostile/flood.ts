/**
 * A server with two workers under random and mutated packets at full rate, while somebody asks what is right.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { askUdp } from "../../src/platform/dns-query/ask.ts";
import { labQuery } from "../scenarios/lab-query.ts";
import { residentOctets, startProgram } from "../scenarios/program.ts";
import { origin, zoneText } from "./hostile-zone.ts";

export interface FloodReport {
  readonly sent: number;
  readonly received: number;
  readonly answered: number;
  /** Thrown away by the kernel, since the workers were slower than the flood. */
  readonly overflowed: number;
  readonly faults: number;
  readonly deaths: readonly number[];
  /** Good queries, and how often one had to be asked again. */
  readonly asked: number;
  readonly askedAgain: number;
  /** Good queries that nobody answered however often they were asked. */
  readonly lost: number;
  /** Of the server: when the first part was over, the most since then, at the end. */
  readonly residentOctets: { readonly first: number; readonly most: number; readonly last: number };
  /** Errors in the server's log. */
  readonly errors: readonly string[];
}

interface Details {
  readonly workers: readonly { readonly deaths: number }[];
  readonly sockets: readonly { readonly udp: Readonly<Record<string, number>> }[];
}

/** At full rate the kernel throws away a third of what comes: a resolver, too, asks again. */
const triesMax = 20;

/** Resident memory is looked at from `settleSeconds` on. */
export async function flood(
  t: Pick<TestContext, "after">,
  {
    seconds,
    settleSeconds,
    seed,
  }: { readonly seconds: number; readonly settleSeconds: number; readonly seed: number },
): Promise<FloodReport> {
  const dns = ['listen: ["127.0.0.1:0"]', "workers: 2", `zones: [{ name: ${origin}, file: zone.db }]`];
  const program = await startProgram(t, { dns, zone: zoneText });
  const sender = spawn(
    process.execPath,
    [join(import.meta.dirname, "flood-sender.ts"), `${program.port}`, `${seed}`],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const exited = once(sender, "exit");
  t.after(async () => {
    sender.stdin.end();
    await exited;
  });
  const startedAtMs = performance.now();
  const elapsed = () => (performance.now() - startedAtMs) / 1000;
  const server = { address: "127.0.0.1", port: program.port };
  let [asked, askedAgain, lost, first, most] = [0, 0, 0, 0, 0];
  while (elapsed() < seconds && program.child.exitCode === null) {
    asked++;
    const query = labQuery(asked, `mail.${origin}.`);
    let tries = 0;
    while (tries < triesMax && !(await askUdp(query, server, 500).then(isGood, () => false))) tries++;
    askedAgain += Math.min(tries, 1);
    if (tries === triesMax) lost++;
    const resident = residentOctets(program.child);
    if (elapsed() < settleSeconds) first = resident;
    else most = Math.max(most, resident);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const last = residentOctets(program.child);
  const sent = once(sender.stdout.setEncoding("utf8"), "data");
  sender.stdin.end();
  const [text] = (await sent) as [string];
  const { stdout } = program.command("status", "--json");
  const status = JSON.parse(stdout) as { capabilities: { details: Details }[] };
  const { workers, sockets } = status.capabilities[0]!.details;
  const { received = 0, answered = 0, overflowed = 0, faults = 0 } = sockets[0]!.udp;
  const errors = program
    .log()
    .filter(({ level }) => level !== "info")
    .map(({ msg }) => msg);
  return {
    sent: Number(text),
    received,
    answered,
    overflowed,
    faults,
    deaths: workers.map(({ deaths }) => deaths),
    asked,
    askedAgain,
    lost,
    residentOctets: { first, most, last },
    errors,
  };
}

function isGood(answer: Uint8Array): boolean {
  return (answer[3]! & 15) === 0 && answer[7] === 1;
}
