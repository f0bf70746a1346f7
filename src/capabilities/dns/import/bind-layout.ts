/** Where distributions have the files of BIND. */
import type { Layout } from "#platform/import/place.ts";

/** What distributions call the folder of named.conf and of named's data, most specific first. */
const usualRoots: readonly string[] = [
  "/etc/bind",
  "/etc/named",
  "/etc/namedb",
  "/usr/local/etc/namedb",
  "/var/named/chroot",
  "/var/named",
  "/var/cache/bind",
  "/var/lib/bind",
  "/etc",
];

/** Where named.conf is, in the folder given, and what that folder then is in the config. */
const usualConfigs: readonly (readonly [file: string, root: string, folder: string])[] = [
  ["etc/bind/named.conf", "/", "."],
  ["var/named/chroot/etc/named.conf", "/", "var/named/chroot"],
  ["etc/named.conf", "/", "."],
  ["etc/namedb/named.conf", "/", "."],
  ["usr/local/etc/namedb/named.conf", "/", "."],
];

export const bindLayout: Layout = {
  configName: "named.conf",
  usualRoots,
  usualConfigs,
  elsewhere: "etc/bind or etc",
};
