/** A zone that has something of everything, and names to ask it for. */

export const origin = "hostile.example";

export const zoneText = `$TTL 300
@ IN SOA ns1 admin 1 3600 600 86400 300
@ IN NS ns1
@ IN NS ns2.elsewhere.example.
@ IN MX 10 mail
ns1 IN A 192.0.2.1
mail IN A 192.0.2.2
mail IN AAAA 2001:db8::2
www IN CNAME web
web IN A 192.0.2.3
*.wild IN TXT "any"
*.wild IN MX 10 x.wild
sub IN NS ns.sub
ns.sub IN A 192.0.2.4
old IN DNAME new
a.new IN A 192.0.2.5
loop1 IN CNAME loop2
loop2 IN CNAME loop1
a.b.c.d IN A 192.0.2.6
_sip._tcp IN SRV 0 5 5060 mail
$GENERATE 1-60 big IN TXT "text number $ of a record set that is too large for a datagram"
`;

/** Names of the zone, what is below and beside them. */
export const names: readonly string[] = [
  "",
  "ns1",
  "mail",
  "www",
  "x.wild",
  "y.x.wild",
  "wild",
  "*.wild",
  "sub",
  "deep.below.sub",
  "a.old",
  "q.old",
  "loop1",
  "c.d",
  "b.c.d",
  "a.b.c.d",
  "_sip._tcp",
  "big",
  "nothing",
].map((name) => `${name}${name === "" ? "" : "."}${origin}.`);
