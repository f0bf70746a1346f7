import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { defaultGateway } from "./gateway.ts";
import { natPmpWitness } from "./nat-pmp.ts";
import { pcpWitness } from "./pcp.ts";
import { stunWitness } from "./stun.ts";
import { facts, fakeUdp, portsWith, routeFile, wordsOf } from "./witness-ports.testing.ts";

const local = { address: "192.168.1.20", port: 40_000 };
const alsoPublic = ["203.0.113.0/24", "2001:db8::/32"];
const readText = routeFile("192.168.1.254", "192.168.1.1");
const octets = (hex: string): Uint8Array => Uint8Array.fromHex(hex);

test("the default gateway is the preferred one", () => {
  assert.equal(defaultGateway({ readText }), "192.168.1.1");
  assert.equal(defaultGateway({ readText: routeFile() }), undefined);
  assert.equal(defaultGateway(portsWith({})), undefined);
});

suite("the router by NAT-PMP", () => {
  const refusal = "00800003" + "00001234" + "00000000";
  for (const [why, answers, want] of [
    ["its address", ["0080000000001234cb007109"], "203.0.113.9"],
    ["its address behind noise", ["00", "0080000000001234cb007109"], "203.0.113.9"],
    [
      "that another router is in front",
      ["0080000000001234c0a80002"],
      "says 192.168.0.2, which is private: another router is in front of it",
    ],
    [
      "that a carrier's NAT is",
      ["008000000000123464400009"],
      "says 100.64.0.9, which is shared by a carrier-grade NAT: another router is in front of it",
    ],
    ["that it has none", [refusal], "has no address itself"],
    ["nothing", [], "did not answer within 0.005 s"],
    ["noise", ["0102"], "did not answer within 0.005 s"],
  ] as const) {
    test(`tells ${why}`, async () => {
      const { openUdp, sent, open } = fakeUdp(local, () => answers.map(octets));
      const ports = portsWith({ openUdp, readText });
      const witness = natPmpWitness(facts, { router: undefined, ports, alsoPublic, lookMsMax: 5 });
      assert.equal(await wordsOf(witness), want);
      assert.deepEqual(sent, [{ octets: octets("0000"), to: { address: "192.168.1.1", port: 5351 } }]);
      await Promise.resolve();
      assert.ok(want.startsWith("did not") || open.size === 0);
    });
  }

  test("tells nothing of IPv6, and nothing without a gateway", async () => {
    const ports = portsWith({ readText: routeFile() });
    const witness = natPmpWitness(facts, { router: undefined, ports, alsoPublic });
    assert.equal(await wordsOf(witness, "ipv6"), "tells IPv4 addresses only");
    assert.equal(await wordsOf(witness), "cannot be asked: this machine has no default gateway");
  });

  test("is asked where the site file says, by name and port", async () => {
    const { openUdp, sent } = fakeUdp(local, () => [octets("0080000000001234cb007109")]);
    const ports = portsWith({ openUdp, resolve: async () => "192.168.1.7" });
    const witness = natPmpWitness(facts, { router: "router.lan:5399", ports, alsoPublic });
    assert.equal(await wordsOf(witness), "203.0.113.9");
    assert.deepEqual(sent[0]?.to, { address: "192.168.1.7", port: 5399 });
  });
});

const nonce = "a5".repeat(12);
const mapped = "00000000000000000000ffff";

/** A server of PCP that answers a request with this external address. */
function pcpAnswer(external: string, result = "00") {
  return (request: Uint8Array): readonly Uint8Array[] => {
    const hex = request.toHex();
    return [octets(`028100${result}0000007800001234${"00".repeat(12)}${hex.slice(48, 84)}1234${external}`)];
  };
}

suite("the router by PCP", () => {
  test("tells its address, and the mapping is given back", async () => {
    const { openUdp, sent, open } = fakeUdp(local, pcpAnswer(`${mapped}cb007109`));
    const ports = portsWith({ openUdp, readText });
    assert.equal(await wordsOf(pcpWitness(facts, { router: undefined, ports, alsoPublic })), "203.0.113.9");
    const body = `${mapped}c0a80114${nonce}110000009c400000${mapped}00000000`;
    assert.deepEqual(
      sent.map((one) => one.octets.toHex()),
      [`0201000000000078${body}`, `0201000000000000${body}`],
    );
    assert.deepEqual(sent[1]?.to, { address: "192.168.1.1", port: 5351 });
    assert.equal(open.size, 0);
  });

  for (const [why, answer, want] of [
    [
      "that another router is in front",
      pcpAnswer(`${mapped}0a000002`),
      "says 10.0.0.2, which is private: another router is in front of it",
    ],
    ["that it must not", pcpAnswer(`${mapped}00000000`, "02"), "does not allow this machine to use PCP"],
    [
      "that it speaks NAT-PMP only",
      () => [octets("0081000100001234")],
      "speaks NAT-PMP, not PCP; use the method nat-pmp",
    ],
    ["another's mapping", () => [octets(`02810000${"00".repeat(56)}`)], "did not answer within 0.005 s"],
  ] as const) {
    test(`tells ${why}`, async () => {
      const { openUdp } = fakeUdp(local, answer);
      const ports = portsWith({ openUdp, readText });
      const witness = pcpWitness(facts, { router: undefined, ports, alsoPublic, lookMsMax: 5 });
      assert.equal(await wordsOf(witness), want);
    });
  }

  test("tells an IPv6 address where it is asked by IPv6", async () => {
    const v6 = { address: "2001:db8::20", port: 40_000 };
    const { openUdp, sent } = fakeUdp(v6, pcpAnswer("20010db8000000000000000000000009"));
    const ports = portsWith({ openUdp });
    const at = (router: string) => pcpWitness(facts, { router, ports, alsoPublic });
    assert.equal(await wordsOf(at("[2001:db8::1]"), "ipv6"), "2001:db8::9");
    assert.deepEqual(sent[0]?.to, { address: "2001:db8::1", port: 5351 });
    assert.match(await wordsOf(at("192.168.1.1"), "ipv6"), /^is asked at 192\.168\.1\.1, and tells nothing/);
    const nowhere = pcpWitness(facts, { router: undefined, ports, alsoPublic });
    assert.match(await wordsOf(nowhere, "ipv6"), /without the address of the `router`$/);
  });
});

suite("a STUN server", () => {
  const head = `2112a442${nonce}`;
  const answer = octets(`0101000c${head}000100080001${"1234"}cb007109`);
  const resolve = async (host: string, family: string): Promise<string> => {
    assert.equal(host, "stun.example");
    return family === "ipv4" ? "192.0.2.8" : "2001:db8::8";
  };
  for (const [why, answers, want] of [
    ["the address that asked", [answer], "203.0.113.9"],
    [
      "it behind another's answer",
      [octets(`0101000c2112a442${"5a".repeat(12)}000100080001123401010101`), answer],
      "203.0.113.9",
    ],
    ["an error", [octets(`01110008${head}0009000400000400`), answer], "answers 400 ()"],
    ["nothing", [], "did not answer within 0.005 s"],
  ] as const) {
    test(`tells ${why}`, async () => {
      const { openUdp, sent } = fakeUdp(local, () => answers);
      const ports = portsWith({ openUdp, resolve });
      const witness = stunWitness(facts, { server: "stun.example", ports, alsoPublic, lookMsMax: 5 });
      assert.equal(await wordsOf(witness), want);
      assert.deepEqual(sent, [
        { octets: octets(`00010000${head}`), to: { address: "192.0.2.8", port: 3478 } },
      ]);
    });
  }

  test("is asked by the family that is looked at", async () => {
    const { openUdp, sent } = fakeUdp(local, () => [answer]);
    const ports = portsWith({ openUdp, resolve });
    const at = (server: string) => stunWitness(facts, { server, ports, alsoPublic });
    assert.match(await wordsOf(at("stun.example:3479"), "ipv6"), /not an IPv6 address$/);
    assert.deepEqual(sent[0]?.to, { address: "2001:db8::8", port: 3479 });
    assert.equal(await wordsOf(at("[2001:db8::8]"), "ipv4"), "has no IPv4 address");
  });
});
