import assert from "node:assert/strict";
import test from "node:test";
import { limits } from "../limits.ts";
import { type Offer, Offers } from "./offers.ts";

function offer(address: number, client: string, madeAtMs = 0): Offer {
  return { address, client, hardware: client, madeAtMs, hostName: undefined };
}

const all = (): boolean => true;

test("a client has one offer: the address of the one before is told, so that others get it", () => {
  const offers = new Offers();
  assert.equal(offers.make(offer(1, "a")), undefined);
  assert.equal(offers.make(offer(1, "a", 10)), undefined, "the same again");
  assert.equal(offers.make(offer(2, "a", 20)), 1);
  assert.equal(offers.at(1), undefined);
  assert.equal(offers.size, 1);
});

test("an address that is taken back from a client is not that client's any more", () => {
  const offers = new Offers();
  offers.make(offer(1, "a"));
  offers.make(offer(1, "b", 6_000));
  assert.equal(offers.of("a"), undefined);
  offers.make(offer(2, "a", 7_000));
  assert.equal(offers.at(1)?.client, "b", "what the first is offered next takes nothing away");
});

test("offers that nobody took end in the order in which they were made, also those taken back and made again", () => {
  const offers = new Offers();
  offers.make(offer(1, "a", 0));
  offers.make(offer(2, "b", 1_000));
  offers.make(offer(1, "c", 6_000));
  assert.deepEqual(offers.takeOverdue(limits.offerHoldMs - 1), []);
  assert.deepEqual(offers.takeOverdue(1_000 + limits.offerHoldMs), [2]);
  assert.deepEqual(offers.takeOverdue(6_000 + limits.offerHoldMs), [1]);
  assert.equal(offers.size, 0);
});

test("the oldest offer is taken back when it has been kept for a while, and only where it is of use", () => {
  const offers = new Offers();
  offers.make(offer(1, "a", 0));
  offers.make(offer(2, "b", 1_000));
  assert.equal(offers.oldest(limits.offerStealMs - 1, all), undefined);
  assert.equal(offers.oldest(limits.offerStealMs, all)?.address, 1);
  const notTheFirst = (address: number): boolean => address !== 1;
  assert.equal(offers.oldest(limits.offerStealMs, notTheFirst), undefined, "the second is too young");
  assert.equal(offers.oldest(1_000 + limits.offerStealMs, notTheFirst)?.address, 2);
});
