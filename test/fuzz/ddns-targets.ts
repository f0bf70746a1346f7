/**
 * What the fuzzer feeds to those who read what tells or takes the site's address: echo services, routers,
 * STUN servers, the kernel, clients of the update server, services that keep records, configs of other
 * programs.
 */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { parseDdclientCache } from "#protocols/ddclientconf/cache.ts";
import { parseDdclientConf } from "#protocols/ddclientconf/lines.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { readAuthorization } from "#protocols/dyndns2/login.ts";
import { answerText } from "#protocols/dyndns2/server-answer.ts";
import { readUpdateAnswers } from "#protocols/dyndns2/update-answers.ts";
import { addressCases } from "#protocols/dyndns2/update-request.cases.ts";
import { isFullyQualified, readUpdateQuestion } from "#protocols/dyndns2/update-request.ts";
import { parseInadynConf } from "#protocols/inadynconf/statements.ts";
import { readExternalAddressAnswer } from "#protocols/nat-pmp/external-address.ts";
import { readRouteMessages } from "#protocols/netlink/route-message.ts";
import { readMapAnswer } from "#protocols/pcp/map.ts";
import { octetsOfAddress } from "#protocols/public-address/network.ts";
import { oneAddress } from "#protocols/public-address/one-address.ts";
import { canonicalAddress, publicAddressProblem } from "#protocols/public-address/public-address.ts";
import { readBindingAnswer } from "#protocols/stun/binding.ts";
import { readConnectionServices } from "#protocols/upnp/description.ts";
import { readExternalAddressResult } from "#protocols/upnp/external-address.ts";
import { addressAnswer, description, fault, searchAnswer } from "#protocols/upnp/router.cases.ts";
import { readSearchAnswer } from "#protocols/upnp/search.ts";

/** Others change octets of a seed, and sometimes its length. */
type Mutate = (seed: Uint8Array) => Uint8Array;

const families = ["ipv4", "ipv6"] as const;
const descriptionUrl = "http://192.168.1.1:5000/rootDesc.xml";

const transaction = Uint8Array.fromHex("b7e7a701bc34d686fa87dfae");
const mapping = {
  clientAddress: "192.168.1.20",
  nonce: Uint8Array.fromHex("0102030405060708090a0b0c"),
  internalPort: 0x9c40,
  lifetimeSeconds: 60,
};
/** RFC 5769 §2.2 and §2.3, an error; NAT-PMP's answers; PCP's. */
const octetSeeds = {
  stun: [
    "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643" +
      "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96",
    "010100182112a442b7e7a701bc34d686fa87dfae002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9",
    "011100102112a442b7e7a701bc34d686fa87dfae0009000c0000030054727920416c7465",
  ],
  natPmp: ["008000000000000acb007109", "00800003", "02800001"],
  pcp: [
    `028100000000007800001234${"00".repeat(12)}0102030405060708090a0b0c110000009c40d431` +
      "00000000000000000000ffffcb007109",
    "0281000200000078",
    "00800001",
  ],
  /** RTM_NEWADDR of 192.0.2.1 at interface 2 in little endian, and RTM_NEWLINK. */
  netlink: [
    "280000001400000000000000000000000218800002000000" + "08000100c0000201" + "08000200c0000201",
    "20000000100000000000000000000000" + "00000100020000004110000000000000",
  ],
} satisfies Readonly<Record<string, readonly string[]>>;

const pageSeeds = [
  "203.0.113.9\n",
  "2001:db8::9",
  '{"ip":"203.0.113.9","country":"AQ"}',
  "<html><head><title>Current IP Check</title></head><body>Current IP Address: 203.0.113.9</body></html>",
  "fl=1\nh=example\nip=203.0.113.9\nts=1\n",
  "<!doctype html><title>Log in</title>",
];
const answerSeeds = [
  "good 203.0.113.9\nnochg 2001:db8::9\n",
  "badauth",
  "w10m",
  "911\r\n",
  "nohost\n!yours\n",
];
const ddclientSeed =
  "daemon=300\nuse=web, web=checkip.example/\nprotocol=dyndns2, server=s.example, login=a, password='b,#c' \\\n" +
  " home.example,other.example # both\n## ddclient-3.10\natime=1,host=a.example,ip=203.0.113.9,mtime=1 a.example\n";
const inadynSeed =
  'period = 300 # often\nprovider default@dyndns.org:1 {\n  username = a\n  password = "b\\x41\\"c"\n' +
  "  hostname = { a.example, 'b.example' } /* all */\n}\ncustom x { ddns-path = \"/?h=%h\" }\n" +
  'include("/etc/x")\nuser-agent += y\n';
const targets = addressCases.map(([, query]) => `/nic/update?hostname=a.example,b.example&${query}`);
const logins = ["Basic YS5leGFtcGxlOm9wZW4tc2VzYW1l", "Token abc", "bearer x.y"];

function pick<Item>(list: readonly Item[]): Item {
  return list[randomInt(list.length)]!;
}

function tolerate(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
}

export function ddnsTargets(mutated: Mutate): Readonly<Record<string, () => void>> {
  const octets = (seeds: readonly string[]): Uint8Array => mutated(Uint8Array.fromHex(pick(seeds)));
  const text = (seed: string): string => Buffer.from(mutated(Buffer.from(seed))).toString("latin1");
  return {
    dyndns2Request: () => readRequest(text),
    dyndns2Answer: () => {
      const count = randomInt(1, 21);
      const said = readUpdateAnswers(text(pick(answerSeeds)), count);
      assert.equal(said.length, count);
      for (const line of said)
        for (const address of line?.addresses ?? []) assert.ok(octetsOfAddress(address) !== undefined);
    },
    stun: () =>
      tolerate(() => {
        const answer = readBindingAnswer(octets(octetSeeds.stun), transaction);
        if (answer.kind === "mapped") mustBeAddress(answer.address);
      }),
    natPmp: () =>
      tolerate(() => {
        const answer = readExternalAddressAnswer(octets(octetSeeds.natPmp));
        if (answer.kind === "address") mustBeAddress(answer.address);
      }),
    pcp: () =>
      tolerate(() => {
        const answer = readMapAnswer(octets(octetSeeds.pcp), mapping);
        if (answer.kind === "mapped") mustBeAddress(answer.externalAddress);
      }),
    netlink: () =>
      tolerate(() => {
        const message = octets(octetSeeds.netlink);
        for (const read of readRouteMessages(message, randomInt(8) > 0))
          if (read.kind === "address") assert.ok([4, 16].includes(read.address.length));
      }),
    upnp: () => readRouter(text),
    oneAddress: () => {
      const family = pick(families);
      const found = oneAddress(text(pick(pageSeeds)), family);
      if (found.kind === "unknown") assert.ok(found.why.length < 200 && !/[^\x20-\x7e…]/.test(found.why));
      else assert.equal(canonicalAddress(found.address, family), found.address);
      if (found.kind === "address") publicAddressProblem(found.address, family);
    },
    ddclientConf: () => {
      const file = text(ddclientSeed);
      parseDdclientConf("fuzz", file);
      parseDdclientCache("fuzz", file);
    },
    inadynConf: () => {
      const { statements, problems } = parseInadynConf("fuzz", text(inadynSeed));
      const lines = inadynSeed.length + 400;
      for (const { line } of [...statements, ...problems]) assert.ok(line >= 1 && line <= lines);
    },
  };
}

function mustBeAddress(address: string): void {
  const family = address.includes(":") ? "ipv6" : "ipv4";
  assert.equal(canonicalAddress(address, family), address);
}

/** What is asked for is a name and an address in its canonical form, or nothing; and it can be answered. */
function readRequest(text: (seed: string) => string): void {
  const authorization = randomInt(2) === 0 ? text(pick(logins)) : pick(logins);
  const login = readAuthorization(authorization);
  if (login !== undefined) assert.ok(login.secret.length > 0 && login.secret.length <= 256);
  const [target, form] = [
    text(pick(targets)),
    randomInt(3) === 0 ? text("hostname=c.example&myip=8.8.4.4") : "",
  ];
  const asked = readUpdateQuestion({
    method: randomInt(3) === 0 ? "POST" : "GET",
    target,
    form,
    authorization,
    userAgent: "fuzz/1",
  });
  if (asked.ask !== "update") return;
  assert.ok(asked.hostnames.length <= 20);
  for (const name of asked.hostnames) if (isFullyQualified(name)) assert.match(name, /^[a-z0-9_.-]{3,253}$/);
  answerText(
    asked.dialect,
    asked.hostnames.map(() => ({ code: "good" })),
  );
  if (asked.addresses.from !== "request") return;
  for (const wish of [asked.addresses.ipv4, asked.addresses.ipv6])
    if (wish.do === "set") mustBeAddress(wish.address);
}

/** Whatever a router says, nothing is asked of another host. */
function readRouter(text: (seed: string) => string): void {
  tolerate(() => {
    const { location } = readSearchAnswer(Buffer.from(text(searchAnswer(descriptionUrl)), "latin1"));
    assert.equal(new URL(location).protocol, "http:");
  });
  tolerate(() => {
    for (const { controlUrl } of readConnectionServices(text(description), descriptionUrl))
      assert.equal(new URL(controlUrl).hostname, new URL(descriptionUrl).hostname);
  });
  tolerate(() => {
    const result = readExternalAddressResult(text(pick([addressAnswer("203.0.113.9"), fault])));
    if (result.kind === "fault") assert.ok(!/[^\x20-\x7e]/.test(result.words));
  });
}
