/** Settings of zones and their statements in named.conf: a table of cases, which named-checkconf sees too. */
import type { z } from "zod";
import type { ZoneConfig } from "../zone-config.ts";

export const sampleZones: readonly (readonly [
  why: string,
  config: z.input<typeof ZoneConfig>,
  statement: string,
])[] = [
  [
    "a zone with a file",
    { name: "a.example.", file: "zones/a.db" },
    'zone "a.example" { type primary; file "zones/a.db"; };',
  ],
  [
    "a zone whose file has odd characters",
    { name: "a.example", file: 'a "b"\\c.db' },
    'zone "a.example" { type primary; file "a \\"b\\"\\\\c.db"; };',
  ],
  [
    "a zone with lists",
    {
      name: "a.example",
      file: "a.db",
      allowQuery: ["any"],
      allowTransfer: ["key k.example.", "!10.0.0.1", "10.0.0.0/8", "acl lan", "2001:db8::1", "! localhost"],
      allowUpdate: ["key k", "localnets"],
      notify: "explicit",
      alsoNotify: ["192.0.2.1", "[2001:db8::2]:5353 key k"],
      checkNames: "fail",
    },
    'zone "a.example" { type primary; file "a.db"; allow-query { "any"; }; ' +
      'allow-transfer { key "k.example"; !10.0.0.1/32; 10.0.0.0/8; "lan"; 2001:db8::1/128; !"localhost"; }; ' +
      'also-notify { 192.0.2.1; 2001:db8::2 port 5353 key "k"; }; notify explicit; check-names fail; ' +
      'allow-update { key "k"; "localnets"; }; };',
  ],
  [
    "a copy",
    {
      name: "a.example",
      primaries: ["192.0.2.1", "192.0.2.2 key k", "tls://192.0.2.3", "tls://192.0.2.4:8853#ns.example"],
      allowNotify: ["192.0.2.9"],
      forwardUpdates: ["any"],
    },
    'zone "a.example" { type secondary; allow-notify { 192.0.2.9/32; }; allow-update-forwarding { "any"; }; ' +
      'primaries { 192.0.2.1; 192.0.2.2 key "k"; 192.0.2.3 tls "ephemeral"; 192.0.2.4 port 8853 tls "ns.example"; }; };',
  ],
  [
    "a zone with rules for updates",
    {
      name: "a.example",
      file: "a.db",
      grant: [
        { key: "k", names: "name", name: "www.a.example", types: ["A", "AAAA"] },
        { key: "k", names: "subdomain", name: "dyn.a.example." },
        { key: "k", names: "wildcard", name: "*.w.a.example", types: ["TXT"] },
        { key: "*", names: "self", types: ["A"] },
        { key: "*", names: "selfsub" },
        { key: "k", names: "zonesub", types: ["ANY"], deny: true },
      ],
    },
    'zone "a.example" { type primary; file "a.db"; update-policy { ' +
      'grant "k" name "www.a.example" A AAAA; grant "k" subdomain "dyn.a.example."; ' +
      'grant "k" wildcard "*.w.a.example" TXT; grant "*" self "." A; grant "*" selfsub "."; ' +
      'deny "k" zonesub ANY; }; };',
  ],
];
