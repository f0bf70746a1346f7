/** What a person types into a router, so that it tells its address to this server. */

const standsFor = "SERVER";

/**
 * With the fields that routers put in: the FRITZ!Box's names, which others have taken over. `SERVER` stands
 * for the name of this machine; where it answers but on a loopback address, for the proxy in front of it.
 */
export function routerUrl(listening: readonly string[]): string {
  const urls = listening.map((text) => new URL(text));
  const isLoopback = ({ hostname }: URL): boolean => /^(127\.|\[::1\]$)/.test(hostname);
  const open = urls.find((url) => !isLoopback(url));
  const query = "hostname=<domain>&myip=<ipaddr>";
  if (open === undefined) return `https://${standsFor}/nic/update?${query}`;
  const isWildcard = ["0.0.0.0", "[::]"].includes(open.hostname);
  const host = isWildcard || open.protocol === "https:" ? standsFor : open.hostname;
  const port = open.port === "" ? "" : `:${open.port}`;
  return `${open.protocol}//${host}${port}/nic/update?${query}`;
}
