/** The `dhcp` section as it grows while an import goes through another server's config, and its report. */
import type { z } from "zod";
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { Outcome } from "#platform/import/report.ts";
import type { NewFile } from "#platform/import/write-out.ts";
import { type Position, shown } from "#protocols/namedconf/problem.ts";
import type { DhcpConfig } from "../config.ts";

type Input = z.input<typeof DhcpConfig>;
type ElementOf<List> = NonNullable<List> extends readonly (infer Element)[] ? Element : never;

export type OptionInput = ElementOf<Input["options"]>;
export type ClassInput = ElementOf<Input["classes"]>;
export type MatchInput = ElementOf<ClassInput["match"]>;
export type SubnetInput = ElementOf<Input["subnets"]>;
export type PoolInput = Exclude<ElementOf<SubnetInput["pools"]>, string>;
export type HostInput = ElementOf<Input["hosts"]>;
export type BootInput = NonNullable<Input["boot"]>;
export type NamesInput = NonNullable<Input["names"]>;
export type RemoteZoneInput = ElementOf<NamesInput["remote"]>;

/** What the section becomes; pools are maps even where a range would do, so that each knows its statement. */
export interface SectionDraft extends Omit<Input, "subnets" | "names"> {
  readonly options: OptionInput[];
  readonly classes: ClassInput[];
  readonly subnets: SubnetDraft[];
  readonly hosts: HostInput[];
  readonly names: NamesInput;
}

export interface SubnetDraft extends SubnetInput {
  readonly pools: PoolInput[];
  readonly options: OptionInput[];
}

/** A line of the report whose outcome may still change. */
export interface DraftLine {
  readonly file: string;
  readonly line: number;
  readonly statement: string;
  outcome: Outcome;
  detail: string | undefined;
  /** Of the statement around it: where that is left out, so is this. */
  readonly under: DraftLine | undefined;
}

export class ImportDraft {
  readonly lines: DraftLine[] = [];
  readonly assumed = new Set<string>();
  readonly files: NewFile[] = [];
  /** Of the config, such as an include that leads nowhere is not: those are lines. */
  readonly problems: ConfigProblem[] = [];
  readonly section: SectionDraft = { options: [], classes: [], subnets: [], hosts: [], names: {} };
  /** Domain of the clients' names. */
  domain: string | undefined;
  /** Which statement each part of the section is of: a whole map, or a field of one. */
  private readonly ties = new Map<object, Map<string | undefined, DraftLine>>();

  /** @param statement as the report calls it, without what may be a secret */
  say(
    { file, line }: Position,
    statement: string,
    outcome: Outcome,
    detail?: string,
    under?: DraftLine,
  ): DraftLine {
    const said: DraftLine = { file, line, statement: shown(statement, 300), outcome, detail, under };
    this.lines.push(said);
    return said;
  }

  /** If the section does not allow `part`, or its `field`, then `line` is left out. */
  tie(line: DraftLine, part: object, field?: string): undefined {
    const fields = this.ties.get(part) ?? new Map<string | undefined, DraftLine>();
    fields.set(field, line);
    this.ties.set(part, fields);
  }

  tiedTo(part: unknown, field?: string): DraftLine | undefined {
    return typeof part === "object" && part !== null ? this.ties.get(part)?.get(field) : undefined;
  }
}

/** Tells of what stands in a statement that is left out that it is left out too. */
export function leaveOutWithin(lines: readonly DraftLine[]): undefined {
  for (const line of lines) {
    if (line.outcome === "imported" && line.under?.outcome === "left out")
      leaveOut(line, "what it stands in is left out");
  }
}

/** It came over after all, as `detail`. */
export function taken(line: DraftLine, detail: string): undefined {
  line.outcome = "imported";
  line.detail = detail;
}

/** It does not come over, by design. */
export function notCarriedOver(line: DraftLine, why: string): undefined {
  line.outcome = "not carried over";
  line.detail = why;
}

/** Another server's statement could not come over. */
export function leaveOut(line: DraftLine, why: string): undefined {
  line.outcome = "left out";
  line.detail = why;
}
