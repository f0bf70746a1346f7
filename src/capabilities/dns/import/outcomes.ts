/** What becomes of the statements that no reader of plan.ts takes: why they are not carried over. */
import { isKnownSomewhere, removedStatements } from "#protocols/namedconf/grammar.ts";
import type { Outcome } from "./report.ts";

export interface FixedOutcome {
  readonly outcome: Outcome;
  readonly detail: string;
}

const resolver = "Homeport answers for its own zones and resolves no other names itself";
const transfers = "Homeport makes no transfers yet";
const dnssec = "Homeport signs no zones yet; sign them elsewhere and import the signed files";
const tuning = "a setting of named's own workings; Homeport has bounds of its own";
const files = "a file of named's own";

/** Names, or beginnings of names that end in `*`. The first that fits decides. */
const reasons: readonly (readonly [names: string, detail: string])[] = [
  ["controls", "Homeport is asked through its own socket: homeport status, homeport reload"],
  ["logging querylog", "Homeport logs in a way of its own, to standard error"],
  [
    "statistics-channels statistics-file zone-statistics memstatistics*",
    "Homeport has its own: homeport status",
  ],
  ["tls http http-* https-* tls-port", "Homeport answers by UDP and TCP only, as yet"],
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
  ["catalog-zones allow-new-zones new-zones-directory lmdb-mapsize", "write each zone into site.yaml"],
  ["dnssec-* auto-dnssec inline-signing key-directory sig-* dnskey-sig-validity update-check-ksk", dnssec],
  ["parental-agents parental-source* max-zone-ttl serial-update-method", dnssec],
  ["primaries masters", "a list by name; it is written out where a zone uses it"],
  ["server provide-ixfr request-ixfr request-expire ixfr-from-differences max-ixfr-ratio", transfers],
  [
    "transfer* alt-transfer-* use-alt-transfer-source notify-* serial-query-rate startup-notify-rate",
    transfers,
  ],
  ["allow-notify allow-update-forwarding max-transfer-* min-refresh-time max-refresh-time", transfers],
  [
    "min-retry-time max-retry-time multi-master try-tcp-refresh notify-to-soa dialup max-journal-size",
    transfers,
  ],
  ["masterfile-style masterfile-format", "Homeport writes no zone files, and reads them as text"],
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
  ["pid-file lock-file session-key* dump-file recursing-file secroots-file geoip-directory", files],
  ["random-device coresize datasize files stacksize", "the system's own limits hold"],
  ["tcp-* udp-* reserved-sockets reuseport max-records* max-types-per-name max-rsa-exponent-size", tuning],
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
