/** Where distributions have the files of Kea. */
import type { Layout } from "#platform/import/place.ts";

export const keaLayout: Layout = {
  configName: "kea-dhcp4.conf",
  usualRoots: ["/etc/kea", "/usr/local/etc/kea", "/etc"],
  usualConfigs: [
    ["etc/kea/kea-dhcp4.conf", "/", "."],
    ["usr/local/etc/kea/kea-dhcp4.conf", "/", "."],
    ["kea.conf", "/etc/kea", "."],
  ],
  elsewhere: "etc/kea",
};
