/** `homeport key list` and `homeport key show NAME`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { type ConfigProblem, formatProblem } from "#contracts/configuration.ts";
import { alignColumns } from "#platform/terminal/columns.ts";
import { readKeyConfig } from "#platform/tsig/key-config.ts";
import { plainKeyName } from "#platform/tsig/key-file.ts";
import { type KeyUse, keyUses } from "./key-uses.ts";
import { dnsSectionOf, siteOfCall } from "./site-of-call.ts";

interface ListedKey {
  readonly name: string;
  /** Null where the key cannot be read. */
  readonly algorithm: string | null;
  /** Of the secret. */
  readonly octets: number | null;
  readonly file: string | null;
  readonly usedBy: readonly KeyUse[];
  readonly problems: readonly ConfigProblem[];
}

interface SiteKey {
  readonly listed: ListedKey;
  readonly secret: Uint8Array | undefined;
}

export async function keyList(call: CommandCall): Promise<ExitCode> {
  const { json, terminal } = call;
  const keys = (await keysOf(call)).map(({ listed }) => listed);
  if (json) {
    terminal.print(JSON.stringify({ keys }, undefined, 2));
  } else if (keys.length === 0) {
    terminal.print("No keys yet. Make one:");
    terminal.print("  homeport key new NAME");
  } else {
    const head = ["KEY", "ALGORITHM", "OCTETS", "PLACES", "FILE", "USED FOR"];
    const rows = keys.map((key) => [
      key.name,
      key.algorithm ?? "-",
      key.octets === null ? "-" : String(key.octets),
      String(key.usedBy.length),
      key.file ?? "site.yaml",
      [...new Set(key.usedBy.map(({ setting }) => setting))].join(", "),
    ]);
    const sides = ["left", "left", "right", "right", "left", "left"] as const;
    for (const line of alignColumns([head, ...rows], sides)) terminal.print(line);
    for (const { problems } of keys)
      for (const problem of problems) terminal.printError(formatProblem(problem));
  }
  return exitOf(keys);
}

export async function keyShow(call: CommandCall): Promise<ExitCode> {
  const { json, options, terminal } = call;
  const name = String(call.arguments["name"]);
  const key = (await keysOf(call)).find(({ listed }) => plainKeyName(listed.name) === plainKeyName(name));
  if (key === undefined) {
    terminal.printError(`There is no key ${name}. Those that are there: homeport key list`);
    return ExitCode.notFound;
  }
  const { listed } = key;
  const secret = options["secret"] === true ? key.secret?.toBase64() : undefined;
  if (json) {
    terminal.print(JSON.stringify({ ...listed, ...(secret !== undefined && { secret }) }, undefined, 2));
    return exitOf([listed]);
  }
  const lines = [
    ["name", listed.name],
    ["algorithm", listed.algorithm ?? "-"],
    ["secret", listed.octets === null ? "-" : (secret ?? `${listed.octets} octets (--secret shows them)`)],
    ["file", listed.file ?? "none; the secret stands in site.yaml"],
    ...listed.usedBy.map(({ place, setting }, index) => [
      index === 0 ? "used by" : "",
      `${place}: ${setting}`,
    ]),
  ];
  if (listed.usedBy.length === 0) lines.push(["used by", "nothing"]);
  for (const line of alignColumns(lines, ["left", "left"])) terminal.print(line);
  for (const problem of listed.problems) terminal.printError(formatProblem(problem));
  return exitOf([listed]);
}

async function keysOf(call: CommandCall): Promise<readonly SiteKey[]> {
  const site = siteOfCall(call);
  const config = await dnsSectionOf(site);
  const uses = keyUses(config);
  return config.keys.map((one, index) => {
    const { key, problems } = readKeyConfig(one, { path: `dns.keys[${index}]`, siteFolder: site.siteFolder });
    const listed: ListedKey = {
      name: one.name,
      algorithm: key?.algorithm ?? null,
      octets: key?.secret.length ?? null,
      file: one.secretFile ?? null,
      usedBy: uses.get(plainKeyName(one.name)) ?? [],
      problems,
    };
    return { listed, secret: key?.secret };
  });
}

function exitOf(keys: readonly ListedKey[]): ExitCode {
  const isBroken = keys.some(({ problems }) => problems.some(({ severity }) => severity === "error"));
  return isBroken ? ExitCode.problems : ExitCode.ok;
}
