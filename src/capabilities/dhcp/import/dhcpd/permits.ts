/** `allow`, `deny` and `ignore` of a dhcpd.conf: who gets an address, and where. */
import { type DhcpdStatement, itemsText, nameOf, textOf, wordAt } from "#protocols/dhcpdconf/tree.ts";
import { leaveOut, notCarriedOver, taken } from "../draft.ts";
import type { Scope } from "../scope.ts";
import type { ConfigReader } from "./read-config.ts";

const noClosedPools = "site.yaml has no pool for its hosts alone; give them addresses: dhcp.hosts address";

export function readPermit(reader: ConfigReader, statement: DhcpdStatement, scope: Scope): undefined {
  const what = itemsText(statement.items.slice(1)).toLowerCase();
  const isAllowed = nameOf(statement) === "allow";
  const label = `${scope.label} ${itemsText(statement.items)}`.trim();
  const pool = reader.pools.find((one) => one.scope === scope);
  const line = reader.draft.say(statement, label, "imported", undefined, scope.line);
  if (what.startsWith("members of")) {
    const name = textOf(wordAt(statement, 3) ?? "");
    if (pool === undefined) return leaveOut(line, "it says nothing outside of a pool");
    if (isAllowed) pool.classes.push({ name, line });
    else
      leaveOut(
        line,
        "site.yaml has no pool that a class may not use; its clients may get addresses of it too",
      );
  } else if (what === "unknown-clients" || what === "unknown clients") {
    if (isAllowed) return taken(line, "pools without classes are for everybody");
    if (pool !== undefined) pool.refused = noClosedPools;
    else reader.closed.add(scope);
    leaveOut(line, `${noClosedPools}; its ranges are left out`);
  } else if (what === "known-clients" || what === "known clients") {
    if (!isAllowed) return leaveOut(line, "hosts of the config may get addresses of it too");
    if (pool === undefined) return taken(line, "pools without classes are for everybody");
    pool.refused = noClosedPools;
    leaveOut(line, `${noClosedPools}; its ranges are left out`);
  } else if (what === "booting") {
    if (isAllowed) return taken(line, "they are answered unless something says otherwise");
    if (scope.kind === "class" || scope.kind === "host") scope.ignore = line;
    else leaveOut(line, "site.yaml says it of classes: dhcp.classes ignore");
  } else if (what.includes("bootp")) {
    notCarriedOver(line, "Homeport answers no BOOTP clients without DHCP");
  } else if (what === "client-updates") {
    notCarriedOver(line, "Homeport publishes the names itself, whatever the client wishes");
  } else if (what === "declines") {
    if (isAllowed) line.detail = "an address that is declined rests for dhcp.declineTime";
    else notCarriedOver(line, "an address that is declined rests for dhcp.declineTime");
  } else if (what === "all clients" && isAllowed) {
    line.detail = "pools without classes are for everybody";
  } else if (what === "duplicates") {
    notCarriedOver(line, "a client that sends an identifier is known by it: dhcp.identifyBy");
  } else if (what === "leasequery") {
    notCarriedOver(line, "Homeport answers no lease queries; homeport lease list has them");
  } else {
    leaveOut(line, "it is not known here");
  }
}
