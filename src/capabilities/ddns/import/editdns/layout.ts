/** Where editdns.sh keeps its files: beside each other, under fixed names. */
import type { Layout } from "#platform/import/place.ts";

export const editdnsLayout: Layout = {
  configName: "records",
  usualRoots: ["/etc/editdns", "/root/editdns"],
  usualConfigs: [],
  elsewhere: "any folder",
};
