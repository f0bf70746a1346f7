/** Where distributions have the files of inadyn. */
import type { Layout } from "#platform/import/place.ts";

export const inadynLayout: Layout = {
  configName: "inadyn.conf",
  usualRoots: ["/etc/inadyn", "/usr/local/etc", "/etc"],
  usualConfigs: [
    ["etc/inadyn.conf", "/", "."],
    ["etc/inadyn/inadyn.conf", "/", "."],
  ],
  elsewhere: "etc",
};
