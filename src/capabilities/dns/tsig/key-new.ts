/** `homeport key new NAME`. */
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { algorithmFacts } from "#platform/tsig/algorithms.ts";
import type { TsigAlgorithm } from "#platform/tsig/key.ts";
import { keyFileText } from "#platform/tsig/key-file.ts";
import { NameError, parseName } from "#protocols/dns/name.ts";
import { siteOfCall } from "./site-of-call.ts";

export function keyNew(call: CommandCall): ExitCode {
  const { json, options, terminal } = call;
  const name = String(call.arguments["name"]).replace(/(?<=.)\.$/, "");
  const mistake = nameMistake(name);
  if (mistake !== undefined) {
    terminal.printError(mistake);
    return ExitCode.usage;
  }
  const algorithm = (options["algorithm"] ?? "hmac-sha256") as TsigAlgorithm;
  const { siteFolder, isExample } = siteOfCall(call);
  const home = isExample ? process.cwd() : siteFolder; // the example is not to be written to
  const { out } = options;
  const file = typeof out === "string" ? resolve(out) : join(home, "keys", `${name}.key`);
  const secret = randomBytes(algorithmFacts[algorithm].macOctets); // RFC 2104 §3: as long as the digest
  const failure = writeNew(file, keyFileText({ name, algorithm, secret }));
  if (failure !== undefined) {
    terminal.printError(failure);
    return ExitCode.failed;
  }
  const secretFile = pathFrom(home, file);
  if (json) {
    terminal.print(
      JSON.stringify({ name, algorithm, octets: secret.length, file, secretFile }, undefined, 2),
    );
    return ExitCode.ok;
  }
  terminal.print(`Wrote ${file}, which only you may read. Add to site.yaml:

dns:
  keys:
    - { name: ${JSON.stringify(name)}, secretFile: ${JSON.stringify(secretFile)} }

Then name it where it is to be good for, such as allowUpdate: [${JSON.stringify(`key ${name}`)}], and give
the other side a copy of the file: nsupdate -k FILE and dig -k FILE read it as it is.`);
  return ExitCode.ok;
}

/** Names that need no escapes, neither in a key file nor as the name of one. */
function nameMistake(name: string): string | undefined {
  try {
    parseName(`${name}.`);
  } catch (error) {
    if (error instanceof NameError) return `${error.message}; write a name such as transfer.example.net`;
    throw error;
  }
  if (/^[\w-]+(?:\.[\w-]+)*$/.test(name)) return undefined;
  return `"${name}" is not a good name of a key; write letters, digits, hyphens and dots`;
}

/** A file that only its owner may read, with all of its content on disk; undefined when that was done. */
function writeNew(file: string, text: string): string | undefined {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { flag: "wx", mode: 0o600, flush: true });
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") {
      return `${file} is there already, and a key is never replaced; write another file with --out FILE`;
    }
    if (code === undefined) throw error;
    return `${file} cannot be written (${code}); write another file with --out FILE`;
  }
}

function pathFrom(folder: string, file: string): string {
  const path = relative(folder, file);
  return path.startsWith("..") || isAbsolute(path) ? file : path;
}
