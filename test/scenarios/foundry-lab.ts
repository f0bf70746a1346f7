/** For scenarios: the example lab, started as a user starts it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";

/** Folder of the program. */
export const program = join(import.meta.dirname, "../..");

/** Runs a copy of the lab on a port that the kernel chooses. */
export async function startLab(t: TestContext): Promise<{ folder: string; port: number }> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-foundry-"));
  cpSync(join(program, "examples/foundry"), folder, { recursive: true });
  const site = join(folder, "site.yaml");
  const text = readFileSync(site, "utf8")
    .replace(/^ {2}listen: .*$/m, '  listen: ["127.0.0.1:0"]')
    .replace("listen: 127.0.0.1:9953", "listen: 127.0.0.1:0");
  writeFileSync(site, text);
  const words = [
    join(program, "src/main.ts"),
    "start",
    "--json",
    "--site",
    site,
    "--data",
    join(folder, "data"),
  ];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "ignore"] });
  t.after(async () => {
    if (child.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true });
  });
  let printed = "";
  for await (const line of createInterface(child.stdout)) {
    printed += line;
    if (line === "}") break; // the end of the document
  }
  const status = JSON.parse(printed) as { capabilities: { listening: string[] }[] };
  return { folder, port: Number(status.capabilities[0]!.listening[0]!.split(":").at(-1)) };
}
