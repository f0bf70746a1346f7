/** Thousands of records at a service that fails or refuses: the program stays small, quiet and awake. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pass } from "node:timers/promises";
import { LabHomeport } from "../interop/lab-homeport.ts";
import { until } from "../interop/lab-tools.ts";
import { startHostile } from "./ddns-hostile-service.ts";
import { apiOf, memoryOf, pidOf, processorOf } from "./ddns-server-lab.ts";

for (const [count, why, status, text, state] of [
  [10_000, "says that it is broken", "500 Error", "<html>it is broken</html>", "failed"],
  [2_000, "refuses each name", "200 OK", Array(20).fill("nohost").join("\n"), "stopped"],
] as const)
  test(`${count} records at a service that ${why}`, { timeout: 100_000 }, async (t) => {
    const { url, heard } = await startHostile(t, (socket) =>
      socket.end(`HTTP/1.1 ${status}\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`),
    );
    const homeport = await LabHomeport.place(t);
    const names = Array.from({ length: count }, (_, at) => `n${at}.example.net`);
    await homeport.start({
      dns: { zones: [] },
      ddns: {
        address: {
          ipv4: [{ method: "command", command: ["echo", "198.51.100.1"] }],
          ipv6: [],
          alsoPublic: ["198.51.100.0/24"],
        },
        verify: "off",
        providers: [
          { name: "p", type: "homeport", server: url.slice(0, -1), user: "u", password: "s3cret-of-u" },
        ],
        records: [{ names, types: ["A"], provider: "p" }],
      },
    });
    const pid = pidOf(homeport);
    const before = memoryOf(pid);
    const api = apiOf(homeport);
    const tried = async (): Promise<number> => {
      const metrics = (await api.request("GET", "/metrics")) as string;
      const all = metrics.matchAll(/^homeport_ddns_updates_total\{[^}]*\} (\d+)/gm);
      return [...all].reduce((sum, [, number]) => sum + Number(number), 0);
    };
    await until("all were tried", async () => ((await tried()) >= count ? true : undefined), {
      withinMs: 80_000,
    });
    assert.ok(heard.length <= count / 20 + 20, `${heard.length} requests`);
    const used = processorOf(pid);

    await pass(1_500);
    const idle = processorOf(pid) - used;
    assert.ok(idle < 0.5, `${idle} s of processor time while nothing is due`);
    const shown = (await api.request("GET", "/api/ddns/status")) as object;
    assert.ok(JSON.stringify(shown).length < 100_000, "the status is no list of all records");
    const list = (await api.request("GET", "/api/ddns/records?limit=50")) as { records: { state: string }[] };
    assert.deepEqual(new Set(list.records.map((one) => one.state)), new Set([state]));
    const grown = memoryOf(pid) - before;
    t.diagnostic(
      `${(grown / 1e6).toFixed(0)} MB more, ${used} s of processor time, ${homeport.log().length} lines`,
    );
    assert.ok(grown < 150_000_000, `${grown} octets more`);
    assert.ok(homeport.log().length < count + 100, `${homeport.log().length} lines`);
    assert.ok(!homeport.logText().includes("s3cret-of-u"));
  });
