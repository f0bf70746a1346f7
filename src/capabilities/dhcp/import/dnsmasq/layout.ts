/** Where distributions have the files of dnsmasq. */
import type { Layout } from "#platform/import/place.ts";

export const dnsmasqLayout: Layout = {
  configName: "dnsmasq.conf",
  usualRoots: ["/etc", "/usr/local/etc", "/var/lib/misc", "/etc/dnsmasq.d"],
  usualConfigs: [
    ["etc/dnsmasq.conf", "/", "."],
    ["usr/local/etc/dnsmasq.conf", "/", "."],
  ],
  elsewhere: "etc",
};
