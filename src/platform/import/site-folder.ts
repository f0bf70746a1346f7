/** The folder of a site that an import writes to. */
import { readFile, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { shown } from "#protocols/namedconf/problem.ts";
import { type NewFile, WriteRefused } from "./write-out.ts";

/** As the heading of site.yaml has it. */
const siteNamePattern = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

export function isSiteName(name: string): boolean {
  return siteNamePattern.test(name);
}

/** The folder that is written to says what the site is. */
export function siteNameOf(folder: string): string {
  const name = basename(folder) || (hostname().split(".")[0] ?? "");
  return (
    shown(name)
      .replaceAll(/[^A-Za-z0-9-]+/g, "-")
      .replaceAll(/^-+|-+$/g, "")
      .slice(0, 63) || "site"
  );
}

/** Undefined: there is no such file. */
export async function readExisting(path: string): Promise<{ octets: Buffer; mode: number } | undefined> {
  try {
    const { mode } = await stat(path);
    return { octets: await readFile(path), mode: mode & 0o777 };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** A key of another import stays, unless --force says otherwise. Rejects with WriteRefused. */
export async function refuseOther(out: string, { path, octets }: NewFile, force: boolean): Promise<void> {
  const existing = await readExisting(join(out, path));
  if (existing === undefined || force || existing.octets.equals(octets)) return;
  throw new WriteRefused(`${join(out, path)} is there already; choose another --out, or write --force`);
}
