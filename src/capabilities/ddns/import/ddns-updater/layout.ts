/** Where ddns-updater has its files: in the folder that its container calls /updater/data. */
import type { Layout } from "#platform/import/place.ts";

export const ddnsUpdaterLayout: Layout = {
  configName: "config.json",
  usualRoots: ["/updater/data"],
  usualConfigs: [
    ["data/config.json", "/updater/data", "data"],
    ["updater/data/config.json", "/", "."],
  ],
  elsewhere: "data",
};
