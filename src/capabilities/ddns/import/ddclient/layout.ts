/** Where distributions have the files of ddclient. */
import type { Layout } from "#platform/import/place.ts";

export const ddclientLayout: Layout = {
  configName: "ddclient.conf",
  usualRoots: ["/etc/ddclient", "/usr/local/etc/ddclient", "/etc", "/usr/local/etc"],
  usualConfigs: [
    ["etc/ddclient.conf", "/", "."],
    ["etc/ddclient/ddclient.conf", "/", "."],
    ["ddclient/ddclient.conf", "/etc", "."],
  ],
  elsewhere: "etc or etc/ddclient",
};
