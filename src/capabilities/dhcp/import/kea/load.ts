/** Reads a config of Kea and puts what it includes into its place. */
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { locate, type Place, shownIn } from "#platform/import/place.ts";
import { KeaSyntaxError, type KeaValue, parseKeaJson } from "#protocols/keaconf/json.ts";
import { importLimits } from "../limits.ts";

export interface LoadedKeaConf {
  readonly value: KeaValue;
  /** Files, in the order of reading. */
  readonly read: readonly string[];
}

/** @throws KeaSyntaxError: it is no config, or includes what is not there */
export async function loadKeaConf(place: Place): Promise<LoadedKeaConf> {
  const loader = new Loader(place);
  const value = await loader.file(place.configFile);
  return { value, read: loader.read };
}

class Loader {
  readonly read: string[] = [];
  private readonly place: Place;
  private readonly open: string[] = [];

  constructor(place: Place) {
    this.place = place;
  }

  async file(path: string): Promise<KeaValue> {
    const file = shownIn(this.place, path);
    this.read.push(file);
    const value = parseKeaJson(file, await readFile(path, "utf8"));
    this.open.push(path);
    const expanded = await this.expand(value);
    this.open.pop();
    return expanded;
  }

  private async expand(value: KeaValue): Promise<KeaValue> {
    switch (value.kind) {
      case "include":
        return this.include(value);
      case "list": {
        const items: KeaValue[] = [];
        for (const item of value.items) items.push(await this.expand(item));
        return { ...value, items };
      }
      case "map": {
        const members = [];
        for (const member of value.members)
          members.push({ ...member, value: await this.expand(member.value) });
        return { ...value, members };
      }
      default:
        return value;
    }
  }

  /** Kea itself does not start without a file that it includes. */
  private async include(value: Extract<KeaValue, { kind: "include" }>): Promise<KeaValue> {
    const beside = dirname(this.open.at(-1) ?? this.place.configFile);
    const found = await locate(this.place, value.path, [beside]);
    if ("why" in found) throw new KeaSyntaxError(value, found.why, "give the folder that has it");
    if (this.open.includes(found.path))
      throw new KeaSyntaxError(value, "the file includes itself", "remove this include");
    if (this.open.length > importLimits.includeDepthMax || this.read.length >= importLimits.includedFilesMax)
      throw new KeaSyntaxError(value, "there are too many includes in one another", "write out some of them");
    return this.file(found.path);
  }
}
