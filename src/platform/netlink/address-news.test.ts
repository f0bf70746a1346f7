import assert from "node:assert/strict";
import test from "node:test";
import type { AddressMessage, LinkMessage, RouteEntryMessage } from "#protocols/netlink/route-message.ts";
import type { AddressEvent } from "./address-event.ts";
import { AddressNews } from "./address-news.ts";
import { limits } from "./limits.ts";

const ipv4 = new Uint8Array([203, 0, 113, 9]);
const ipv6 = Uint8Array.fromHex("20010db8000000000000000000000009");
const tentative = 0x40;
const deprecated = 0x20;
const optimistic = 0x04;
const duplicate = 0x08;

function address(flags: number, more: Partial<AddressMessage> = {}): AddressMessage {
  const plain = { kind: "address", isGone: false, family: 10, index: 3, prefixLength: 64 } as const;
  return { ...plain, address: ipv6, flags, ...more };
}

function route(more: Partial<RouteEntryMessage> = {}): RouteEntryMessage {
  return {
    kind: "route",
    isGone: false,
    family: 2,
    prefixLength: 0,
    table: 254,
    protocol: 3,
    type: 1,
    flags: 0,
    destination: undefined,
    gateway: new Uint8Array([203, 0, 113, 1]),
    index: 3,
    priority: 0,
    ...more,
  };
}

function link(flags: number, more: Partial<LinkMessage> = {}): LinkMessage {
  return { kind: "link", isGone: false, family: 0, index: 3, flags, ...more };
}

/** `address added`, `route removed`, `link up`; empty: nothing is new. */
function wordsOf(event: AddressEvent | undefined): string {
  if (event === undefined) return "";
  return event.kind === "unknown" ? "unknown" : `${event.kind} ${event.change}`;
}

type Message = AddressMessage | RouteEntryMessage | LinkMessage;
const cases: readonly (readonly [
  why: string,
  messages: readonly (readonly [message: Message, want: string])[],
  initial?: readonly string[],
])[] = [
  [
    "an address comes, is said again, and goes",
    [
      [address(0), "address added"],
      [address(0), ""],
      [address(0, { isGone: true }), "address removed"],
      [address(0), "address added"],
    ],
  ],
  [
    "an address counts once it has been tried",
    [
      [address(tentative), ""],
      [address(0), "address added"],
    ],
  ],
  [
    "an address that may be used while it is tried counts at once",
    [[address(tentative | optimistic), "address added"]],
  ],
  [
    "an address that somebody else has never counts",
    [
      [address(tentative), ""],
      [address(tentative | duplicate), ""],
      [address(duplicate, { isGone: true }), ""],
    ],
  ],
  [
    "an address that is preferred no longer has changed, each time once",
    [
      [address(0), "address added"],
      [address(deprecated), "address changed"],
      [address(deprecated), ""],
      [address(0), "address changed"],
    ],
  ],
  [
    "what was there at the beginning is no news, and its going is",
    [
      [address(0), ""],
      [address(0), ""],
      [address(0, { isGone: true }), "address removed"],
    ],
    ["2001:db8::9"],
  ],
  [
    "what was there at the beginning may go without a word before",
    [
      [address(0, { isGone: true }), "address removed"],
      [address(0, { isGone: true }), ""],
    ],
    ["2001:db8::9"],
  ],
  [
    "the same address with another prefix is another",
    [
      [address(0), "address added"],
      [address(0, { prefixLength: 128 }), "address added"],
    ],
  ],
  ["an address of a family that nobody asks for is nothing", [[address(0, { family: 7 }), ""]]],
  [
    "a default route comes, is set again, is replaced, and goes",
    [
      [route(), "route added"],
      [route(), ""],
      [route({ gateway: ipv4 }), "route added"],
      [route({ gateway: ipv4, isGone: true }), "route removed"],
    ],
  ],
  [
    "a route that went with its link is new when it is set again",
    [
      [route(), "route added"],
      [route({ index: 4, priority: 5 }), "route added"],
      [link(0x3), "link down"],
      [route(), "route added"],
      [route({ index: 4, priority: 5 }), ""],
    ],
  ],
  [
    "so is one that went with its address",
    [
      [address(0), "address added"],
      [route(), "route added"],
      [address(0, { isGone: true }), "address removed"],
      [route(), "route added"],
    ],
  ],
  ["half of the Internet is a way out", [[route({ prefixLength: 1 }), "route added"]]],
  ["a route to a network is none", [[route({ prefixLength: 8 }), ""]]],
  ["a route that the kernel makes with an address is none", [[route({ protocol: 2 }), ""]]],
  ["a route of the local table is none", [[route({ table: 255 }), ""]]],
  ["a route that leads nowhere is none", [[route({ type: 7 }), ""]]],
  ["a copy that the kernel keeps is none", [[route({ flags: 0x200 }), ""]]],
  [
    "a link counts when it comes up or goes down",
    [
      [link(0x43), "link up"],
      [link(0x10043), ""],
      [link(0x3), "link down"],
      [link(0x1003, { isGone: true }), ""],
      [link(0x43), "link up"],
      [link(0x43, { isGone: true }), "link down"],
    ],
  ],
  ["a bridge's port is no link", [[link(0x43, { family: 7 }), ""]]],
];
for (const [why, messages, initial = []] of cases) {
  test(`news of addresses: ${why}`, () => {
    const news = new AddressNews(initial);
    assert.deepEqual(
      messages.map(([message]) => wordsOf(news.take(message))),
      messages.map(([, want]) => want),
    );
  });
}

test("an event says what it is about", () => {
  const news = new AddressNews();
  const told = news.take(address(0, { family: 2, address: ipv4, prefixLength: 24, index: 7 }));
  const want = { kind: "address", change: "added", family: "ipv4", address: "203.0.113.9", prefixLength: 24 };
  assert.deepEqual(told, { ...want, interfaceIndex: 7 });
  assert.deepEqual(news.take(route({ family: 10 })), {
    kind: "route",
    change: "added",
    family: "ipv6",
    interfaceIndex: 3,
  });
});

test("what is remembered has a bound", () => {
  const news = new AddressNews();
  for (let index = 0; index < limits.rememberedMax; index++)
    for (const message of [address(0, { index }), route({ index }), link(0x43, { index })])
      news.take(message);
  assert.equal(wordsOf(news.take(address(0, { index: 0 }))), "");
  assert.equal(wordsOf(news.take(address(0, { index: 100_000 }))), "address added");
  assert.equal(wordsOf(news.take(address(0, { index: 0 }))), "address added", "it was forgotten");
});

test("other messages are nothing", () => {
  assert.equal(new AddressNews().take({ kind: "other", type: 3 }), undefined);
});
