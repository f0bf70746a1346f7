import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { udpPortOwners } from "./port-owner.ts";

const head =
  "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n";
const lineOf = (local: string, inode: number) =>
  `  263: ${local} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 ${inode} 2 0000000000000000 0\n`;

/** A folder such as /proc, in which process 812 has a socket. */
function processes(t: TestContext, readable = true): string {
  const folder = mkdtempSync(join(tmpdir(), "homeport-proc-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const one of ["net", "1/fd", "812", "self"]) mkdirSync(join(folder, one), { recursive: true });
  writeFileSync(join(folder, "net/udp"), head + lineOf("0100007F:0035", 77) + lineOf("00000000:0043", 4711));
  writeFileSync(join(folder, "812/comm"), "dnsmasq\n");
  if (!readable) return folder;
  mkdirSync(join(folder, "812/fd"));
  symlinkSync("/dev/null", join(folder, "812/fd/0"));
  symlinkSync("socket:[4711]", join(folder, "812/fd/4"));
  return folder;
}

suite("the program that has a port", () => {
  test("is named", (t) => assert.deepEqual(udpPortOwners(67, processes(t)), ["dnsmasq (process 812)"]));
  test("is none when nobody has it", (t) => assert.deepEqual(udpPortOwners(68, processes(t)), []));
  test("is not this one", (t) => {
    const folder = processes(t);
    renameSync(join(folder, "812"), join(folder, String(process.pid)));
    assert.deepEqual(udpPortOwners(67, folder), []);
  });
  test("is not told when its files are closed to us", (t) =>
    assert.deepEqual(udpPortOwners(67, processes(t, false)), []));
  test("is not told where there is no /proc", () => assert.deepEqual(udpPortOwners(67, "/nowhere"), []));
});
