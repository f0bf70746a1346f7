/**
 * From a zone file to a zone image: read, parse, build, check. Runs in the loader thread, in `homeport zone
 * check` and in tests.
 */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { type Name, nameFromOctets, nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfType } from "#protocols/dns/registry.ts";
import { locateRecords, type WantedRecord } from "#protocols/zonefile/locate.ts";
import type { ZonePlace, ZoneProblem } from "#protocols/zonefile/problem.ts";
import { parseZone, type ZoneSource } from "#protocols/zonefile/zone-file.ts";
import { type CheckNames, checkZone } from "./checks.ts";
import type { ZoneImage } from "./image.ts";
import { ZoneImageBuilder } from "./image-builder.ts";

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

/** A record takes about this much of a zone file. A guess that is off costs growing, nothing else. */
const octetsPerRecord = 32;

export function loadZone(request: ZoneLoadRequest): ZoneLoad {
  const files: FileStamp[] = [];
  const problems: ZoneProblem[] = [];
  const source = readZoneFile(request.file, files);
  if (typeof source === "string") {
    return { image: undefined, problems: [missingFile(request, source)], files };
  }
  const builder = new ZoneImageBuilder(request.name, Math.ceil(source.octets.length / octetsPerRecord));
  const read: ZoneSource[] = [source];
  const summary = parseZone(source, {
    origin: request.name,
    include: (path, fromFile) => {
      const included = readIncluded(path, fromFile, request.folder, files);
      if (typeof included !== "string") read.push(included);
      return included;
    },
    sink: {
      record: (owner, ownerLength, type, ttl, rdata, rdataLength) => {
        builder.add(owner, ownerLength, type, ttl, rdata, rdataLength);
      },
    },
    onProblem: (problem) => problems.push(problem),
  });
  for (const { octets } of read) releaseMemory(octets);
  if (summary.errors > 0) return { image: undefined, problems, files };
  const image = builder.finish();
  problems.push(...noteProblems(builder, request));
  const { file, checkNames } = request;
  problems.push(...checkZone(image, { file, checkNames, locate: (wanted) => locateAgain(request, wanted) }));
  return { image: problems.some(isError) ? undefined : image, problems, files };
}

/**
 * Reads the files once more: what was read is let go before the image is made, and most zones have no
 * problem.
 */
function locateAgain(request: ZoneLoadRequest, wanted: readonly WantedRecord[]): (ZonePlace | undefined)[] {
  const source = readZoneFile(request.file, []);
  if (typeof source === "string") return [];
  return locateRecords(
    source,
    {
      origin: request.name,
      include: (path, fromFile) => readIncluded(path, fromFile, request.folder, []),
    },
    wanted,
  );
}

function isError(problem: ZoneProblem): boolean {
  return problem.severity === "error";
}

function noteProblems({ notes }: ZoneImageBuilder, request: ZoneLoadRequest): ZoneProblem[] {
  if (notes.length === 0) return [];
  const named = notes.map(({ owner, type, what }) => ({ owner: nameFromOctets(owner), type, what }));
  const places = locateAgain(request, named);
  return named.map(({ owner, type, what }, index) => {
    const place = places[index] ?? { file: request.file };
    const set = `${nameToText(owner)} ${mnemonicOfType(type)}`;
    if (what === "duplicate") {
      return {
        severity: "warning",
        ...place,
        what: `${set} has the same record twice`,
        remedy: "keep one of them",
      };
    }
    const remedy = "use fewer; no answer can hold them";
    return { severity: "error", ...place, what: `${set} has more than 65535 records`, remedy };
  });
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
