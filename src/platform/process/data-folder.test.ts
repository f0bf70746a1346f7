import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { takeDataFolder } from "./data-folder.ts";
import { reachSocket } from "./socket-path.ts";

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "data-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("a data folder is made, for its owner alone, with our process id in it", (t) => {
  const folder = join(temporaryFolder(t), "a", "b");
  using data = takeDataFolder(folder);
  assert.equal(statSync(data.folder).mode & 0o777, 0o700);
  assert.equal(readFileSync(join(folder, "homeport.pid"), "utf8"), `${process.pid}\n`);
});

test("a second process is refused with the id of the first; when that is killed it gets the folder", async (t) => {
  const folder = temporaryFolder(t);
  const source = `
    const { takeDataFolder } = await import(${JSON.stringify(join(import.meta.dirname, "data-folder.ts"))});
    takeDataFolder(${JSON.stringify(folder)});
    console.log("taken");
    setInterval(() => {}, 60_000);`;
  const other = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(other.stdout, "data");
  assert.throws(() => takeDataFolder(folder), {
    message: `${folder}: process ${other.pid} runs with this data folder; stop it (homeport stop), or name another folder with --data DIR`,
  });
  other.kill("SIGKILL");
  await once(other, "exit");
  takeDataFolder(folder)[Symbol.dispose]();
  assert.equal(existsSync(join(folder, "homeport.pid")), false);
});

test("a data folder below a file is refused in a sentence", () => {
  assert.throws(() => takeDataFolder("/dev/null/data"), {
    message:
      "/dev/null/data: the data folder cannot be written (ENOTDIR); name another with --data DIR, or let this user write it",
  });
});

test("a socket whose path is longer than the kernel takes is listened on and reached", async (t) => {
  const folder = join(temporaryFolder(t), "x".repeat(120));
  using data = takeDataFolder(folder);
  const socket = join(data.folder, "homeport.sock");
  using forServer = reachSocket(socket);
  using forClient = reachSocket(socket);
  assert.notEqual(forServer.path, socket);
  const server = createServer((peer) => peer.end("hello")).listen(forServer.path);
  await once(server, "listening");
  assert.ok(existsSync(socket));
  const [octets] = (await once(connect(forClient.path), "data")) as [Buffer];
  assert.equal(octets.toString(), "hello");
  server.close();
  await once(server, "close");
});
