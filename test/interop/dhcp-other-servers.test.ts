/** Another DHCP server is at the link already: Homeport finds it, says so, and does not fight it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { octetsOf } from "../../src/capabilities/dhcp/exchange/said.testing.ts";
import { captureDhcp } from "./dhcp-lab/capture.ts";
import { dhcpClients } from "./dhcp-lab/clients.ts";
import { HomeportMachine } from "./dhcp-lab/homeport-machine.ts";
import { DhcpLab } from "./dhcp-lab/lab.ts";
import { serverAddress, siteOf } from "./dhcp-lab/office.ts";
import { until } from "./lab-tools.ts";

const timeout = 40_000;
const otherAddress = "192.0.2.3";
/** Sends octets to a server, and says who answers within 5 s. */
const askOnce = `
  const [octets, server] = process.argv.slice(1);
  const socket = require("node:dgram").createSocket("udp4");
  socket.on("message", (_, { address }) => { console.log(address); process.exit(); });
  socket.bind(68, () => socket.send(Buffer.from(octets, "hex"), 67, server));
  setTimeout(() => process.exit(1), 5000);`;

test("dnsmasq serves the network: it is found and named, clients are left to it", { timeout }, async (t) => {
  const { program, debianPackage } = dhcpClients.udhcpc;
  const lab = DhcpLab.open(t, ["dnsmasq", "dnsmasq-base"], [program, debianPackage]);
  if (lab === undefined) return;
  const lan = lab.switch();
  const capture = await captureDhcp(lan);
  const router = lab.plugged("router", lan, { address: `${otherAddress}/24` });
  const range = "192.0.2.200,192.0.2.220,255.255.255.0";
  const lines = ["port=0", "interface=eth0", "no-ping", "leasefile-ro", `dhcp-range=${range}`];
  const config = router.write("dnsmasq.conf", `${lines.join("\n")}\n`);
  const dnsmasq = router.start("dnsmasq", ["-k", "-C", config, "--log-facility=-", "--pid-file="]);
  await until("dnsmasq has started", () => dnsmasq.log().includes("DHCP, IP range") || undefined, {
    told: dnsmasq.log,
  });

  const server = lab.plugged("server", lan, { address: `${serverAddress}/24` });
  const homeport = await HomeportMachine.start(server, siteOf({ dhcp: { besideOthers: false } }));
  const warning = await until(
    "it says so",
    () => homeport.log().find(({ level, msg }) => level === "warn" && /DHCP server/.test(msg)),
    {
      told: () => homeport.logText(),
    },
  );
  assert.ok(JSON.stringify(warning).includes(otherAddress), JSON.stringify(warning));

  const client = lab.plugged("pc", lan);
  const running = dhcpClients.udhcpc.start(client);
  const address = await client.address({ told: running.log });
  assert.match(address, /^192\.0\.2\.2[012]\d$/);
  const answers = ["Offer", "ACK", "NACK"];
  assert.ok(capture.messages().every(({ type, from }) => !answers.includes(type) || from === otherAddress));

  // What is sent to it alone, by a client that renews or a relay, it answers nevertheless.
  const inform = octetsOf({ type: "INFORM", mac: "01", ciaddr: address }).toHex();
  const asked = await client.run(process.execPath, "-e", askOnce, inform, serverAddress);
  assert.equal(asked.output.trim(), serverAddress, asked.errors);

  const probed = await homeport.command("dhcp", "probe");
  assert.equal(probed.code, 3, probed.errors);
  assert.ok(probed.output.includes(otherAddress), `${probed.output}${probed.errors}`);
});
