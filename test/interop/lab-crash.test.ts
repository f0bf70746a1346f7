/**
 * Homeport is killed again and again while it is changed and copied. What a secondary has must never be ahead
 * of what is on disk: the same serial number would then stand for two contents.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { requirePeer } from "../peers.ts";
import { LabHomeport } from "./lab-homeport.ts";
import { LabPeer, type PeerName, peerPackageOf } from "./lab-peers.ts";
import { startSecondary } from "./lab-secondaries.ts";
import { copyOf, run, serialOf, until } from "./lab-tools.ts";
import { randomUpdates, scriptOf } from "./lab-updates.ts";

const zone = "lab.example";
const hosts = Array.from({ length: 1000 }, (_, index) => `s${index} A 10.1.${index >> 8}.${index & 255}`);
const text = `$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n${hosts.join("\n")}\n`;
const programs: readonly PeerName[] = ["named", "knotd"];
const rounds = 3;

async function killUnderLoad(t: TestContext): Promise<void> {
  if (!programs.every((program) => requirePeer(t, program, peerPackageOf[program]))) return;
  if (!requirePeer(t, "nsupdate", "bind9-dnsutils")) return;
  const peers = await Promise.all(programs.map((program) => LabPeer.place(t, program)));
  const homeport = await LabHomeport.start(t, {
    dns: {
      zones: [
        {
          name: zone,
          file: "zone.db",
          allowTransfer: ["127.0.0.1"],
          allowUpdate: ["127.0.0.1"],
          alsoNotify: peers.map(({ port }) => `127.0.0.1:${port}`),
        },
      ],
    },
    files: { "zone.db": text },
  });
  for (const peer of peers) await startSecondary(peer, homeport.port, [{ name: zone }]);
  const is = (port: number, serial: number) => async () =>
    (await serialOf(port, zone)) === serial || undefined;
  for (const { port } of peers) await until("it copies", is(port, 1));
  let seed = 1;
  for (let round = 1; round <= rounds; round++) {
    const before = (await serialOf(homeport.port, zone))!;
    // nsupdate ends when the connection does; each update is a message of its own.
    const writers = Array.from({ length: 3 }, () =>
      run("nsupdate", ["-v"], { input: scriptOf(homeport.port, zone, randomUpdates(zone, 5000, seed++)) }),
    );
    await until("changes are made", async () => {
      const now = await serialOf(peers[0]!.port, zone);
      return now !== undefined && now > before + 50 ? true : undefined;
    });
    await homeport.stop("SIGKILL");
    await Promise.all(writers);
    await homeport.start();
    const serial = (await serialOf(homeport.port, zone))!;
    for (const peer of peers) {
      const theirs = (await serialOf(peer.port, zone))!;
      assert.ok(theirs <= serial, `round ${round}: ${peer.program} has ${theirs}, Homeport ${serial}`);
    }
    for (const peer of peers) {
      const told = () => peer.log().slice(-3000);
      await until(`${peer.program} follows to ${serial}`, is(peer.port, serial), { told });
    }
  }
  const want = await copyOf(homeport.port, zone);
  for (const peer of peers) assert.deepEqual(await copyOf(peer.port, zone), want, peer.program);
  const whole = homeport.log().filter(({ msg, type }) => msg.endsWith("ended") && type === "AXFR");
  t.diagnostic(`serial ${await serialOf(homeport.port, zone)}, ${whole.length} whole copies`);
  assert.equal(whole.length, peers.length + 1, "all else by IXFR");
}

test("named and knotd have what Homeport has, after three kill -9 under load", killUnderLoad);
