/**
 * The statements that BIND 9.18 knows, by the block they stand in, and what each takes.
 *
 * The facts are those of named.conf(5) and of what named-checkconf accepts. A row is a form (its notation:
 * form.ts) and the names that take it; a name with `*` may be said more than once. Options, views and zones
 * have most names in common, so their rows begin with the places: o options, v view, and for the zone types
 * p primary, s secondary, m mirror, f forward, h hint, r redirect, t static-stub, u stub, d
 * delegation-only, z one that only says `in-view`.
 */
import { compileForm, type Form } from "./form.ts";

export interface StatementRule {
  readonly form: Form;
  readonly repeatable: boolean;
  /** For a zone's statements: the letters of the zone types that take it. */
  readonly places: string;
}

type Row = readonly [form: string, names: string];
type SharedRow = readonly [places: string, form: string, names: string];

/** Names that mean the same. */
const synonyms: Readonly<Record<string, string>> = {
  masters: "primaries",
  "default-masters": "default-primaries",
};

export const zoneTypeLetters: Readonly<Record<string, string>> = {
  primary: "p",
  master: "p",
  secondary: "s",
  slave: "s",
  mirror: "m",
  forward: "f",
  hint: "h",
  redirect: "r",
  "static-stub": "t",
  stub: "u",
  "delegation-only": "d",
};

/** Statements that earlier versions of BIND had, and that 9.18 refuses. */
export const removedStatements: ReadonlySet<string> = new Set(
  [
    "dnssec-enable dnssec-lookaside acache-enable acache-cleaning-interval additional-from-auth",
    "additional-from-cache cleaning-interval filter-aaaa filter-aaaa-on-v4 filter-aaaa-on-v6",
    "use-queryport-pool queryport-pool-ports queryport-pool-updateinterval use-id-pool use-ixfr",
    "topology treat-cr-as-space fake-iquery allow-v6-synthesis deallocate-on-exit fetch-glue",
    "has-old-clients host-statistics host-statistics-max maintain-ixfr-base max-acache-size",
    "max-ixfr-log-size multiple-cnames named-xfer rfc2308-type1 serial-queries statistics-interval",
    "min-roots sit-secret nosit-udp-size request-sit geoip-use-ecs lwres",
  ]
    .join(" ")
    .split(" "),
);

const blockRows: Readonly<Record<string, readonly Row[]>> = {
  top: [
    ["$anchors", "managed-keys* trust-anchors*"],
    ["$zone", "zone*"],
    ["(query) <text> [$anything]", "plugin*"],
    ["<netprefix> @server", "server*"],
    ["<text> $match", "acl*"],
    ["<text> <quoted> $anything", "dyndb*"],
    ["<text> @dlz", "dlz*"],
    ["<text> @dnssec-policy", "dnssec-policy*"],
    ["<text> @http", "http*"],
    ["<text> @key", "key*"],
    ["<text> @tls", "tls*"],
    ["<text> [<class>] @view", "view*"],
    ["<text> [port <port>] $servers", "parental-agents* primaries*"],
    ["@controls", "controls*"],
    ["@logging", "logging"],
    ["@options", "options"],
    ["@statistics-channels", "statistics-channels*"],
    ["{ <text> <int> <int> <int> <quoted> }", "trusted-keys*"],
  ],
  controls: [
    ["(<ip4>|<ip6>|*) [port (<port>|*)] allow $match [keys $texts] [read-only <bool>]", "inet*"],
    ["<quoted> perm <int> owner <int> group <int> [keys $texts] [read-only <bool>]", "unix*"],
  ],
  dlz: [
    ["<bool>", "search"],
    ["<text>", "database"],
  ],
  "dnssec-policy": [
    ["$signingKeys", "keys"],
    [
      "<duration>",
      "dnskey-ttl max-zone-ttl parent-ds-ttl parent-propagation-delay parent-registration-delay " +
        "publish-safety purge-keys retire-safety signatures-jitter signatures-refresh " +
        "signatures-validity signatures-validity-dnskey zone-propagation-delay",
    ],
    ["[iterations <int>] [optout <bool>] [salt-length <int>]", "nsec3param"],
  ],
  http: [
    ["<int>", "listener-clients streams-per-connection"],
    ["{ <quoted> }", "endpoints"],
  ],
  key: [["<text>", "algorithm secret"]],
  logging: [
    ["<text> $texts", "category*"],
    ["<text> @channel", "channel*"],
  ],
  channel: [
    ["", "null stderr"],
    ["(iso8601|iso8601-utc|local|<bool>)", "print-time"],
    ["<bool>", "buffered print-category print-severity"],
    ["<log_severity>", "severity"],
    ["<quoted> [versions (unlimited|<int>)] [size <size>] [suffix (increment|timestamp)]", "file"],
    ["[<syslog_facility>]", "syslog"],
  ],
  dns64: [
    ["$match", "clients exclude mapped"],
    ["<bool>", "break-dnssec recursive-only"],
    ["<ip6>", "suffix"],
  ],
  server: [
    ["$query4", "query-source"],
    ["$query6", "query-source-v6"],
    ["$source4", "notify-source transfer-source"],
    ["$source6", "notify-source-v6 transfer-source-v6"],
    ["(<text>|$texts)", "keys"],
    ["(many-answers|one-answer)", "transfer-format"],
    [
      "<bool>",
      "bogus edns provide-ixfr request-expire request-ixfr request-nsid send-cookie tcp-keepalive " +
        "tcp-only",
    ],
    ["<int>", "edns-udp-size edns-version max-udp-size padding transfers"],
  ],
  "rate-limit": [
    ["$match", "exempt-clients"],
    ["<bool>", "log-only"],
    [
      "<int>",
      "all-per-second errors-per-second ipv4-prefix-length ipv6-prefix-length max-table-size " +
        "min-table-size nodata-per-second nxdomains-per-second qps-scale referrals-per-second " +
        "responses-per-second slip window",
    ],
  ],
  "statistics-channels": [["(<ip4>|<ip6>|*) [port (<port>|*)] [allow $match]", "inet*"]],
  tls: [
    ["$texts", "protocols"],
    ["<bool>", "prefer-server-ciphers session-tickets"],
    ["<quoted>", "ca-file cert-file dhparam-file key-file remote-hostname"],
    ["<text>", "ciphers"],
  ],
};

const sharedRows: readonly SharedRow[] = [
  [
    "psmfhrtud",
    "(primary|master|secondary|slave|mirror|forward|hint|redirect|static-stub|stub|delegation-only)",
    "type",
  ],
  ["v", "$zone", "zone*"],
  ["v", "$anchors", "managed-keys* trust-anchors*"],
  ["ov", "$anything", "dnsrps-options"],
  ["ov", "$catalogs", "catalog-zones"],
  ["o", "$limit", "coresize datasize files stacksize"],
  ["ovpsm", "$limit", "max-journal-size"],
  ["o", "$match", "blackhole keep-response-order"],
  [
    "ov",
    "$match",
    "allow-query-cache allow-query-cache-on allow-recursion allow-recursion-on no-case-compress " +
      "sortlist",
  ],
  ["ovp", "$match", "allow-update"],
  ["ovpsmrtu", "$match", "allow-query allow-query-on"],
  ["ovsm", "$match", "allow-notify allow-update-forwarding"],
  ["v", "$match", "match-clients match-destinations"],
  ["ov", "$match [except-from $texts]", "deny-answer-addresses"],
  ["ov", "$match block-size <int>", "response-padding"],
  ["ov", "$policies", "response-policy"],
  ["o", "$ports", "avoid-v4-udp-ports avoid-v6-udp-ports use-v4-udp-ports use-v6-udp-ports"],
  ["ov", "$query4", "query-source"],
  ["ov", "$query6", "query-source-v6"],
  ["ovp", "$severity", "check-dup-records check-mx check-mx-cname check-srv-cname"],
  ["psmhu", "$severity", "check-names"],
  ["ovps", "$source4", "parental-source"],
  ["ovpsm", "$source4", "alt-transfer-source notify-source"],
  ["ovsmu", "$source4", "transfer-source"],
  ["ovps", "$source6", "parental-source-v6"],
  ["ovpsm", "$source6", "alt-transfer-source-v6 notify-source-v6"],
  ["ovsmu", "$source6", "transfer-source-v6"],
  ["o", "$tapOutput", "dnstap-output"],
  ["ov", "$texts", "validate-except"],
  ["t", "$texts", "server-names"],
  ["ov", "$texts [except-from $texts]", "deny-answer-aliases"],
  ["p", "$updatePolicy", "update-policy"],
  [
    "o",
    "(<quoted>|none)",
    "dnstap-version geoip-directory hostname lock-file pid-file random-device session-keyfile " + "version",
  ],
  ["o", "(<quoted>|none|hostname)", "dnstap-identity server-id"],
  ["o", "(aes|siphash24)", "cookie-algorithm"],
  ["ovps", "(allow|maintain|off)", "auto-dnssec"],
  ["ov", "(auto|<bool>)", "dnssec-validation"],
  ["ovp", "(date|increment|unixtime)", "serial-update-method"],
  ["ov", "(default|unlimited|<size>|<percentage>)", "max-cache-size"],
  ["ov", "(disabled|off|<int>)", "stale-answer-client-timeout"],
  ["ovpsm", "(explicit|master-only|primary-only|<bool>)", "notify"],
  ["ovpsftu", "(first|only)", "forward"],
  ["ovpsmru", "(full|relative)", "masterfile-style"],
  ["ovpsmrtu", "(full|terse|none|<bool>)", "zone-statistics"],
  ["ovps", "(maintain|no-resign)", "dnssec-update-mode"],
  ["ov", "(many-answers|one-answer)", "transfer-format"],
  ["o", "(mpsc|spsc)", "fstrm-set-output-queue-model"],
  ["ov", "(no-auth|no-auth-recursive|<bool>)", "minimal-responses"],
  ["ovpsu", "(notify|notify-passive|passive|refresh|<bool>)", "dialup"],
  ["ov", "(primary|master|secondary|slave|<bool>)", "ixfr-from-differences"],
  ["ov", "(primary|master|secondary|slave|response) $severity", "check-names*"],
  ["v", "(query) <text> [$anything]", "plugin*"],
  ["ovpsmru", "(raw|text)", "masterfile-format"],
  ["ov", "(strict|relaxed|disabled|off)", "qname-minimization"],
  ["ovpr", "(unlimited|<duration>)", "max-zone-ttl"],
  ["ovpsm", "(unlimited|<percentage>)", "max-ixfr-ratio"],
  ["ovp", "(warn|ignore)", "check-spf"],
  ["fhu", "<bool>", "delegation-only"],
  [
    "o",
    "<bool>",
    "answer-cookie automatic-interface-scan flush-zones-on-shutdown match-mapped-addresses " +
      "memstatistics querylog reuseport",
  ],
  [
    "ov",
    "<bool>",
    "allow-new-zones auth-nxdomain dnsrps-enable dnssec-accept-expired empty-zones-enable " +
      "glue-cache ipv4only-enable message-compression minimal-any provide-ixfr recursion " +
      "request-nsid require-server-cookie root-key-sentinel send-cookie stale-answer-enable " +
      "stale-cache-enable suppress-initial-notify synth-from-dnssec trust-anchor-telemetry " +
      "zero-no-soa-ttl-cache",
  ],
  ["ovp", "<bool>", "check-integrity check-sibling check-wildcard dnssec-secure-to-insecure"],
  ["ovps", "<bool>", "dnssec-dnskey-kskonly notify-to-soa nsec3-test-zone update-check-ksk"],
  ["ovpsm", "<bool>", "zero-no-soa-ttl"],
  ["ovsm", "<bool>", "request-expire request-ixfr try-tcp-refresh"],
  ["ovsmu", "<bool>", "multi-master use-alt-transfer-source"],
  ["ps", "<bool>", "inline-signing"],
  ["psm", "<bool>", "ixfr-from-differences"],
  ["v", "<bool>", "match-recursive-only"],
  ["o", "<duration>", "fstrm-set-reopen-interval interface-interval"],
  [
    "ov",
    "<duration>",
    "lame-ttl max-cache-ttl max-ncache-ttl max-stale-ttl min-cache-ttl min-ncache-ttl " +
      "nta-lifetime nta-recheck servfail-ttl stale-answer-ttl stale-refresh-time",
  ],
  [
    "o",
    "<int>",
    "dscp fstrm-set-buffer-hint fstrm-set-flush-timeout fstrm-set-input-queue-size " +
      "fstrm-set-output-notify-threshold fstrm-set-output-queue-size heartbeat-interval " +
      "http-listener-clients http-port http-streams-per-connection https-port " +
      "max-rsa-exponent-size notify-rate port recursive-clients reserved-sockets " +
      "serial-query-rate startup-notify-rate tcp-advertised-timeout tcp-clients tcp-idle-timeout " +
      "tcp-initial-timeout tcp-keepalive-timeout tcp-listen-queue tcp-receive-buffer " +
      "tcp-send-buffer tls-port transfer-message-size transfers-in transfers-out transfers-per-ns " +
      "udp-receive-buffer udp-send-buffer update-quota",
  ],
  [
    "ov",
    "<int>",
    "clients-per-query edns-udp-size max-clients-per-query max-query-count max-query-restarts " +
      "max-recursion-depth max-recursion-queries max-udp-size nocookie-udp-size " +
      "resolver-nonbackoff-tries resolver-query-timeout resolver-retry-interval v6-bias",
  ],
  [
    "ovps",
    "<int>",
    "dnskey-sig-validity dnssec-loadkeys-interval sig-signing-nodes sig-signing-signatures " +
      "sig-signing-type",
  ],
  ["ovpsm", "<int>", "max-transfer-idle-out max-transfer-time-out notify-delay"],
  ["ovpsmrtu", "<int>", "max-records max-records-per-type max-types-per-name"],
  [
    "ovsmu",
    "<int>",
    "max-refresh-time max-retry-time max-transfer-idle-in max-transfer-time-in min-refresh-time " +
      "min-retry-time",
  ],
  ["ov", "<int> <fixedpoint> <fixedpoint> <fixedpoint>", "fetch-quota-params"],
  ["ov", "<int> [(drop|fail)]", "fetches-per-server fetches-per-zone"],
  ["ov", "<int> [<int>]", "prefetch"],
  ["ovps", "<int> [<int>]", "sig-validity-interval"],
  ["ov", "<netprefix> @dns64", "dns64*"],
  ["v", "<netprefix> @server", "server*"],
  [
    "o",
    "<quoted>",
    "bindkeys-file directory dump-file managed-keys-directory memstatistics-file recursing-file " +
      "secroots-file statistics-file tkey-domain tkey-gssapi-credential tkey-gssapi-keytab",
  ],
  ["ov", "<quoted>", "new-zones-directory"],
  ["ovps", "<quoted>", "key-directory"],
  ["psm", "<quoted>", "journal"],
  ["psmhru", "<quoted>", "file"],
  ["o", "<quoted> <int>", "tkey-dhkey"],
  ["ov", "<size>", "lmdb-mapsize"],
  ["o", "<text>", "cookie-secret* session-keyalg session-keyname"],
  [
    "ov",
    "<text>",
    "attach-cache disable-empty-zone* dns64-contact dns64-server empty-contact empty-server " +
      "ipv4only-contact ipv4only-server nxdomain-redirect preferred-glue",
  ],
  ["ovps", "<text>", "dnssec-policy"],
  ["psmu", "<text>", "database"],
  ["psr", "<text>", "dlz"],
  ["z", "<text>", "in-view"],
  ["ov", "<text> $texts", "disable-algorithms* disable-ds-digests*"],
  ["ov", "<text> <bool>", "dnssec-must-be-secure*"],
  ["v", "<text> <quoted> $anything", "dyndb*"],
  ["v", "<text> @dlz", "dlz*"],
  ["v", "<text> @key", "key*"],
  ["ov", "@rate-limit", "rate-limit"],
  ["ov", "[exclude $texts]", "root-delegation-only"],
  ["ovpsftu", "[port <port>] $forwarders", "forwarders"],
  ["ovpsm", "[port <port>] $servers", "also-notify"],
  ["ps", "[port <port>] $servers", "parental-agents"],
  ["smru", "[port <port>] $servers", "primaries"],
  ["o", "[port <port>] [dscp <int>] [tls <text>] [http <text>] $match", "listen-on* listen-on-v6*"],
  ["ovpsm", "[port <port>] [transport <text>] $match", "allow-transfer"],
  ["ov", "[port <port>] { (<ip>|<quoted>) [port <port>] }", "dual-stack-servers"],
  ["t", "{ (<ip4>|<ip6>) }", "server-addresses"],
  ["ov", "{ (all|auth|client|forwarder|resolver|update) [(query|response)] }", "dnstap"],
  ["v", "{ <text> <int> <int> <int> <quoted> }", "trusted-keys*"],
  ["ov", "{ [class <text>] [type <text>] [name <quoted>] order <text> }", "rrset-order"],
];

function rulesOf(rows: readonly Row[]): Map<string, StatementRule> {
  return new Map(
    rows.flatMap(([form, names]) => {
      const compiled = compileForm(form);
      return names
        .split(" ")
        .map((name): [string, StatementRule] => [
          name.replace("*", ""),
          { form: compiled, repeatable: name.endsWith("*"), places: "" },
        ]);
    }),
  );
}

function sharedRules(places: string): Map<string, StatementRule> {
  const rules = new Map<string, StatementRule>();
  for (const [rowPlaces, form, names] of sharedRows) {
    if (!rowPlaces.split("").some((place) => places.includes(place))) continue;
    for (const [name, rule] of rulesOf([[form, names]])) rules.set(name, { ...rule, places: rowPlaces });
  }
  return rules;
}

let grammar: Map<string, Map<string, StatementRule>> | undefined;

/** What may stand in a block, or at the top level. Built at first use. */
export function rulesIn(context: string): ReadonlyMap<string, StatementRule> {
  grammar ??= new Map([
    ...Object.entries(blockRows).map(([name, rows]): [string, Map<string, StatementRule>] => [
      name,
      rulesOf(rows),
    ]),
    ["options", sharedRules("o")],
    ["view", sharedRules("v")],
    ["zone", sharedRules("psmfhrtudz")],
  ]);
  return grammar.get(context)!;
}

/** The name under which the rules know a statement. */
export function canonicalName(name: string): string {
  return synonyms[name] ?? name;
}

/** Whether any block has a statement of this name: then a semicolon was probably lost before it. */
export function isKnownSomewhere(name: string): boolean {
  return ["top", "options", "view", "zone"].some((context) => rulesIn(context).has(canonicalName(name)));
}
