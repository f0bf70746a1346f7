/** A key as a site file has it: its secret stands there, or in a file of its own. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { lowerName, type Name, parseName } from "#protocols/dns/name.ts";
import { algorithmFacts } from "./algorithms.ts";
import type { TsigAlgorithm, TsigKey } from "./key.ts";
import { type KeyFile, KeyFileError, plainKeyName, readKeyFile, secretOctets } from "./key-file.ts";
import { limits } from "./limits.ts";

/** Either `secret` or `secretFile`. */
export interface KeyConfig {
  readonly name: string;
  readonly algorithm?: TsigAlgorithm | undefined;
  /** Base64. */
  readonly secret?: string | undefined;
  /** From the folder of the site file. */
  readonly secretFile?: string | undefined;
}

export interface ReadKey {
  /** Undefined when there is an error. */
  readonly key: TsigKey | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** @param path of the key in the site file */
export function readKeyConfig(
  config: KeyConfig,
  { path, siteFolder }: { path: string; siteFolder: string },
): ReadKey {
  const problems: ConfigProblem[] = [];
  const file =
    config.secretFile === undefined
      ? secretInSite(config, path, problems)
      : secretInFile(config, { path: `${path}.secretFile`, siteFolder }, problems);
  if (file === undefined) return { key: undefined, problems };
  const algorithm = config.algorithm ?? file.algorithm ?? "hmac-sha256";
  problems.push(...weaknesses({ algorithm, secret: file.secret }, config, path));
  const key: TsigKey = {
    name: keyName(config.name),
    algorithm,
    secret: file.secret,
    ...(file.macOctetsMin !== undefined &&
      algorithm === file.algorithm && { macOctetsMin: file.macOctetsMin }),
  };
  return { key, problems };
}

/** The name of a key as messages have it. */
export function keyName(text: string): Name {
  return lowerName(parseName(text.endsWith(".") ? text : `${text}.`));
}

function secretInSite(config: KeyConfig, path: string, problems: ConfigProblem[]): KeyFile | undefined {
  const secret = secretOctets(config.secret ?? "");
  if (secret === undefined) {
    const what = `the secret of key ${config.name} is not base64`;
    problems.push({ severity: "error", path: `${path}.secret`, what, remedy: makeOne(config) });
    return undefined;
  }
  return { name: undefined, algorithm: undefined, macOctetsMin: undefined, secret };
}

function secretInFile(
  config: KeyConfig,
  { path, siteFolder }: { path: string; siteFolder: string },
  problems: ConfigProblem[],
): KeyFile | undefined {
  const { name, secretFile = "" } = config;
  const place = resolve(siteFolder, secretFile);
  const read = readSmallFile(place);
  if ("code" in read) {
    const isMissing = read.code === "ENOENT" || read.code === "ENOTDIR" || read.code === "EISDIR";
    const what = isMissing
      ? `the secret of key ${name} is not there: ${secretFile}`
      : `the secret of key ${name} cannot be read: ${secretFile} (${read.code})`;
    const remedy = isMissing
      ? "correct the path, or remove the key"
      : "let the user who runs Homeport read it";
    problems.push({ severity: "error", path, what, remedy });
    return undefined;
  }
  const warn = (what: string, remedy: string): number =>
    problems.push({ severity: "warning", path, what, remedy });
  if ((read.mode & 0o077) !== 0) {
    warn(`others than its owner may read or write ${secretFile}`, `run chmod 600 ${secretFile}`);
  }
  let file: KeyFile;
  try {
    file = readKeyFile(read.text, name);
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    const line = error.line === undefined ? "" : `, line ${error.line}`;
    const what = `${secretFile}${line}, for key ${name}: ${error.message}`;
    problems.push({ severity: "error", path, what, remedy: error.remedy });
    return undefined;
  }
  if (file.name !== undefined && plainKeyName(file.name) !== plainKeyName(name)) {
    const what = `${secretFile} has the secret of ${file.name}, and here it is that of ${name}`;
    warn(what, "give the key the same name wherever it is used: the name is signed too");
  }
  if (config.algorithm !== undefined && file.algorithm !== undefined && config.algorithm !== file.algorithm) {
    const what = `${secretFile} says ${file.algorithm}, and here key ${name} is ${config.algorithm}`;
    warn(what, "remove `algorithm` here to take what the file says");
  }
  return file;
}

function weaknesses(
  { algorithm, secret }: { algorithm: TsigAlgorithm; secret: Uint8Array },
  config: KeyConfig,
  path: string,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const remedy = makeOne(config);
  // RFC 8945 §6, §10: old ones are for old peers only
  if (algorithm === "hmac-md5" || algorithm === "hmac-sha1") {
    const what = `key ${config.name} is of the weak algorithm ${algorithm}`;
    problems.push({ severity: "warning", path, what, remedy });
  }
  const least = algorithmFacts[algorithm].macOctets / 2;
  if (secret.length < least) {
    const has = `the secret of key ${config.name} has ${secret.length} octets`;
    const what = `${has}, and ${algorithm} should have ${least} or more`;
    problems.push({ severity: "warning", path, what, remedy });
  }
  return problems;
}

function makeOne({ name }: KeyConfig): string {
  return `make a new one: homeport key new ${name}`;
}

/** Reads what a key file can have at most; of an endless one no more than that. */
function readSmallFile(path: string): { text: string; mode: number } | { code: string } {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK); // a pipe must not stop us;
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) return { code: "EISDIR" };
    const octets = Buffer.alloc(limits.keyFileOctetsMax + 1);
    let length = 0;
    for (let got = -1; got !== 0 && length < octets.length; length += got) {
      got = readSync(descriptor, octets, length, octets.length - length, null);
    }
    if (length > limits.keyFileOctetsMax) return { code: "EFBIG" };
    return { text: octets.toString("utf8", 0, length), mode: stat.mode };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { code };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
