/**
 * Holds the section of an import against the section's own rules. What they do not allow goes out of it
 * again, and the report says so: what is written must be a site file.
 */
import { parseWith } from "#platform/site/schema-problems.ts";
import { DhcpConfig } from "../config.ts";
import { HostIndex } from "../network/host-index.ts";
import { type ImportDraft, leaveOut } from "./draft.ts";
import { importLimits } from "./limits.ts";

type Step = string | number;

/** Takes out what may not stay. False: even so the section is none. */
export function settle(draft: ImportDraft): boolean {
  for (let round = 0; round < importLimits.settleRoundsMax; round++) {
    const parsed = parseWith(DhcpConfig, draft.section, []);
    if ("config" in parsed) {
      const twice = new HostIndex(parsed.config.hosts).problems;
      if (twice.length === 0) return true;
      takeOut(
        draft,
        twice.map(({ path, what }) => ({ steps: ["hosts", Number(/\[(\d+)\]/.exec(path!)![1])], what })),
      );
    } else {
      takeOut(
        draft,
        parsed.problems.map(({ place, what, remedy }) => ({
          steps: place.steps as readonly Step[],
          what: remedy === undefined ? what : `${what}; ${remedy}`,
        })),
      );
    }
  }
  return false;
}

interface Fault {
  readonly steps: readonly Step[];
  readonly what: string;
}

/** All that is at fault is found before the first goes: places of lists shift. */
function takeOut(draft: ImportDraft, faults: readonly Fault[]): void {
  const found = faults.map((fault) => find(draft, fault));
  for (const remove of found) remove();
}

/** The innermost part around a fault that has a statement of its own, or else the innermost that can go. */
function find(draft: ImportDraft, { steps, what }: Fault): () => void {
  const trail: unknown[] = [draft.section];
  for (const step of steps) trail.push((trail.at(-1) as Record<Step, unknown> | undefined)?.[step]);
  for (let depth = steps.length; depth > 0; depth--) {
    const [parent, step, value] = [trail[depth - 1], steps[depth - 1]!, trail[depth]];
    const line = draft.tiedTo(value) ?? draft.tiedTo(parent, String(step));
    if (line === undefined) continue;
    return () => {
      leaveOut(line, what);
      remove(parent, step, value);
    };
  }
  return () => {
    draft.problems.push({ severity: "error", path: `dhcp.${steps.join(".")}`, what });
    remove(trail[steps.length - 1], steps.at(-1)!, trail[steps.length]);
  };
}

function remove(parent: unknown, step: Step, value: unknown): void {
  if (Array.isArray(parent)) {
    const at = parent.indexOf(value);
    if (at !== -1) parent.splice(at, 1);
  } else if (typeof parent === "object" && parent !== null) {
    delete (parent as Record<Step, unknown>)[step];
  }
}
