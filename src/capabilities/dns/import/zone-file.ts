/** One zone's files: found, looked at, and made ready to be written elsewhere. */
import { lstat, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { safeFileName } from "#platform/import/file-name.ts";
import { locate, type Place, shownIn } from "#platform/import/place.ts";
import type { NewFile } from "#platform/import/write-out.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import type { Repair } from "#protocols/namedconf/repair.ts";
import { repairZoneFile } from "#protocols/namedconf/repair-zone.ts";
import { importLimits } from "./limits.ts";

export interface ZoneFiles {
  /** The zone's own first, then what it includes. */
  readonly files: readonly NewFile[];
  readonly repairs: readonly Repair[];
  /** What changed in the files. */
  readonly notes: readonly string[];
  /** Dynamic changes that the file may lack. */
  readonly journal?: { readonly what: string; readonly remedy: string };
}

export interface ZoneFileRequest {
  readonly place: Place;
  readonly zone: string;
  /** As the config has it. */
  readonly path: string;
  readonly journal: string | undefined;
  /** `directory` of the config. */
  readonly directory: string | undefined;
  readonly lenient: boolean;
}

/** Reads a zone file and all it includes; says why not when one of them is out of reach. */
export async function readZoneFiles(request: ZoneFileRequest): Promise<ZoneFiles | { readonly why: string }> {
  const { place, zone, path } = request;
  const folders = request.directory === undefined ? [] : [request.directory];
  const found = await locate(place, path, folders);
  if ("why" in found) return { why: `its file is ${shown(path, 200)}, and ${found.why}` };
  const collector = new Collector(request, folders);
  const why = await collector.add(found.path, `${safeFileName(zone)}.db`, 0);
  if (why !== undefined) return { why };
  const { files, repairs, notes } = collector;
  const journal = await findJournal(request, found.path, folders);
  return { files, repairs, notes, ...(journal !== undefined && { journal }) };
}

class Collector {
  readonly files: NewFile[] = [];
  readonly repairs: Repair[] = [];
  readonly notes: string[] = [];
  private readonly request: ZoneFileRequest;
  private readonly folders: readonly string[];
  private readonly names = new Map<string, string>();
  private readonly open = new Set<string>();

  constructor(request: ZoneFileRequest, folders: readonly string[]) {
    this.request = request;
    this.folders = folders;
  }

  /** Undefined: done. */
  async add(path: string, name: string, depth: number): Promise<string | undefined> {
    const shownFile = shownIn(this.request.place, path);
    const { size } = await stat(path);
    if (size > importLimits.zoneFileOctetsMax) return `${shownFile} is larger than 2 GB`;
    let octets: Uint8Array;
    try {
      octets = await readFile(path);
    } catch (error) {
      return `${shownFile} cannot be read (${(error as NodeJS.ErrnoException).code})`;
    }
    const binary = binaryFormat(octets);
    if (binary !== undefined) {
      const format = binary === "a map file" ? "map" : "raw";
      const words = [`${shownFile}.text`, this.request.zone, shownFile].map(shellWord).join(" ");
      return (
        `${shownFile} is no text but ${binary}; write it as text, then name that file in the config: ` +
        `named-compilezone -f ${format} -F text -o ${words}`
      );
    }
    this.names.set(path, name);
    if (this.request.lenient) octets = this.repair(shownFile, octets);
    const place = this.files.push({ path: `zones/${name}`, octets, mode: 0o644 }) - 1;
    this.open.add(path);
    const replaced = await this.includes(path, octets, depth);
    this.open.delete(path);
    if ("why" in replaced) return replaced.why;
    this.files[place] = { path: `zones/${name}`, octets: replaced.octets, mode: 0o644 };
    return undefined;
  }

  private repair(file: string, octets: Uint8Array): Uint8Array {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(octets);
    const repaired = repairZoneFile(file, text, this.request.zone);
    if (repaired.repairs.length === 0) return octets;
    for (const repair of repaired.repairs.toSorted((one, other) => one.line - other.line))
      this.repairs.push(repair);
    return Buffer.from(repaired.text, "utf8");
  }

  /**
   * The files that `$INCLUDE` names come along; the path behind each `$INCLUDE`, and nothing else, changes
   * to theirs.
   */
  private async includes(
    path: string,
    octets: Uint8Array,
    depth: number,
  ): Promise<{ octets: Uint8Array } | { why: string }> {
    // latin1 keeps every octet as one character.
    const buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
    if (!mentionsInclude(buffer)) return { octets };
    const text = buffer.toString("latin1");
    const out: string[] = [];
    let copied = 0;
    for (const match of text.matchAll(/^\$INCLUDE[ \t]+("[^"\n]*"|[^\s;()"]+)/gim)) {
      const quoted = match[1]!;
      const wanted = quoted.replaceAll('"', "");
      const start = match.index + match[0].length - quoted.length;
      const added = await this.included(path, wanted, depth);
      if ("why" in added) return added;
      if (added.name !== wanted) {
        const line = text.slice(0, start).split("\n").length;
        this.notes.push(`$INCLUDE ${shown(wanted)} in line ${line} of its file now says ${added.name}`);
      }
      out.push(text.slice(copied, start), added.name);
      copied = start + quoted.length;
    }
    out.push(text.slice(copied));
    return { octets: Buffer.from(out.join(""), "latin1") };
  }

  private async included(
    from: string,
    wanted: string,
    depth: number,
  ): Promise<{ name: string } | { why: string }> {
    const found = await locate(this.request.place, wanted, [...this.folders, dirname(from)]);
    if ("why" in found) return { why: `$INCLUDE ${shown(wanted)} of its file is out of reach: ${found.why}` };
    if (this.open.has(found.path)) return { why: `$INCLUDE ${shown(wanted)} of its file includes itself` };
    const known = this.names.get(found.path);
    if (known !== undefined) return { name: `zones/${known}` };
    if (depth >= importLimits.includeDepthMax || this.names.size > importLimits.zoneIncludesMax) {
      return {
        why: `$INCLUDE ${shown(wanted)} goes deeper, or on longer, than ${importLimits.includeDepthMax} levels`,
      };
    }
    const name = `${safeFileName(this.request.zone)}.include-${this.names.size}`;
    const why = await this.add(found.path, name, depth + 1);
    return why === undefined ? { name: `zones/${name}` } : { why };
  }
}

/** Cheap, as most files are large and include nothing. */
function mentionsInclude(octets: Buffer): boolean {
  for (let at = octets.indexOf("$"); at !== -1; at = octets.indexOf("$", at + 1)) {
    if (octets.toString("latin1", at, at + 8).toUpperCase() === "$INCLUDE") return true;
  }
  return false;
}

/** A name as a word for the shell, whatever it holds. */
function shellWord(text: string): string {
  const plain = shown(text, 300);
  return /^[\w./@%+:-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", "'\\''")}'`;
}

/** named writes raw and map zone files with a header of two 32-bit numbers: the format, then its version. */
function binaryFormat(octets: Uint8Array): string | undefined {
  const [a, b, c, format] = octets;
  if (octets.length >= 8 && a === 0 && b === 0 && c === 0) {
    if (format === 2) return "a raw file";
    if (format === 3) return "a map file";
  }
  return octets.subarray(0, 1024).includes(0) ? "binary" : undefined;
}

/** Dynamic changes are in the journal before they are in the file. */
async function findJournal(
  request: ZoneFileRequest,
  file: string,
  folders: readonly string[],
): Promise<ZoneFiles["journal"]> {
  const beside = `${file}.jnl`;
  const named =
    request.journal === undefined ? undefined : await locate(request.place, request.journal, folders);
  const exists = named === undefined ? await lstat(beside).then(...yesOrNo) : "path" in named;
  if (!exists) return undefined;
  const path = named !== undefined && "path" in named ? named.path : beside;
  const zone = shellWord(request.zone);
  return {
    what: `its journal ${shownIn(request.place, path)} may hold dynamic changes that the zone file lacks`,
    remedy:
      `on the BIND machine run rndc freeze ${zone} (or rndc sync -clean ${zone}), copy the file again, ` +
      "and import again",
  };
}

const yesOrNo = [() => true, () => false] as const;
