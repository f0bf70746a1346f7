import assert from "node:assert/strict";
import test from "node:test";
import { findPlaces, type PlaceFacts, type PlaceOptions } from "./places.ts";

const machine = (files: readonly string[], environment: Record<string, string> = {}): PlaceFacts => ({
  workingFolder: "/home/ann/lab",
  homeFolder: "/home/ann",
  programFolder: "/opt/homeport",
  environment,
  exists: (path) => files.includes(path),
});
const own = "/home/ann/lab/site.yaml";
const system = "/etc/homeport/site.yaml";
const example = "/opt/homeport/examples/foundry/site.yaml";

type Case = readonly [why: string, PlaceOptions, PlaceFacts, siteFile: string, dataFolder: string];
const cases: readonly Case[] = [
  ["a site here wins", {}, machine([own, system]), own, "/home/ann/.local/state/homeport/lab-4d5b7ad3"],
  ["then the system's", {}, machine([system]), system, "/var/lib/homeport"],
  ["then the example", {}, machine([]), example, "/home/ann/.local/state/homeport/foundry-0e3fbd4a"],
  [
    "--site is taken as it is",
    { site: "../x/a.yaml" },
    machine([own]),
    "/home/ann/x/a.yaml",
    "/home/ann/.local/state/homeport/x-",
  ],
  ["--data is from here", { data: "d" }, machine([own]), own, "/home/ann/lab/d"],
  ["HOMEPORT_DATA", {}, machine([own], { HOMEPORT_DATA: "/srv/d" }), own, "/srv/d"],
  ["--data before HOMEPORT_DATA", { data: "/e" }, machine([own], { HOMEPORT_DATA: "/srv/d" }), own, "/e"],
  ["XDG_STATE_HOME", {}, machine([own], { XDG_STATE_HOME: "/state" }), own, "/state/homeport/lab-"],
];
for (const [why, options, facts, siteFile, dataFolder] of cases) {
  test(`places: ${why}`, () => {
    const places = findPlaces(options, facts);
    assert.equal(places.siteFile, siteFile);
    assert.equal(places.isExample, siteFile === example);
    assert.equal(places.dataFolder.replace(/-[0-9a-f]{8}$/, "-"), dataFolder.replace(/-[0-9a-f]{8}$/, "-"));
    assert.equal(places.socket, `${places.dataFolder}/homeport.sock`);
  });
}

test("two site files never share a data folder", () => {
  const folderOf = (site: string) => findPlaces({ site }, machine([])).dataFolder;
  assert.notEqual(folderOf("/a/lab/site.yaml"), folderOf("/b/lab/site.yaml"));
});

test("--socket is taken as it is", () => {
  assert.equal(findPlaces({ socket: "s" }, machine([own])).socket, "/home/ann/lab/s");
});
