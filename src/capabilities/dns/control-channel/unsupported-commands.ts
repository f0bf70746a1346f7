/** Commands of rndc that Homeport does not carry out: a table of what does their work instead. */

const signing = "Homeport serves zones as they were signed; sign them where their keys are, and reload";
const validation = "Homeport does not validate, since it asks no other servers";
const zones = "zones stand in site.yaml: change dns.zones and run `rndc reload`, or follow a catalog zone";
const noCache = "Homeport keeps no answers of other servers";
const logging = "the log's level is set when Homeport starts: homeport start --log-level debug";

export const unsupportedCommands: ReadonlyMap<string, string> = new Map([
  ["addzone", zones],
  ["delzone", zones],
  ["modzone", zones],
  ["dnssec", signing],
  ["sign", signing],
  ["signing", signing],
  ["loadkeys", signing],
  ["managed-keys", validation],
  ["nta", validation],
  ["secroots", validation],
  ["validation", validation],
  ["dumpdb", `${noCache}; a zone is written out by: homeport zone export ZONE`],
  ["recursing", noCache],
  ["serve-stale", noCache],
  ["trace", logging],
  ["notrace", logging],
  ["dnstap", "Homeport writes no dnstap; `rndc querylog on` logs queries"],
  ["tcp-timeouts", "Homeport's time limits of TCP cannot be changed while it runs"],
]);
