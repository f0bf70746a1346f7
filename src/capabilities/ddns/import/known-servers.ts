/** Services of the dyndns2 protocol by where they are asked. */
import { definitionOf } from "../providers/definitions.ts";
import { templateEntries } from "../providers/templates/templates.ts";

/** Other names of their servers than the tables of providers have. */
const aliases: Readonly<Record<string, string>> = {
  "dyndns.org": "dyn",
  "members.dyndns.com": "dyn",
  "dns.loopia.se": "loopia",
  "dynupdate.noip.com": "noip",
  "nic.dynu.com": "dynu",
  "update6.dedyn.io": "desec-dyndns",
  "ipv6.nsupdate.info": "nsupdate-info",
  "nsupdate.info": "nsupdate-info",
  "dns.eu.ovhapis.com": "ovh-dyndns",
  "ovh.com": "ovh-dyndns",
  "www.infomaniak.com": "infomaniak",
  "dynamicdns.park-your-domain.com": "namecheap",
};

/** Undefined: none that is known, or one on a port of its own. */
export function serviceAt(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, port } = new URL(url);
  if (port !== "" && port !== "8245") return undefined;
  const known = templateEntries.find(({ server, serverForIpv6 }) =>
    [server, serverForIpv6].some((one) => one !== undefined && new URL(one).hostname === hostname),
  );
  const type = known?.type ?? (Object.hasOwn(aliases, hostname) ? aliases[hostname] : undefined);
  return type === undefined || definitionOf(type) === undefined ? undefined : type;
}
