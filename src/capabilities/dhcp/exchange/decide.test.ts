import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { leaseFor } from "../leases/lease.testing.ts";
import {
  type ClientState,
  excluded,
  type Outcome,
  type RequestCase,
  requestCases,
  reserved,
  states,
} from "./decide.cases.ts";
import { type Decision, decide } from "./decide.ts";
import { ServerLab, startSeconds } from "./exchange.testing.ts";
import { clientKey, type Said, serverAddress } from "./said.testing.ts";

const address = "192.0.2.105";
const section = {
  hosts: [{ name: "printer", macs: ["52:54:00:00:00:91"], address: reserved }],
  subnets: [
    {
      subnet: "192.0.2.0/24",
      interface: "eth1",
      pools: ["192.0.2.100-192.0.2.109"],
      exclude: [excluded],
    },
  ],
};

function labWith(more: Readonly<Record<string, unknown>> = {}): ServerLab {
  return new ServerLab({ section: { ...section, ...more } });
}

function decided(lab: ServerLab, said: Said): Decision {
  return decide(lab.request(said), lab.table, lab.moment);
}

function offer(lab: ServerLab, mac: string, to: string): void {
  const client = clientKey(mac);
  const madeAtMs = lab.monotonicMs;
  lab.table.offer({
    address: parseIpv4(to),
    client,
    hardware: client.slice(2),
    madeAtMs,
    hostName: undefined,
  });
}

function prepare(lab: ServerLab, { knows, address: at = address, mac = "01" }: RequestCase): void {
  const now = startSeconds;
  const put = (of: string, to: string, rest: object = {}) =>
    lab.table.put(leaseFor(of, to, { since: now - 9, expiresAt: now + 60, ...rest }));
  if (knows === "lease") put(mac, at);
  if (knows === "ended lease") put(mac, at, { expiresAt: now - 1, state: "expired" });
  if (knows === "offer") offer(lab, mac, at);
  if (knows === "another lease of it") put(mac, "192.0.2.101");
  if (knows === "lease of another") put("02", at);
  if (knows === "offer of another") offer(lab, "02", at);
  if (knows === "quarantine") put(mac, at, { state: "declined" });
}

function saidIn(state: ClientState, { address: at = address, mac = "01" }: RequestCase): Said {
  if (state === "SELECTING") return { type: "REQUEST", mac, requested: at, server: serverAddress };
  if (state === "INIT-REBOOT") return { type: "REQUEST", mac, requested: at };
  // What is renewed by unicast comes to the server's own address.
  return { type: "REQUEST", mac, ciaddr: at, ...(state === "RENEWING" && { to: serverAddress }) };
}

function outcomeOf(decision: Decision): Outcome {
  if (decision.do === "refuse") return "NAK";
  return decision.do === "grant" ? "grant" : "silence";
}

for (const authoritative of [true, false])
  describe(authoritative ? "an authoritative server" : "one that is not authoritative", () => {
    for (const one of requestCases)
      for (const state of states) {
        const want = authoritative || state === "SELECTING" ? one.authoritative : one.polite;
        test(`${state}, ${one.what}: ${want}`, () => {
          const lab = labWith({ authoritative });
          prepare(lab, one);
          const decision = decided(lab, saidIn(state, one));
          assert.equal(outcomeOf(decision), want);
          if (decision.do !== "grant") return;
          assert.equal(decision.address, parseIpv4(one.address!));
          assert.equal(decision.before !== undefined, one.knows === "lease", "only what counts is renewed");
        });
      }
  });

const refusals: readonly (readonly [said: Said, want: string])[] = [
  [{ type: "REQUEST", mac: "01", server: serverAddress }, "the request names no address"],
  [{ type: "REQUEST", mac: "01", requested: "10.9.9.9" }, "the address is not of this network"],
  [{ type: "REQUEST", mac: "01", requested: reserved }, "the address is reserved for another machine"],
  [
    { type: "REQUEST", mac: "91", requested: address },
    "the address is not what is reserved for this machine",
  ],
  [{ type: "REQUEST", mac: "01", ciaddr: excluded }, "the address is in no pool that this machine may use"],
];

for (const [said, want] of refusals)
  test(`a NAK says that ${want}`, () =>
    assert.deepEqual(decided(labWith(), said), { do: "refuse", why: want }));

type Row = readonly [why: string, prepare: (lab: ServerLab) => void, said: Said, want: object];

const lease = (lab: ServerLab, mac = "01") =>
  lab.table.put(leaseFor(mac, address, { since: startSeconds - 9, expiresAt: startSeconds + 60 }));
const nothing = () => {};
const not = (why: string) => ({ do: "ignore", why });
const at = parseIpv4(address);

const rows: readonly Row[] = [
  [
    "a request that took another server's offer is not ours",
    (lab) => offer(lab, "01", address),
    { type: "REQUEST", mac: "01", requested: address, server: "192.0.2.9" },
    not("otherServer"),
  ],
  [
    "a request that says neither an address nor a server means nothing",
    nothing,
    { type: "REQUEST", mac: "01" },
    not("malformed"),
  ],
  [
    "a new client is offered an address as one that is new",
    nothing,
    { type: "DISCOVER", mac: "01", requested: address },
    { do: "offer", address: at, isNew: true },
  ],
  [
    "one that is on record is not new",
    (lab) => lease(lab),
    { type: "DISCOVER", mac: "01" },
    { do: "offer", address: at, isNew: false },
  ],
  [
    "nor is one of the site file",
    nothing,
    { type: "DISCOVER", mac: "91" },
    { do: "offer", address: parseIpv4(reserved), isNew: false },
  ],
  [
    "its own lease is declined",
    (lab) => lease(lab),
    { type: "DECLINE", mac: "01", requested: address, server: serverAddress },
    { do: "decline", address: at },
  ],
  [
    "its offer is declined",
    (lab) => offer(lab, "01", address),
    { type: "DECLINE", mac: "01", requested: address },
    { do: "decline", address: at },
  ],
  [
    "another's lease is not declined",
    (lab) => lease(lab, "02"),
    { type: "DECLINE", mac: "01", requested: address },
    not("notTheirLease"),
  ],
  [
    "another's offer is not declined",
    (lab) => offer(lab, "02", address),
    { type: "DECLINE", mac: "01", requested: address },
    not("notTheirLease"),
  ],
  [
    "what nobody has is not declined",
    nothing,
    { type: "DECLINE", mac: "01", requested: address },
    not("notTheirLease"),
  ],
  [
    "a decline for another server is not ours",
    (lab) => lease(lab),
    { type: "DECLINE", mac: "01", requested: address, server: "192.0.2.9" },
    not("otherServer"),
  ],
  [
    "a decline of no address is nothing",
    (lab) => lease(lab),
    { type: "DECLINE", mac: "01" },
    not("otherServer"),
  ],
  [
    "its own lease is given back from its address",
    (lab) => lease(lab),
    { type: "RELEASE", mac: "01", ciaddr: address, to: serverAddress, server: serverAddress },
    { do: "release" },
  ],
  [
    "it may leave out which server it means",
    (lab) => lease(lab),
    { type: "RELEASE", mac: "01", ciaddr: address, to: serverAddress },
    { do: "release" },
  ],
  [
    "and it may come through its relay",
    (lab) => lease(lab),
    { type: "RELEASE", mac: "01", ciaddr: address, giaddr: "192.0.2.2" },
    { do: "release" },
  ],
  [
    "nobody gives back for others",
    (lab) => lease(lab, "02"),
    { type: "RELEASE", mac: "01", ciaddr: address, to: serverAddress },
    not("notTheirLease"),
  ],
  [
    "nor from another address",
    (lab) => lease(lab),
    { type: "RELEASE", mac: "01", ciaddr: address, from: "192.0.2.66", to: serverAddress },
    not("notTheirLease"),
  ],
  [
    "nor from none",
    (lab) => lease(lab),
    { type: "RELEASE", mac: "01", ciaddr: address, from: "0.0.0.0" },
    not("notTheirLease"),
  ],
  [
    "what another server has given is given back there",
    (lab) => lease(lab),
    { type: "RELEASE", mac: "01", ciaddr: address, server: "192.0.2.9" },
    not("otherServer"),
  ],
  [
    "what has ended is not given back",
    (lab) => lab.table.put(leaseFor("01", address, { expiresAt: 1, state: "expired" })),
    { type: "RELEASE", mac: "01", ciaddr: address },
    not("notTheirLease"),
  ],
  [
    "who asks for settings alone gets them",
    nothing,
    { type: "INFORM", mac: "01", ciaddr: "192.0.2.50" },
    { do: "inform" },
  ],
];

for (const [why, prepareLab, said, want] of rows)
  test(why, () => {
    const lab = labWith();
    prepareLab(lab);
    assert.partialDeepStrictEqual(decided(lab, said), want);
  });

test("a full pool offers nothing", () => {
  const pools = ["192.0.2.105"];
  const lab = labWith({ subnets: [{ ...section.subnets[0]!, exclude: [], pools }] });
  lease(lab, "02");
  assert.deepEqual(decided(lab, { type: "DISCOVER", mac: "01" }), not("poolEmpty"));
});

test("a client that takes two messages for four gets them where the site file says so, and no other", () => {
  const rapid = { type: "DISCOVER", mac: "01", requested: address, options: { 80: "" } } as const;
  const granted = { do: "grant", address: at, before: undefined, rapid: true, isNew: true };
  assert.deepEqual(decided(labWith({ rapidCommit: true }), rapid), granted);
  assert.equal(decided(labWith({ rapidCommit: true }), { type: "DISCOVER", mac: "01" }).do, "offer");
  assert.equal(decided(labWith(), rapid).do, "offer");
});
