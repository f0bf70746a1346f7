/** What becomes of the statements that no reader of plan.ts takes: why they are not carried over. */

import type { Outcome } from "#platform/import/report.ts";
import { isKnownSomewhere, removedStatements } from "#protocols/namedconf/grammar.ts";

export interface FixedOutcome {
  readonly outcome: Outcome;
  readonly detail: string;
}

const resolver = "Homeport answers for its own zones and resolves no other names itself";
const dnssec = "Homeport signs no zones yet; sign them elsewhere and import the signed files";
const tuning = "a setting of named's own workings; Homeport has bounds of its own";
const transferBounds = "Homeport has bounds of its own for transfers";
const timers = "Homeport keeps to the times of the SOA record, within bounds of its own";
const source =
  "the system chooses the address that Homeport speaks from; write a route or a rule of the firewall";
const stored = "zones that are copied or updated are kept in the store, not in files";
const files = "a file of named's own";

/** Names, or beginnings of names that end in `*`. The first that fits decides. */
const reasons: readonly (readonly [names: string, detail: string])[] = [
  ["logging", "Homeport logs in a way of its own, to standard error"],
  ["querylog", "Homeport logs queries only while it is told to: rndc querylog on"],
  [
    "statistics-channels statistics-file zone-statistics memstatistics*",
    "Homeport has its own: homeport status",
  ],
  ["http http-* https-*", "Homeport does not answer over HTTPS"],
  ["tls-port", "dns.tls says where to answer over TLS, with the port"],
  ["dlz dyndb database", "zones out of a database are not known; import them from zone files"],
  ["plugin", "a program that runs inside of named"],
  ["trust-anchors trusted-keys managed-keys managed-keys-directory bindkeys-file", resolver],
  ["dnssec-validation dnssec-must-be-secure dnssec-accept-expired nta-* root-key-sentinel", resolver],
  [
    "trust-anchor-telemetry validate-except disable-algorithms disable-ds-digests synth-from-dnssec",
    resolver,
  ],
  ["recursion allow-recursion* allow-query-cache* prefetch qname-minimization fetch* stale-*", resolver],
  [
    "max-cache-* max-ncache-* min-cache-* min-ncache-* lame-ttl servfail-ttl max-stale-ttl attach-cache",
    resolver,
  ],
  [
    "max-recursion-* max-query-* recursive-clients clients-per-query max-clients-per-query query-source*",
    resolver,
  ],
  ["resolver-* root-delegation-only delegation-only dual-stack-servers preferred-glue", resolver],
  ["deny-answer-* dns64* ipv4only-* empty-* disable-empty-zone nxdomain-redirect", resolver],
  ["send-cookie request-nsid zero-no-soa-ttl-cache", resolver],
  ["response-policy dnsrps-*", "answers by policy are not known yet"],
  [
    "allow-new-zones new-zones-directory lmdb-mapsize",
    "rndc adds no zones here; write each into site.yaml, or into a catalog zone that Homeport follows",
  ],
  ["dnssec-* auto-dnssec inline-signing key-directory sig-* dnskey-sig-validity update-check-ksk", dnssec],
  ["parental-agents parental-source* max-zone-ttl", dnssec],
  ["ixfr-from-differences", "Homeport always does: from a changed zone file it takes what differs"],
  ["max-journal-size max-ixfr-ratio", "the history of a zone is in the store, within bounds of its own"],
  ["provide-ixfr", "whoever may copy a zone gets its changes, or all of it where that is not possible"],
  ["request-ixfr", "Homeport asks for changes first, and for the whole zone where there are none"],
  ["request-expire", "Homeport goes by the expiry time of the SOA record"],
  ["transfer-format", "Homeport puts many records into each message, as with many-answers"],
  ["transfer-source* alt-transfer-* use-alt-transfer-source notify-source*", source],
  ["transfers-* transfer-message-size serial-query-rate max-transfer-*", transferBounds],
  ["notify-rate notify-delay startup-notify-rate", "Homeport has bounds of its own for notifications"],
  ["notify-to-soa", "Homeport tells all name servers of a zone but the one that its SOA record names"],
  ["min-refresh-time max-refresh-time min-retry-time max-retry-time", timers],
  ["multi-master", "Homeport passes over a primary with an older serial number for the next one"],
  ["try-tcp-refresh", "Homeport asks by TCP where UDP brings no answer, as with yes"],
  ["dialup", "a line that is dialled is not known; notify: explicit tells of changes where you say"],
  ["max-records", "Homeport bounds records by name and type only: recordsPerTypeMax and typesPerNameMax"],
  ["masterfile-style masterfile-format", `zone files are read as text, and ${stored}`],
  ["check-*", "homeport zone check looks at this in every zone file"],
  ["zero-no-soa-ttl", "Homeport answers so always, as with yes"],
  ["auth-nxdomain", "Homeport never says that an answer is authoritative when it is not, as with no"],
  ["additional-from-*", "Homeport answers out of its own zones only"],
  [
    "match-clients match-destinations match-recursive-only",
    "Homeport has one view of its zones for everybody",
  ],
  ["allow-query-on blackhole", "write allowQuery, or a rule of the firewall"],
  ["rrset-order sortlist", "Homeport gives the records of an answer in an order of its own"],
  ["session-key*", "Homeport makes no key at its start; homeport key new makes one to keep"],
  ["pid-file lock-file dump-file recursing-file secroots-file geoip-directory", files],
  ["random-device coresize datasize files stacksize", "the system's own limits hold"],
  ["tcp-* udp-* reserved-sockets reuseport update-quota max-rsa-exponent-size", tuning],
  ["flush-zones-on-shutdown", `${stored}, before they are seen`],
  ["message-compression no-case-compress", "Homeport compresses names in each answer"],
  ["interface-interval automatic-interface-scan match-mapped-addresses", tuning],
  [
    "cookie-* require-server-cookie nocookie-udp-size",
    "Homeport has dns.cookies, yes or no, and makes its own secret",
  ],
  ["response-padding keep-response-order", tuning],
  ["tkey-*", "keys that are agreed upon on the way (TKEY) are not known"],
  ["dnstap* fstrm-*", "Homeport does not write dnstap"],
];

/** For a statement that the import has no reader for. */
export function outcomeOf(name: string): FixedOutcome {
  if (!isKnownSomewhere(name)) {
    const detail = removedStatements.has(name) ? "BIND 9.18 has no such statement any more" : "unknown";
    return { outcome: "not carried over", detail };
  }
  for (const [names, detail] of reasons) {
    const fits = names
      .split(" ")
      .some((one) => (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one));
    if (fits) return { outcome: "not carried over", detail };
  }
  return { outcome: "not carried over", detail: "Homeport has no such setting" };
}
