import assert from "node:assert/strict";
import { test } from "node:test";
import { SteppedClock } from "#platform/clock/clock.ts";
import { serveLimits as limits } from "./limits.ts";
import { SecretCheck } from "./secret-check.ts";
import { hashOfNothing, hashSecret, isSecretOf, newSecret } from "./secret-hash.ts";

const ann = { user: "ann", secretHash: "of open-sesame" };

/** Hashes are looked at when `go` says so; until then they wait. */
function open() {
  const clock = new SteppedClock();
  const looked: string[] = [];
  const waiting: (() => void)[] = [];
  let isHeld = false;
  const check = new SecretCheck({
    monotonicMs: () => clock.monotonicMs(),
    isSecretOf: async (secret, hash) => {
      looked.push(`${secret} ${hash.slice(0, 8)}`);
      if (isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
      return hash === `of ${secret}`;
    },
  });
  const hold = (): void => {
    isHeld = true;
  };
  const go = (): void => {
    for (const resume of waiting.splice(0)) resume();
  };
  const verdictOf = async (...asked: Parameters<SecretCheck["check"]>) => await check.check(...asked);
  return { clock, check, verdictOf, looked, hold, go, waiting };
}

test("what was right once is not hashed again", async () => {
  const { check, looked } = open();
  for (let count = 0; count < 3; count++)
    assert.deepEqual(await check.check(ann, "open-sesame", "9.9.9.9"), { is: "right" });
  assert.equal(looked.length, 1);
});

test("a changed secret ends that, at once", async () => {
  const { check, looked } = open();
  await check.check(ann, "open-sesame", "9.9.9.9");
  const changed = { user: "ann", secretHash: "of another" };
  assert.deepEqual(await check.check(changed, "open-sesame", "9.9.9.9"), { is: "wrong" });
  assert.deepEqual(await check.check(changed, "another", "9.9.9.9"), { is: "right" });
  check.forget("ann");
  await check.check(changed, "another", "9.9.9.9");
  assert.equal(looked.length, 4);
});

test("the secret of one is not that of another", async () => {
  const { check } = open();
  await check.check(ann, "open-sesame", "9.9.9.9");
  const bob = { user: "bob", secretHash: "of b" };
  assert.deepEqual(await check.check(bob, "open-sesame", "9.9.9.9"), { is: "wrong" });
});

test("a user who is unknown costs a hash too", async () => {
  const { check, looked } = open();
  assert.deepEqual(await check.check(undefined, "open-sesame", "9.9.9.9"), { is: "wrong" });
  assert.deepEqual(looked, ["open-sesame $argon2i"]);
});

test("whoever guesses wrong must wait, others need not, and what is known to be right counts still", async () => {
  const { check, clock, looked } = open();
  await check.check(ann, "open-sesame", "9.9.9.9");
  for (let count = 0; count < limits.wrongSecretsBurst; count++)
    assert.deepEqual(await check.check(ann, `guess ${count}`, "9.9.9.9"), { is: "wrong" });
  const hashed = looked.length;
  assert.deepEqual(await check.check(ann, "one more", "9.9.9.9"), {
    is: "later",
    waitMs: limits.wrongSecretMs,
  });
  assert.equal(looked.length, hashed);
  assert.deepEqual(await check.check(ann, "open-sesame", "9.9.9.9"), { is: "right" });
  assert.deepEqual(await check.check(ann, "one more", "9.9.9.10"), { is: "wrong" });
  clock.advance(limits.wrongSecretMs);
  assert.deepEqual(await check.check(ann, "one more", "9.9.9.9"), { is: "wrong" });
});

test("right ones are no guesses", async () => {
  const { check } = open();
  for (let count = 0; count < limits.wrongSecretsBurst * 2; count++) {
    check.forget("ann");
    assert.deepEqual(await check.check(ann, "open-sesame", "9.9.9.9"), { is: "right" });
  }
});

test("many guesses at once are no way around the bound", async () => {
  const { verdictOf, looked } = open();
  const verdicts = await Promise.all(
    Array.from({ length: 60 }, (_, at) => verdictOf(ann, `guess ${at}`, "9.9.9.9")),
  );
  assert.equal(looked.length, limits.wrongSecretsBurst);
  assert.equal(verdicts.filter(({ is }) => is === "later").length, 60 - limits.wrongSecretsBurst);
});

test("guesses from all over an IPv6 /48 are those of one site", async () => {
  const { check, clock, looked } = open();
  let network = 0;
  const verdict = async (secret: string): Promise<string> =>
    (await check.check(ann, secret, `2620:fe:1:${(++network).toString(16)}`)).is;
  for (let count = 0; count < limits.siteWrongSecretsBurst; count++)
    assert.equal(await verdict(`guess ${count}`), "wrong");
  assert.equal(await verdict("one more"), "later");
  assert.equal(looked.length, limits.siteWrongSecretsBurst);
  assert.deepEqual(await check.check(ann, "one more", "2620:fe:2:1"), { is: "wrong" });
  clock.advance(limits.siteWrongSecretMs);
  // Right ones are none, and what the site may not do is not counted for the client.
  for (let count = 0; count < 3; count++) {
    check.forget("ann");
    assert.equal(await verdict("open-sesame"), "right");
  }
  for (let count = 0; count < limits.wrongSecretsBurst * 2; count++)
    await check.check(ann, `guess ${count}`, "2620:fe:1:0");
  clock.advance(limits.siteWrongSecretMs);
  assert.deepEqual(await check.check(ann, "one more", "2620:fe:1:0"), { is: "wrong" });
});

test("who comes from where the user came from last goes before those who guess", async () => {
  const { verdictOf, looked, hold, go } = open();
  hold();
  const guesses = limits.hashesAtOnceMax + limits.hashesWaitingMax;
  const strange = Array.from({ length: guesses }, (_, at) => verdictOf(ann, `guess ${at}`, `9.9.${at}.1`));
  assert.deepEqual(await verdictOf(ann, "open-sesame", "9.9.9.9"), { is: "later", waitMs: 1_000 });
  const familiar = verdictOf(ann, "open-sesame", "9.9.9.9", () => true);
  const others = Array.from({ length: limits.hashesWaitingMax }, (_, at) =>
    verdictOf({ user: `user ${at}`, secretHash: "of a secret" }, "a secret", `9.8.${at}.1`, () => true),
  );
  assert.deepEqual(await others.at(-1), { is: "later", waitMs: 1_000 });
  go();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(looked.at(-2), "open-sesame of open-");
  while (looked.length < guesses + limits.hashesWaitingMax) {
    go();
    await new Promise((resolve) => setImmediate(resolve));
  }
  go();
  assert.deepEqual(await familiar, { is: "right" });
  assert.ok((await Promise.all(strange)).every(({ is }) => is === "wrong"));
  assert.ok((await Promise.all(others.slice(0, -1))).every(({ is }) => is === "right"));
});

test("the same question at the same time is looked at once", async () => {
  const { verdictOf, looked, hold, go } = open();
  hold();
  const all = Array.from({ length: 10 }, () => verdictOf(ann, "open-sesame", "9.9.9.9"));
  go();
  for (const verdict of await Promise.all(all)) assert.deepEqual(verdict, { is: "right" });
  assert.equal(looked.length, 1);
});

test("hashes are made few at a time, and what would wait too long is told to come later", async () => {
  const { verdictOf, looked, hold, go, waiting } = open();
  hold();
  const most = limits.hashesAtOnceMax + limits.hashesWaitingMax;
  const all = Array.from({ length: most + 5 }, (_, at) => verdictOf(ann, "x", `9.9.${at}.1`));
  assert.equal(looked.length, limits.hashesAtOnceMax);
  const late = await Promise.all(all.slice(most));
  assert.ok(late.every(({ is }) => is === "later"));
  for (let round = 0; waiting.length > 0; round++) {
    assert.ok(waiting.length <= limits.hashesAtOnceMax && round < most);
    go();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok((await Promise.all(all.slice(0, most))).every(({ is }) => is === "wrong"));
});

test("a hash is argon2id with its own salt, and known again", async () => {
  const [one, other] = [await hashSecret("pä€ss"), await hashSecret("pä€ss")];
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.notEqual(one, other);
  assert.equal(await isSecretOf("pä€ss", one), true);
  assert.equal(await isSecretOf("pass", one), false);
  assert.equal(await isSecretOf("pä€ss", "plain text"), false);
  assert.equal(await isSecretOf("", hashOfNothing()), false);
});

/** Of the reference implementation's own tests, argon2id v 0x13, t=2 m=65536 p=1, "password", "somesalt". */
test("a hash of another program is known", async () => {
  const text = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  assert.equal(await isSecretOf("password", text), true);
  assert.equal(await isSecretOf("differentpassword", text), false);
});

test("secrets of ours have 140 bits in letters that are easily told apart", () => {
  const made = new Set(Array.from({ length: 100 }, newSecret));
  assert.equal(made.size, 100);
  for (const secret of made) assert.match(secret, /^([0-9a-hjkmnp-tv-z]{4}-){6}[0-9a-hjkmnp-tv-z]{4}$/);
});
