/** Settings of Kea that are for all networks. */

import { durationText } from "#platform/import/duration-text.ts";
import type { KeaMap, KeaValue } from "#protocols/keaconf/json.ts";
import { type DraftLine, type ImportDraft, leaveOut, notCarriedOver } from "../draft.ts";
import { leaseTimeText } from "../duration-text.ts";
import { flagIn, textIn } from "./member.ts";

type GlobalReader = (draft: ImportDraft, line: DraftLine, value: KeaValue, dhcp4: KeaMap) => undefined;

/** Modes of ddns-replace-client-name in which the nameless get names. */
const generated: ReadonlySet<string> = new Set(["when-not-present"]);

export const globalReaders: Readonly<Record<string, GlobalReader>> = {
  authoritative: (draft, line, value) => {
    draft.section.authoritative = value.kind === "boolean" && value.value;
    line.detail = `dhcp.authoritative: ${draft.section.authoritative}`;
  },
  "min-valid-lifetime": (draft, line, value) => lifetime(draft, line, value, "minLeaseTime"),
  "max-valid-lifetime": (draft, line, value) => lifetime(draft, line, value, "maxLeaseTime"),
  "decline-probation-period": (draft, line, value) => {
    if (value.kind !== "number") return leaveOut(line, "it is no number of seconds");
    draft.section.declineTime = durationText(Math.min(Math.max(value.value, 60), 2_592_000));
    line.detail = `dhcp.declineTime: ${draft.section.declineTime}`;
  },
  "match-client-id": (draft, line, value) => {
    draft.section.identifyBy = value.kind === "boolean" && !value.value ? "mac" : "client-id";
    line.detail = `dhcp.identifyBy: ${draft.section.identifyBy}`;
  },
  "ddns-send-updates": (draft, line, value) => {
    if (value.kind === "boolean" && !value.value) draft.section.names.publish = false;
    line.detail = `dhcp.names.publish: ${draft.section.names.publish ?? true}`;
  },
  "ddns-ttl": (draft, line, value) => {
    if (value.kind !== "number" || value.value < 1) return notCarriedOver(line, "it says nothing");
    draft.section.names.ttl = durationText(Math.min(value.value, 604_800));
    line.detail = `dhcp.names.ttl: ${draft.section.names.ttl}`;
  },
  "ddns-generated-prefix": (_, line, __, dhcp4) => {
    const isUsed = generated.has(textIn(dhcp4, "ddns-replace-client-name") ?? "never");
    if (!isUsed) line.outcome = "not carried over";
    line.detail = isUsed ? "dhcp.names.generate" : "clients that tell no name get none";
  },
  "ddns-replace-client-name": (draft, line, value, dhcp4) => {
    const mode = value.kind === "text" ? value.value : "";
    if (mode === "always")
      return leaveOut(line, "a client that tells its name has it; see dhcp.names.generate");
    if (!generated.has(mode)) {
      line.outcome = "not carried over";
      line.detail = "a client that tells its name has it";
      return;
    }
    const prefix = textIn(dhcp4, "ddns-generated-prefix") ?? "myhost";
    draft.section.names.generate = `${prefix}${prefix === "" ? "" : "-"}{address}`;
    line.detail = `dhcp.names.generate: ${draft.section.names.generate}`;
  },
  "ddns-conflict-resolution-mode": (draft, line, value) => {
    const mode = value.kind === "text" ? value.value : "";
    draft.section.names.guard = mode === "no-check-without-dhcid" ? "none" : "dhcid";
    line.detail = `dhcp.names.guard: ${draft.section.names.guard}`;
  },
  "ddns-use-conflict-resolution": (draft, line, value) => {
    draft.section.names.guard = value.kind === "boolean" && !value.value ? "none" : "dhcid";
    line.detail = `dhcp.names.guard: ${draft.section.names.guard}`;
  },
  "dhcp-ddns": (draft, line, value) => {
    const isOn = value.kind === "map" && flagIn(value, "enable-updates") === true;
    if (isOn) draft.section.names.guard ??= "dhcid";
    else draft.section.names.publish = false;
    line.detail = isOn
      ? "dhcp.names.publish; Homeport sends updates itself: dhcp.names.remote"
      : "dhcp.names.publish: false, as enable-updates is not true";
  },
};

function lifetime(
  draft: ImportDraft,
  line: DraftLine,
  value: KeaValue,
  field: "minLeaseTime" | "maxLeaseTime",
): undefined {
  if (value.kind !== "number") return leaveOut(line, "it is no number of seconds");
  draft.section[field] = leaseTimeText(value.value);
  draft.tie(line, draft.section, field);
  line.detail = `dhcp.${field}: ${draft.section[field]}`;
}
