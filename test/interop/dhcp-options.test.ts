/** What clients make of the options that the site file sets, and of the shorter ways to get them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dhcpClients, toldTo } from "./dhcp-lab/clients.ts";
import { openOffice, serverAddress, siteOf } from "./dhcp-lab/office.ts";

const timeout = 40_000;

test("udhcpc reads routes, search list, time servers, and what an EFI machine boots", {
  timeout,
}, async (t) => {
  const site = siteOf({
    subnet: { gateway: "self" },
    dhcp: {
      options: [
        { name: "ntp-servers", value: ["192.0.2.9", "192.0.2.10"] },
        { name: "domain-search", value: ["lan.example", "corp.example"] },
        { name: "classless-static-route", value: ["10.0.0.0/8 via 192.0.2.7", "0.0.0.0/0 via 192.0.2.1"] },
        { code: 252, type: "text", value: "http://wpad.example/wpad.dat", force: true },
      ],
      boot: { nextServer: "192.0.2.5", file: "pxelinux.0" },
      classes: [
        { name: "efi", match: [{ arch: [7, 9] }], boot: { nextServer: "192.0.2.6", file: "ipxe.efi" } },
      ],
    },
  });
  const office = await openOffice(t, { clients: ["udhcpc"], site });
  if (office === undefined) return;
  const { lab, lan } = office;
  for (const [name, architecture, nextServer, file] of [
    ["bios", "0000", "192.0.2.5", "pxelinux.0"],
    ["efi", "0007", "192.0.2.6", "ipxe.efi"],
  ] as const) {
    const client = lab.plugged(name, lan);
    const more = ["search", "staticroutes", "ntpsrv", "wpad", "tftp", "bootfile"].flatMap((option) => [
      "-O",
      option,
    ]);
    const running = dhcpClients.udhcpc.start(client, { more: [...more, "-x", `0x5d:${architecture}`] });
    await client.address({ told: running.log });
    const told = toldTo(client);
    const expected = {
      router: serverAddress,
      dns: serverAddress,
      domain: "lan.example",
      ntpsrv: "192.0.2.9 192.0.2.10",
      search: "lan.example corp.example",
      staticroutes: "10.0.0.0/8 192.0.2.7 0.0.0.0/0 192.0.2.1",
      wpad: "http://wpad.example/wpad.dat",
      mask: "24",
      serverid: serverAddress,
      siaddr: nextServer,
      boot_file: file,
      tftp: nextServer,
    };
    const seen = Object.fromEntries(Object.keys(expected).map((key) => [key, told.get(key)]));
    assert.deepEqual(seen, expected);
  }
});

test("udhcpc finds options in the fields for file and server name, where a message has no more room", {
  timeout,
}, async (t) => {
  // It takes 576 octets with all headers, of which 308 are for options. RFC 2131 §2
  const codes = [224, 225, 226, 227, 228, 229, 230] as const;
  const value = (code: number) => String(code).repeat(18);
  const options = codes.map((code) => ({ code, type: "text", value: value(code), force: true }));
  const office = await openOffice(t, { clients: ["udhcpc"], site: siteOf({ dhcp: { options } }) });
  if (office === undefined) return;
  const { lab, lan, capture } = office;
  const client = lab.plugged("desk", lan);
  const running = dhcpClients.udhcpc.start(client);
  await client.address({ told: running.log });
  const ack = await capture.message("the ACK", ({ type }) => type === "ACK");
  assert.match(ack.options.get(52) ?? "none", /^file\+sname$/, ack.text);
  const told = toldTo(client);
  for (const code of codes)
    assert.equal(told.get(`opt${code}`), Buffer.from(value(code)).toString("hex"), `option ${code}`);
});

test("replies are broadcast to a client that can take nothing else, and to no other", {
  timeout,
}, async (t) => {
  const office = await openOffice(t, { clients: ["udhcpc"] });
  if (office === undefined) return;
  const { lab, lan, capture } = office;
  for (const [name, mac, more] of [
    ["deaf", "52:54:00:00:04:02", ["-B"]],
    ["desk", "52:54:00:00:04:03", []],
  ] as const) {
    const client = lab.plugged(name, lan, { mac });
    const running = dhcpClients.udhcpc.start(client, { more });
    const address = await client.address({ told: running.log });
    await capture.message("its ACK", ({ type, clientMac }) => type === "ACK" && clientMac === mac);
    const replies = capture
      .messages()
      .filter(({ from, clientMac }) => from === serverAddress && clientMac === mac);
    const to = more.length > 0 ? "255.255.255.255" : address;
    assert.deepEqual(new Set(replies.map((reply) => reply.to)), new Set([to]));
  }
});

test("dhcpcd gets its lease in two messages where rapid commit is on", { timeout }, async (t) => {
  const office = await openOffice(t, { clients: ["dhcpcd"], site: siteOf({ dhcp: { rapidCommit: true } }) });
  if (office === undefined) return;
  const { lab, lan, capture } = office;
  const mac = "52:54:00:00:04:01";
  const client = lab.plugged("desk", lan, { mac });
  const running = dhcpClients.dhcpcd.start(client, { more: ["option rapid_commit"] });
  const address = await client.address({ told: running.log });
  const ack = await capture.message("an ACK", ({ type }) => type === "ACK");
  assert.equal(ack.yourAddress, address);
  const seen = capture.messages().filter(({ clientMac }) => clientMac === mac);
  assert.deepEqual([...new Set(seen.map(({ type }) => type))], ["Discover", "ACK"]);
});

test("dhcpcd with an address of its own is told the options and gets no lease", { timeout }, async (t) => {
  const office = await openOffice(t, { clients: ["dhcpcd"] });
  if (office === undefined) return;
  const { lab, lan, capture, homeport } = office;
  const client = lab.plugged("desk", lan);
  const running = dhcpClients.dhcpcd.start(client, {
    asksTheLink: true,
    more: ["inform 192.0.2.77/24", "option domain_name_servers"],
  });
  await client.address({ told: running.log });
  const inform = await capture.message("it asks", ({ type }) => type === "Inform");
  assert.equal(inform.clientAddress, "192.0.2.77");
  // RFC 2131 §4.3.5: to the address, without a lease time, without yiaddr
  const answer = await capture.message("it is answered", ({ type }) => type === "ACK");
  assert.equal(answer.to, "192.0.2.77");
  assert.equal(answer.yourAddress, undefined);
  for (const code of [51, 58, 59]) assert.equal(answer.options.has(code), false);
  assert.equal(answer.options.get(6), serverAddress);
  assert.equal(await homeport.leaseOf("192.0.2.77"), undefined);
});

test("clients of a class get addresses of its pool, and its lease time", { timeout }, async (t) => {
  const site = siteOf({
    dhcp: {
      classes: [
        {
          name: "busybox",
          match: [{ option: "vendor-class-identifier", prefix: "udhcp " }],
          leaseTime: "30m",
        },
      ],
    },
    subnet: {
      pools: [{ range: "192.0.2.50-192.0.2.59", classes: ["busybox"] }, "192.0.2.100-192.0.2.109"],
    },
  });
  const office = await openOffice(t, { clients: ["udhcpc", "dhclient"], site });
  if (office === undefined) return;
  const { lab, lan, homeport } = office;
  for (const [kind, pool, minutes] of [
    ["udhcpc", /^192\.0\.2\.5\d$/, 30],
    ["dhclient", /^192\.0\.2\.10\d$/, 720],
  ] as const) {
    const client = lab.plugged(kind, lan);
    const running = dhcpClients[kind].start(client);
    const address = await client.address({ told: running.log });
    assert.match(address, pool);
    const lease = await homeport.leaseOf(address);
    assert.equal(Math.ceil((Date.parse(lease!.expiresAt!) - Date.now()) / 60_000), minutes);
  }
});
