/** From a zone file to a zone image. Runs in the loader thread, in `homeport zone check` and in tests. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { type Name, nameToText } from "#protocols/dns/name.ts";
import type { ZoneProblem } from "#protocols/zonefile/problem.ts";
import type { ZoneSource } from "#protocols/zonefile/zone-file.ts";
import type { CheckNames } from "./checks.ts";
import type { ZoneImage } from "./image.ts";
import { readZone } from "./read-zone.ts";

export interface ZoneLoadRequest {
  readonly name: Name;
  /** Absolute path. */
  readonly file: string;
  /**
   * Where relative paths of $INCLUDE start, as in BIND's `directory`; failing that, beside the including
   * file.
   */
  readonly folder: string;
  readonly checkNames: CheckNames;
}

export interface ZoneLoad {
  /** Undefined when there is an error among the problems. */
  readonly image: ZoneImage | undefined;
  readonly problems: readonly ZoneProblem[];
  /** What was read, to notice later whether it has changed. */
  readonly files: readonly FileStamp[];
}

export interface FileStamp {
  readonly path: string;
  readonly octets: number;
  readonly modifiedMs: number;
  /** SHA-256 of what was read, in base64; empty when nothing could be. */
  readonly digest: string;
}

/** By which it is known, also after a restart, whether a zone's files say something else. */
export function digestOfFiles(files: readonly FileStamp[]): string {
  if (files.length === 1) return files[0]!.digest;
  return sha256(Buffer.from(files.map(({ digest }) => digest).join(" ")));
}

export function loadZone(request: ZoneLoadRequest): ZoneLoad {
  const files: FileStamp[] = [];
  const source = readZoneFile(request.file, files);
  if (typeof source === "string") {
    return { image: undefined, problems: [missingFile(request, source)], files };
  }
  const { name, checkNames, folder } = request;
  const read: ZoneSource[] = [source];
  let stamps = files; // what is read once more is not stamped again
  const { image, problems } = readZone({
    name,
    checkNames,
    source,
    include: (path, fromFile) => {
      const included = readIncluded(path, fromFile, folder, stamps);
      if (typeof included !== "string") read.push(included);
      return included;
    },
    afterReading: () => {
      for (const { octets } of read) releaseMemory(octets);
      stamps = [];
    },
    sourceAgain: () => {
      const again = readZoneFile(request.file, []);
      return typeof again === "string" ? undefined : again;
    },
  });
  return { image, problems, files };
}

function missingFile(request: ZoneLoadRequest, why: string): ZoneProblem {
  return {
    severity: "error",
    file: request.file,
    what: `the zone file of ${nameToText(request.name)} cannot be read: ${why}`,
    remedy: "correct the file, or `file` of the zone in site.yaml",
  };
}

function readIncluded(
  path: string,
  fromFile: string,
  folder: string,
  files: FileStamp[],
): ZoneSource | string {
  const candidates = isAbsolute(path) ? [path] : [resolve(folder, path), resolve(dirname(fromFile), path)];
  let why = "";
  for (const candidate of candidates) {
    const source = readZoneFile(candidate, files);
    if (typeof source !== "string") return source;
    why = source;
  }
  return why;
}

/** The file's content, or why it cannot be had. */
function readZoneFile(path: string, files: FileStamp[]): ZoneSource | string {
  try {
    const { size, mtimeMs } = statSync(path);
    const octets = readFileSync(path);
    files.push({ path, octets: size, modifiedMs: mtimeMs, digest: sha256(octets) });
    return { file: path, octets };
  } catch (error) {
    files.push({ path, octets: -1, modifiedMs: -1, digest: "" });
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "no such file";
  if (code === "EACCES") return "permission denied";
  if (code === "EISDIR") return "it is a folder";
  return message;
}

function sha256(octets: Uint8Array): string {
  return createHash("sha256").update(octets).digest("base64url");
}

/** True when all files are as they were when they were stamped. */
export function filesUnchanged(files: readonly FileStamp[]): boolean {
  return files.every(({ path, octets, modifiedMs }) => {
    const now = statSync(path, { throwIfNoEntry: false });
    return now === undefined ? octets === -1 : now.size === octets && now.mtimeMs === modifiedMs;
  });
}

/** Gives large buffers back at once: the collector sees only their small handles and would let them stand. */
function releaseMemory(octets: Uint8Array): void {
  const { buffer } = octets;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === octets.byteLength) buffer.transfer(0);
}
