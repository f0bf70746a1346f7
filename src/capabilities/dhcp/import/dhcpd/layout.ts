/** Where distributions have the files of ISC's dhcpd. */
import type { Layout } from "#platform/import/place.ts";

export const dhcpdLayout: Layout = {
  configName: "dhcpd.conf",
  usualRoots: ["/etc/dhcp", "/etc/dhcp3", "/usr/local/etc/dhcp", "/usr/local/etc", "/var/lib/dhcp", "/etc"],
  usualConfigs: [
    ["etc/dhcp/dhcpd.conf", "/", "."],
    ["etc/dhcp3/dhcpd.conf", "/", "."],
    ["etc/dhcpd.conf", "/", "."],
    ["usr/local/etc/dhcpd.conf", "/", "."],
  ],
  elsewhere: "etc/dhcp or etc",
};
