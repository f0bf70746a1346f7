/**
 * Messages that no ordinary client sends, to named and to Homeport, by UDP and TCP: the response must be the
 * same, or the difference must stand in the table below with its reason.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { requirePeer } from "../peers.ts";
import { oddMessages } from "./bind9-odd-messages.cases.ts";
import { askOdd, type Outcome, transports } from "./exchange.ts";
import { startHomeport } from "./homeport.ts";
import { startNamed } from "./named.ts";
import { responseText } from "./response-text.ts";

interface Exception {
  readonly messages: RegExp;
  readonly why: string;
  /** What the two responses may be, as `shown` shows them. */
  readonly named: RegExp;
  readonly homeport: RegExp;
}

const exceptions: readonly Exception[] = [
  {
    messages: /./,
    why: "after a message that gets no response Homeport keeps the connection, whose idle time is bounded anyway",
    named: /^closed$/,
    homeport: /^no response$/,
  },
  {
    messages: /in class CH|class 3/,
    why: "named limits its responses in class CH by UDP to three a second; BIND's builtin view",
    named: /^no response$/,
    homeport: /REFUSED|NOTIMP|FORMERR/,
  },
  {
    messages: /^(a\.)?(version|hostname|authors)\.bind .* in class CH|^id\.server .* in class CH/i,
    why: "Homeport says nothing of itself before the site wants it, and has no zones for that",
    named: /^QUERY (NOERROR|NXDOMAIN)/,
    homeport: /^QUERY REFUSED/,
  },
  {
    messages: /^two questions of a name$/,
    why: "a message with two questions is FORMERR to both (RFC 9619 §4); Homeport repeats none of them",
    named: /FORMERR/,
    homeport: /FORMERR/,
  },
  {
    messages: /^an answer in another class$|^an A record of 3 octets in a query$/,
    why: "the RDATA of records that a query has no use for is not looked into",
    named: /FORMERR/,
    homeport: /NOERROR/,
  },
  {
    messages: /^a question name that ends in a pointer to the header$/,
    why: "a name in the header is none: a pointer leads to a prior occurrence of a name (RFC 1035 §4.1.4)",
    named: /REFUSED/,
    homeport: /FORMERR/,
  },
  {
    messages: /^the empty option (1|14|15|16|17)$|^an odd key tag option$/,
    why: "options that Homeport does not know are passed over, whatever they hold (RFC 6891 §6.1.2)",
    named: /FORMERR/,
    homeport: /NOERROR/,
  },
  {
    messages: /^a client subnet/,
    why: "Homeport's answers do not depend on the client's subnet, so that it passes the option over (RFC 7871 §7.2.1)",
    named: /FORMERR|CLIENT-SUBNET/,
    homeport: /^QUERY NOERROR .*EDNS 0$/,
  },
  {
    messages: /^EXPIRE for an SOA$/,
    why: "EXPIRE is for secondaries (RFC 7314), which Homeport does not serve",
    named: /EXPIRE=/,
    homeport: /EDNS 0$/,
  },
  {
    messages: /^keepalive/,
    why: "named keeps idle connections 30 s, Homeport 10 s",
    named: /TCP-KEEPALIVE=012c$/,
    homeport: /TCP-KEEPALIVE=0064$/,
  },
];

const zones = ["rich.example", "child.rich.example", "big.example"].map((name) => ({
  name,
  file: join(import.meta.dirname, "zones", `${name}.zone`),
}));

test("named and Homeport answer every odd message alike, but for the exceptions that have a reason", async (t) => {
  if (!requirePeer(t, "named", "bind9")) return;
  await using named = await startNamed({ zones });
  await using homeport = await startHomeport(zones, { minimalAny: false });
  const used = new Set<Exception>();
  const differences: string[] = [];
  for (const [why, hex] of oddMessages) {
    const octets = Uint8Array.fromHex(hex);
    for (const transport of transports) {
      const theirs = shown(await askOdd(named, transport, octets));
      const ours = shown(await askOdd(homeport, transport, octets));
      if (theirs === ours) continue;
      const exception = exceptions.find(
        (one) => one.messages.test(why) && one.named.test(theirs) && one.homeport.test(ours),
      );
      if (exception === undefined)
        differences.push(`${why}, ${transport}\n  named    ${theirs}\n  Homeport ${ours}`);
      else used.add(exception);
    }
  }
  assert.equal(differences.join("\n"), "");
  const unused = exceptions.filter((exception) => !used.has(exception)).map(({ why }) => why);
  assert.deepEqual(
    unused.filter((why) => !why.startsWith("named limits")),
    [],
  );
  t.diagnostic(`${oddMessages.length * 2} messages compared`);
});

/**
 * A response without what differs each time: the server's part of a cookie, the time of a TSIG, the reason of
 * a refusal.
 */
function shown(outcome: Outcome): string {
  if (typeof outcome === "string") return outcome;
  const { header, question, edns, ...sections } = responseText(outcome, true);
  const parts = [header, question, sections.answer, sections.authority, sections.additional, edns];
  return parts
    .join(" | ")
    .replace(/(COOKIE=\w{16})\w*/, "$1")
    .replace(/(TSIG \\# \d+ \w*?)0000[0-9A-F]{8}(012C0000)/, "$1$2")
    .replace(/ EDE=\w+/g, "");
}
