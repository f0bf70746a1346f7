import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { couldNotTell, findAddress } from "./find-address.ts";
import { fakeWitness } from "./witness.testing.ts";
import type { Sighting } from "./witness.ts";

const old = "198.51.100.1";
const now = "198.51.100.2";
const lie = "198.51.100.66";
const hang: Sighting = { kind: "unknown", why: "did not answer in time" };

interface Case {
  readonly known?: string;
  readonly agree?: number;
  readonly askAll?: true;
  /** What each says, by operator where two are one voice. */
  readonly say: readonly (
    | string
    | Sighting
    | { readonly says: string; readonly operator?: string; readonly isTrusted?: true }
  )[];
  readonly want: string | undefined;
  readonly outcome: "same" | "changed" | "could-not-tell";
  readonly asked: number;
  readonly outvoted?: number;
}

const cases: Readonly<Record<string, Case>> = {
  "one voice is enough to leave all as it is": {
    known: old,
    say: [old, now, now],
    want: old,
    outcome: "same",
    asked: 1,
  },
  "a change needs two": { known: old, say: [now, now, now], want: now, outcome: "changed", asked: 3 },
  "one alone changes nothing": {
    known: old,
    say: [now],
    want: undefined,
    outcome: "could-not-tell",
    asked: 1,
  },
  "who lies alone is outvoted": {
    known: old,
    say: [lie, old, old],
    want: old,
    outcome: "same",
    asked: 3,
    outvoted: 1,
  },
  "who still has the old address is outvoted": {
    known: old,
    say: [now, old, now],
    want: now,
    outcome: "changed",
    asked: 3,
    outvoted: 1,
  },
  "two against two are no answer": {
    known: old,
    askAll: true,
    say: [now, now, lie, lie],
    want: undefined,
    outcome: "could-not-tell",
    asked: 4,
  },
  "three that differ are no answer": {
    known: old,
    say: [now, lie, "198.51.100.7"],
    want: undefined,
    outcome: "could-not-tell",
    asked: 3,
  },
  "two of one operator are one voice": {
    known: old,
    say: [{ says: lie, operator: "x" }, { says: lie, operator: "x" }, old, old],
    want: old,
    outcome: "same",
    asked: 4,
    outvoted: 2,
  },
  "the word of a trusted one counts alone": {
    known: old,
    say: [{ says: now, isTrusted: true }, old, old],
    want: now,
    outcome: "changed",
    asked: 1,
  },
  "those who cannot tell are passed over": {
    known: old,
    say: [hang, hang, now, now],
    want: now,
    outcome: "changed",
    asked: 4,
  },
  "nobody can tell": {
    known: old,
    say: [hang, hang, hang],
    want: undefined,
    outcome: "could-not-tell",
    asked: 3,
  },
  "nobody is there": { known: old, say: [], want: undefined, outcome: "could-not-tell", asked: 0 },
  "the first address needs two as well": { say: [now, now, now], want: now, outcome: "changed", asked: 2 },
  "of a single one that is trusted one is enough": {
    agree: 1,
    say: [now],
    want: now,
    outcome: "changed",
    asked: 1,
  },
  "six are asked and no more": {
    known: old,
    say: Array.from({ length: 9 }, () => hang),
    want: undefined,
    outcome: "could-not-tell",
    asked: 6,
  },
};

for (const [why, one] of Object.entries(cases)) {
  test(`the address: ${why}`, async () => {
    const witnesses = one.say.map((says, index) =>
      typeof says === "object" && "says" in says
        ? fakeWitness(`w${index}`, says.says, says)
        : fakeWitness(`w${index}`, says),
    );
    const finding = await findAddress({
      witnesses,
      known: one.known,
      agree: one.agree ?? 2,
      askAll: one.askAll ?? false,
      ask: (witness) => witness.look("ipv4", new AbortController().signal),
    });
    assert.equal(finding.address, one.want);
    assert.equal(finding.outcome, one.outcome);
    assert.equal(finding.outvoted.length, one.outvoted ?? 0);
    const asked = witnesses.reduce((sum, witness) => sum + witness.asked.length, 0);
    assert.equal(asked, one.asked, "witnesses asked");
  });
}

test("an address that fewer than agree say never counts as a change", async () => {
  const voice = fc.constantFrom(old, now, lie, "");
  await fc.assert(
    fc.asyncProperty(
      fc.array(voice, { maxLength: 8 }),
      fc.integer({ min: 1, max: 4 }),
      async (says, agree) => {
        const witnesses = says.map((word, index) => fakeWitness(`w${index}`, word === "" ? hang : word));
        const finding = await findAddress({
          witnesses,
          known: old,
          agree,
          ask: (witness) => witness.look("ipv4", new AbortController().signal),
        });
        if (finding.outcome !== "changed") return;
        const voices = finding.heard.filter(
          ({ sighting }) => sighting.kind === "address" && sighting.address === finding.address,
        );
        assert.ok(voices.length >= agree);
        assert.notEqual(finding.address, old);
      },
    ),
  );
});

for (const [why, say, want] of [
  ["nobody", [], "there is nobody to ask now"],
  ["one that hangs", [hang], "w0 did not answer in time"],
  ["several that hang", [hang, hang, hang], "w0 did not answer in time, and 2 more could not tell"],
  ["one voice", [now, hang], `w0 says ${now}: a change needs 2 independent voices`],
  ["several", [now, lie], `w0 says ${now}, w1 says ${lie}: a change needs 2 independent voices`],
] as const)
  test(`why it cannot be told: ${why}`, async () => {
    const { heard } = await findAddress({
      witnesses: say.map((says, index) => fakeWitness(`w${index}`, says)),
      known: old,
      agree: 2,
      ask: (witness) => witness.look("ipv4", new AbortController().signal),
    });
    assert.equal(couldNotTell(heard, 2), want);
  });
