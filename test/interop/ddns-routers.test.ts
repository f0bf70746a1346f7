/** MiniUPnPd, the program of most home routers, and stund tell the address that a site has behind them. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { findProgram, requirePeer } from "../peers.ts";
import { type NetworkNamespace, networkNamespace } from "../scenarios/network-namespace.ts";
import { run, until } from "./lab-tools.ts";

/** MiniUPnPd refuses to map ports on addresses that are not public: these are, and are seen in here only. */
const outside = { router: "20.30.40.50", stun: "20.30.40.1", stunToo: "20.30.40.2" } as const;

const rules = `table ip site {
  chain out {
    type nat hook postrouting priority 100;
    oifname "wan" masquerade
  }
}
table inet upnp {
  chain forward {
  }
  chain prerouting {
    type nat hook prerouting priority -100;
  }
  chain postrouting {
    type nat hook postrouting priority 90;
  }
}
`;

const settings = `ext_ifname=wan
listening_ip=lan
port=5000
enable_upnp=yes
enable_natpmp=yes
upnp_table_name=upnp
upnp_nat_table_name=upnp
upnp_forward_chain=forward
upnp_nat_chain=prerouting
upnp_nat_postrouting_chain=postrouting
uuid=00000000-0000-0000-0000-000000000001
allow 1024-65535 192.168.77.0/24 1024-65535
`;

interface Lab {
  readonly folder: string;
  readonly site: NetworkNamespace;
  readonly router: NetworkNamespace;
  readonly internet: NetworkNamespace;
}

/** A machine, a router with NAT, and the Internet. */
async function lab(t: TestContext): Promise<Lab | undefined> {
  const peers = [
    ["miniupnpd", "miniupnpd-nftables"],
    ["stund", "stun-server"],
    ["nft", "nftables"],
  ] as const;
  if (!peers.every(([program, debianPackage]) => requirePeer(t, program, debianPackage))) return undefined;
  const site = networkNamespace(t);
  const router = networkNamespace(t);
  const internet = networkNamespace(t);
  if (site === undefined || router === undefined || internet === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "routers-"));
  t.after(() => rmSync(folder, { recursive: true }));
  cable("lan", site, router);
  cable("wan", router, internet);
  site.ip("addr", "add", "192.168.77.20/24", "dev", "lan");
  router.ip("addr", "add", "192.168.77.1/24", "dev", "lan");
  router.ip("addr", "add", `${outside.router}/24`, "dev", "wan");
  for (const address of [outside.stun, outside.stunToo])
    internet.ip("addr", "add", `${address}/24`, "dev", "wan");
  site.ip("route", "add", "default", "via", "192.168.77.1");
  await within(router, "sysctl", "-qw", "net.ipv4.ip_forward=1");
  writeFileSync(join(folder, "rules"), rules);
  await within(router, "nft", "-f", join(folder, "rules"));
  return { folder, site, router, internet };
}

function cable(name: string, one: NetworkNamespace, other: NetworkNamespace): void {
  one.ip("link", "add", name, "type", "veth", "peer", "name", name, "netns", other.runner.at(-1)!);
  for (const end of [one, other]) end.ip("link", "set", name, "up");
}

async function within({ runner }: NetworkNamespace, program: string, ...words: readonly string[]) {
  const [command, ...rest] = [...runner, findProgram(program) ?? program, ...words];
  const ended = await run(command!, rest);
  assert.equal(ended.code, 0, ended.errors);
  return ended.output;
}

/** A server that runs until the test ends; what it has said till now. */
function serve(t: TestContext, { runner }: NetworkNamespace, program: string, ...words: readonly string[]) {
  const [command, ...rest] = [...runner, findProgram(program)!, ...words];
  const child: ChildProcess = spawn(command!, rest, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  const exited = once(child, "exit");
  t.after(async () => {
    child.kill();
    await exited;
  });
  return () => said;
}

test("MiniUPnPd and stund tell the address of a site behind NAT", async (t) => {
  const made = await lab(t);
  if (made === undefined) return;
  const { folder, site, router, internet } = made;
  writeFileSync(join(folder, "settings"), settings);
  const pidFile = join(folder, "pid");
  const routerSaid = serve(t, router, "miniupnpd", "-d", "-f", join(folder, "settings"), "-P", pidFile);
  serve(t, internet, "stund", "-h", outside.stun, "-a", outside.stunToo, "-p", "3479", "-o", "3480");
  const methods = [
    { method: "upnp", trust: false },
    { method: "nat-pmp", trust: false },
    { method: "pcp", trust: false },
    { method: "stun", servers: [`${outside.stun}:3479`], trust: false },
    { method: "route", trust: false },
  ];
  const asker = join(import.meta.dirname, "ddns-routers-asker.ts");
  const said = await until(
    "all of them answer",
    async () => {
      const output = await within(site, process.execPath, asker, JSON.stringify(methods));
      const answers = JSON.parse(output) as Readonly<Record<string, string>>;
      const right = Object.values(answers).filter((address) => address === outside.router);
      return right.length === methods.length - 1 ? answers : undefined;
    },
    { withinMs: 30_000, told: routerSaid },
  );
  assert.deepEqual(said, {
    upnp: outside.router,
    "nat-pmp": outside.router,
    pcp: outside.router,
    [`stun ${outside.stun}:3479`]: outside.router,
    route: "says 192.168.77.20, which is private: a router is in front of this machine",
  });
  await until("the port is given back", () => /mapping removed/.test(routerSaid()) || undefined, {
    told: routerSaid,
  });
  const left = await within(router, "nft", "list", "chain", "inet", "upnp", "prerouting");
  assert.doesNotMatch(left, /dnat/);
});
