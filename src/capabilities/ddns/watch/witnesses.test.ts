import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatProblem } from "#contracts/configuration.ts";
import type { HttpRequest } from "#platform/http-client/http-client.ts";
import { DdnsConfig } from "../config.ts";
import { echoServiceOf, echoServices } from "./echo-services.ts";
import { portsWith, wordsOf } from "./methods/witness-ports.testing.ts";
import { operatorsOf, witnessesOf, witnessProblems } from "./witnesses.ts";

function addressOf(address: object) {
  return DdnsConfig.parse({ address }).address;
}

function listed(address: object, family: "ipv4" | "ipv6" = "ipv4"): string[] {
  const config = addressOf(address);
  return witnessesOf(family, config[family], config, portsWith({})).map(
    ({ title, operator, isTrusted, pauseMsMin }) =>
      `${title} (${operator}) ${pauseMsMin / 1000}${isTrusted ? " trusted" : ""}`,
  );
}

suite("the methods of the site file become", () => {
  for (const [why, ipv4, want] of [
    [
      "the name servers, held against each other",
      ["dns"],
      ["dns cloudflare (cloudflare) 60", "dns opendns (cisco) 60"],
    ],
    [
      "those whose word counts because the operator says so",
      [{ method: "dns", trust: true }],
      ["dns cloudflare (cloudflare) 60 trusted", "dns opendns (cisco) 60 trusted"],
    ],
    ["the router, which is alone and trusted", ["nat-pmp"], ["nat-pmp (router) 0 trusted"]],
    [
      "one router by three ways, and this machine by two",
      [
        "upnp",
        { method: "pcp", router: "192.168.1.1" },
        { method: "upnp", router: "http://192.168.1.1:5000/d.xml" },
        "route",
        { method: "interface", interface: "ppp0" },
      ],
      [
        "upnp (router) 0",
        "pcp 192.168.1.1 (router) 0",
        "upnp 192.168.1.1:5000 (router) 0",
        "route (this machine) 0",
        "interface ppp0 (this machine) 0",
      ],
    ],
    [
      "chosen services in their order",
      [{ method: "https", services: ["icanhazip", "ipify", "https://echo.example/ip"] }],
      ["icanhazip (cloudflare) 600", "ipify (ipify) 600", "echo.example/ip (echo.example) 0"],
    ],
    [
      "one service of one's own, which is alone and trusted",
      [{ method: "https", services: ["https://echo.example/ip"] }],
      ["echo.example/ip (echo.example) 0 trusted"],
    ],
    [
      "services of one operator, who is alone and trusted",
      [{ method: "https", services: ["icanhazip", "Cloudflare"] }],
      ["icanhazip (cloudflare) 600 trusted", "cloudflare (cloudflare) 600 trusted"],
    ],
    [
      "a URL of a known service, which stays its voice",
      [{ method: "https", services: ["https://api.ipify.org/?format=json"] }],
      ["api.ipify.org (ipify) 600 trusted"],
    ],
    [
      "a program",
      [{ method: "command", command: ["/usr/local/bin/wan", "{family}"] }, "route"],
      ["command wan (command /usr/local/bin/wan) 0", "route (this machine) 0"],
    ],
    [
      "STUN servers, known ones and one's own",
      [{ method: "stun", servers: ["stun.l.google.com:19302", "[2001:db8::1]:3478"] }],
      ["stun stun.l.google.com:19302 (google) 60", "stun [2001:db8::1] (2001:db8::1) 0"],
    ],
    ["nobody", [], []],
  ] as const) {
    test(why, () => assert.deepEqual(listed({ ipv4 }), want));
  }

  test("by default, every known service of the family and the name servers", () => {
    assert.equal(listed({}).length, echoServices.length + 2);
    const six = listed({}, "ipv6");
    assert.equal(six.length, echoServices.filter(({ ipv6 }) => ipv6 !== undefined).length + 2);
    assert.ok(!six.some((line) => line.startsWith("amazon")));
    assert.ok([...listed({}), ...six].every((line) => !line.endsWith("trusted")));
  });

  test("voices that the operator can count", () => {
    const count = (ipv4: readonly unknown[]): number => operatorsOf("ipv4", addressOf({ ipv4 }).ipv4).size;
    assert.equal(count(["dns"]), 2);
    assert.equal(count(["upnp", "nat-pmp", "pcp"]), 1);
    assert.equal(count([{ method: "https", services: ["icanhazip"] }, "dns"]), 2);
    assert.ok(count(["https", "dns"]) >= 13);
  });

  test("witnesses that take the networks of a laboratory for public", async () => {
    const config = addressOf({
      ipv4: [{ method: "https", services: ["ipify"] }],
      alsoPublic: ["203.0.113.0/24"],
    });
    const asked: HttpRequest[] = [];
    const http = async (request: HttpRequest) => {
      asked.push(request);
      return { status: 200, headers: {}, text: "203.0.113.9" };
    };
    const [ipify] = witnessesOf("ipv4", config.ipv4, config, portsWith({ http }));
    assert.equal(await wordsOf(ipify!), "203.0.113.9");
    assert.equal(asked[0]?.url, "https://api.ipify.org/");
    const [strict] = witnessesOf("ipv4", config.ipv4, { alsoPublic: [] }, portsWith({ http }));
    assert.equal(await wordsOf(strict!), "says 203.0.113.9, which is for documentation");
  });

  test("witnesses with a title each, and with the ports of the machine alone", async () => {
    const every = [
      "https",
      "dns",
      "route",
      "upnp",
      "nat-pmp",
      "pcp",
      "stun",
      { method: "interface", interface: "ppp0" },
      { method: "command", command: ["wan"] },
    ];
    const config = addressOf({ ipv4: every });
    const witnesses = witnessesOf("ipv4", config.ipv4, config, portsWith({}));
    assert.equal(new Set(witnesses.map(({ title }) => title)).size, witnesses.length);
    for (const witness of witnesses)
      assert.match(await wordsOf(witness), /should not$|^cannot be asked|^has no/);
  });
});

suite("what is wrong with the methods", () => {
  for (const [why, address, want] of [
    ["nothing", {}, []],
    [
      "a service that is misspelt",
      { ipv4: [{ method: "https", services: ["ipify", "icanhazp"] }] },
      ['ddns.address.ipv4[0].services[1]: there is no known service "icanhazp"; write icanhazip'],
    ],
    [
      "a service that nobody knows",
      { ipv6: ["dns", { method: "https", services: ["somewhere"] }] },
      [
        `ddns.address.ipv6[1].services[0]: there is no known service "somewhere"; write a URL, or one of ${echoServices.map(({ name }) => name).join(", ")}`,
      ],
    ],
    [
      "a service without the family",
      { ipv6: [{ method: "https", services: ["amazon"] }] },
      [
        "ddns.address.ipv6[0].services[0]: amazon does not tell IPv6 addresses; take it out of ddns.address.ipv6",
      ],
    ],
    [
      "a service that anybody can speak for",
      { ipv4: [{ method: "https", services: ["http://echo.example/"] }] },
      [
        "warning: ddns.address.ipv4[0].services[0]: http://echo.example/ is plain HTTP: whoever is on the way can change its answer; write https:// where it has that",
      ],
    ],
    [
      "a method without the family",
      { ipv6: ["https", "nat-pmp", "upnp"] },
      [
        "ddns.address.ipv6[1]: nat-pmp tells IPv4 addresses only; take it out of ddns.address.ipv6",
        "ddns.address.ipv6[2]: upnp tells IPv4 addresses only; take it out of ddns.address.ipv6",
      ],
    ],
  ] as const) {
    test(why, () => assert.deepEqual(witnessProblems(addressOf(address)).map(formatProblem), want));
  }
});

test("the table of services has each name once, HTTPS, and nothing but words for the site file", () => {
  assert.equal(new Set(echoServices.map(({ name }) => name)).size, echoServices.length);
  for (const { name, ipv4, ipv6 } of echoServices) {
    assert.match(name, /^[a-z0-9]+$/);
    assert.equal(echoServiceOf(name)?.name, name);
    for (const url of [ipv4, ipv6]) assert.ok(url === undefined || new URL(url).protocol === "https:");
  }
});
