/** Which programs have a UDP port, as far as this process may see. proc(5). */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/**
 * Other programs that have sockets on the port, on whatever address or interface, such as
 * `dnsmasq (process 812)`. None when they cannot be seen.
 */
export function udpPortOwners(port: number, folder = "/proc"): readonly string[] {
  const tables = ["net/udp", "net/udp6"].map((file) =>
    ifThere(() => readFileSync(join(folder, file), "latin1")),
  );
  const sockets = new Set(tables.flatMap((table) => socketsOn(port, table)));
  if (sockets.size === 0) return [];
  const processes = ifThere(() => readdirSync(folder)) ?? [];
  return processes.flatMap((id) => {
    if (!/^\d+$/.test(id) || id === String(process.pid)) return [];
    const files = ifThere(() => readdirSync(join(folder, id, "fd"))) ?? [];
    const targets = files.map((file) => ifThere(() => readlinkSync(join(folder, id, "fd", file))));
    if (!targets.some((target) => target !== undefined && sockets.has(target))) return [];
    const name = ifThere(() => readFileSync(join(folder, id, "comm"), "utf8").trim());
    return [`${name ?? "a program"} (process ${id})`];
  });
}

/** What links of /proc/PID/fd say of the sockets that are bound to the port. */
function socketsOn(port: number, table = ""): readonly string[] {
  return table.split("\n").flatMap((line) => {
    const [, local = "", , , , , , , , inode = ""] = line.trim().split(/\s+/);
    return Number.parseInt(local.split(":")[1] ?? "", 16) === port ? [`socket:[${inode}]`] : [];
  });
}

/** Processes come and go while they are looked at, and those of others are closed. */
function ifThere<Found>(look: () => Found): Found | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
