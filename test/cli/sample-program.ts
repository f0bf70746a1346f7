/** A program with one small capability: what the surfaces do, shown without a name server. */
import { join } from "node:path";
import { z } from "zod";
import type { Capability, CapabilityDoor } from "#contracts/capability.ts";
import { type Command, ExitCode } from "#contracts/command.ts";
import { ConfigError, type ConfigProblem } from "#contracts/configuration.ts";
import { defineRoute } from "#contracts/route.ts";
import { runCommandLine } from "#surfaces/cli/run.ts";

const EchoConfig = z.strictObject({
  greeting: z.string().describe("What to say"),
  zones: z.array(z.strictObject({ name: z.string() })).default([]),
});
type EchoConfig = z.output<typeof EchoConfig>;

/** The greeting "wrong" is refused at start, reload and check; "doubtful" is a warning. */
function problemsOf({ greeting }: EchoConfig): ConfigProblem[] {
  const path = "echo.greeting";
  if (greeting === "wrong")
    return [{ severity: "error", path, what: "nobody says this", remedy: "write hello" }];
  if (greeting === "doubtful") return [{ severity: "warning", path, what: "few say this" }];
  return [];
}

function refuse(config: EchoConfig): void {
  const errors = problemsOf(config).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new ConfigError("HP_ECHO", errors);
}

const echo: Capability<typeof EchoConfig> = {
  id: "echo",
  summary: "Says a greeting",
  config: async () => EchoConfig,
  async start(first) {
    refuse(first);
    let config = first;
    const route = defineRoute({
      method: "GET",
      path: "/api/echo/zones",
      summary: "Its zones",
      answer: z.array(z.looseObject({ name: z.string() })),
      handle: () => config.zones,
    });
    return {
      routes: [route],
      status: () => ({
        summary: `says ${config.greeting}`,
        problems: problemsOf(config),
        listening: [],
        hints: ["homeport zone list"],
        details: null,
      }),
      async prepare(next) {
        refuse(next);
        return {
          commit() {
            config = next;
          },
          discard() {},
        };
      },
      async [Symbol.asyncDispose]() {},
    };
  },
  check: async (config) => problemsOf(config),
};

const zoneList: Command = {
  words: ["zone", "list"],
  summary: "list the zones",
  async run({ api, json, terminal }) {
    const zones = (await api.request("GET", "/api/echo/zones")) as readonly { name: string }[];
    terminal.print(json ? JSON.stringify(zones) : zones.map(({ name }) => name).join("\n"));
    return ExitCode.ok;
  },
};

const zoneShow: Command = {
  words: ["zone", "show"],
  summary: "show a zone",
  arguments: [
    { name: "zone", summary: "its name", required: true, complete: "zone" },
    { name: "files", summary: "more", required: false, variadic: true, complete: "file" },
  ],
  options: [
    { name: "as", short: "a", value: "FORM", summary: "how", choices: ["text", "wire"] },
    { name: "quiet", summary: "say nothing" },
    { name: "into", value: "DIR", summary: "where to", complete: "folder" },
  ],
  async run({ arguments: words, options, json, terminal }) {
    terminal.print(JSON.stringify({ words, options, json }));
    return ExitCode.ok;
  },
};

const leaseList: Command = {
  words: ["lease", "list"],
  summary: "list the leases",
  async run({ terminal }) {
    const leases = [
      { address: "192.0.2.7", name: null },
      { address: "192.0.2.8", name: "tv.example" },
    ];
    const holders = [{ user: "ada" }, { user: "bob" }, { user: "ada" }];
    terminal.print(JSON.stringify({ leases, holders }));
    return ExitCode.ok;
  },
};

const leaseShow: Command = {
  words: ["lease", "show"],
  summary: "show a lease",
  arguments: [{ name: "who", summary: "its address or name", required: true, complete: "lease" }],
  options: [
    { name: "of", value: "USER", summary: "whose", complete: { command: "lease list", list: "holders" } },
  ],
  run: async () => ExitCode.ok,
};

const fail: Command = {
  words: ["fail"],
  summary: "ask for a zone that is not there",
  async run({ api }) {
    await api.request("GET", "/api/nothing");
    return ExitCode.ok;
  },
};

const door: CapabilityDoor = {
  commands: [zoneList, zoneShow, leaseList, leaseShow, fail],
  open: async () => echo as unknown as Capability,
};

process.exitCode = await runCommandLine({
  words: process.argv.slice(2),
  capabilities: [door],
  programFolder: join(import.meta.dirname, "..", ".."),
});
