/** What people are told of a look. Pure. */
import type { AddressFamily } from "#contracts/public-address.ts";
import type { LookView } from "../control.ts";
import { couldNotTell, type Finding } from "./find-address.ts";

/** @param written why what was found does not count; undefined: it does */
export function lookView(
  family: AddressFamily,
  { outcome, address, heard }: Finding,
  {
    atMs,
    agree,
    written,
  }: { readonly atMs: number; readonly agree: number; readonly written: string | undefined },
): LookView {
  const isBlind = outcome === "could-not-tell" || written !== undefined;
  return {
    atMs,
    family,
    outcome: isBlind ? "could-not-tell" : outcome,
    address: isBlind ? undefined : address,
    sentence: isBlind ? (written ?? couldNotTell(heard, agree)) : undefined,
    witnesses: heard.map(({ witness, sighting }) => ({
      title: witness.title,
      address: sighting.kind === "address" ? sighting.address : undefined,
      why: sighting.kind === "unknown" ? sighting.why : undefined,
    })),
  };
}
