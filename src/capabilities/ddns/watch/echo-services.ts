/**
 * A table of services of the Internet that answer with the address that asks them, in the order in which they
 * are asked. Each has a host for each family, or one that has both; all of them speak HTTPS.
 */

export interface EchoService {
  /** For the site file. */
  readonly name: string;
  /** Who runs it: those of one operator are one voice. */
  readonly operator: string;
  /** Undefined: it cannot be asked by that family. */
  readonly ipv4?: string;
  readonly ipv6?: string;
  /** Where it wants to be asked less often than others. */
  readonly pauseMsMin?: number;
}

const cloudflareTrace = "https://api.cloudflare.com/cdn-cgi/trace";
const ifconfigIo = "https://ifconfig.io/ip";

export const echoServices: readonly EchoService[] = [
  { name: "ipify", operator: "ipify", ipv4: "https://api.ipify.org/", ipv6: "https://api6.ipify.org/" },
  { name: "cloudflare", operator: "cloudflare", ipv4: cloudflareTrace, ipv6: cloudflareTrace },
  { name: "identme", operator: "identme", ipv4: "https://v4.ident.me/", ipv6: "https://v6.ident.me/" },
  {
    name: "desec",
    operator: "desec",
    ipv4: "https://checkipv4.dedyn.io/",
    ipv6: "https://checkipv6.dedyn.io/",
  },
  { name: "amazon", operator: "amazon", ipv4: "https://checkip.amazonaws.com/" },
  { name: "nnev", operator: "nnev", ipv4: "https://ip4.nnev.de/", ipv6: "https://ip6.nnev.de/" },
  { name: "ipinfo", operator: "ipinfo", ipv4: "https://ipinfo.io/ip", ipv6: "https://v6.ipinfo.io/ip" },
  {
    name: "icanhazip",
    operator: "cloudflare",
    ipv4: "https://ipv4.icanhazip.com/",
    ipv6: "https://ipv6.icanhazip.com/",
  },
  {
    name: "nsupdate",
    operator: "nsupdate",
    ipv4: "https://ipv4.nsupdate.info/myip",
    ipv6: "https://ipv6.nsupdate.info/myip",
  },
  { name: "ifconfig", operator: "ifconfig", ipv4: ifconfigIo, ipv6: ifconfigIo },
  { name: "seeip", operator: "seeip", ipv4: "https://ipv4.seeip.org/", ipv6: "https://ipv6.seeip.org/" },
  {
    name: "ipleak",
    operator: "ipleak",
    ipv4: "https://ipv4.ipleak.net/json/",
    ipv6: "https://ipv6.ipleak.net/json/",
  },
  {
    name: "wtfismyip",
    operator: "wtfismyip",
    ipv4: "https://ipv4.wtfismyip.com/text",
    ipv6: "https://ipv6.wtfismyip.com/text",
  },
  {
    name: "yunohost",
    operator: "yunohost",
    ipv4: "https://ipv4.yunohost.org/",
    ipv6: "https://ipv6.yunohost.org/",
  },
];

/** One of the site file: a name of the table, or a URL. Undefined: a name that is not in it. */
export function echoServiceOf(nameOrUrl: string): EchoService | undefined {
  if (!nameOrUrl.includes("://")) return echoServices.find(({ name }) => name === nameOrUrl.toLowerCase());
  const { host, pathname } = new URL(nameOrUrl);
  const name = pathname === "/" ? host : host + pathname; // and never the query: a key may be in it
  const known = echoServices.find(({ ipv4, ipv6 }) =>
    [ipv4, ipv6].some((url) => url !== undefined && new URL(url).host === host),
  );
  // A URL of a known service is that service's voice still, and bound by its pause
  if (known !== undefined) return { ...known, name, ipv4: nameOrUrl, ipv6: nameOrUrl };
  return { name, operator: host, ipv4: nameOrUrl, ipv6: nameOrUrl, pauseMsMin: 0 };
}
