/** The `ddns` section as it grows while an import goes through another program's config, and its report. */
import type { z } from "zod";
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { Outcome } from "#platform/import/report.ts";
import type { NewFile } from "#platform/import/write-out.ts";
import { type Position, shown } from "#protocols/namedconf/problem.ts";
import type { DdnsConfig } from "../config.ts";
import type { PastAddress } from "./history/past-address.ts";

type Input = z.input<typeof DdnsConfig>;
type ElementOf<List> = NonNullable<List> extends readonly (infer Element)[] ? Element : never;

export type AddressInput = NonNullable<Input["address"]>;
export type MethodInput = ElementOf<AddressInput["ipv4"]>;
export type RecordInput = ElementOf<Input["records"]>;

/** An entry of `ddns.providers`; its fields are those of its type. */
export interface ProviderInput {
  readonly name: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A record with one name; those that differ in nothing else are joined when the section is written. */
export interface RecordDraft extends Omit<RecordInput, "names"> {
  readonly name: string;
}

export interface SectionDraft {
  every?: string;
  address: AddressInput;
  readonly providers: ProviderInput[];
  readonly records: RecordDraft[];
}

/** A line of the report whose outcome may still change. */
export interface DraftLine {
  readonly file: string;
  readonly line: number;
  readonly statement: string;
  outcome: Outcome;
  detail: string | undefined;
}

/** A secret that a provider's entry refers to, before it is in a file. */
export interface DraftSecret {
  readonly provider: ProviderInput;
  readonly field: string;
  readonly value: string;
}

export class ImportDraft {
  readonly lines: DraftLine[] = [];
  readonly assumed = new Set<string>();
  readonly files: NewFile[] = [];
  /** What is wrong and is no statement. */
  readonly problems: ConfigProblem[] = [];
  readonly secrets: DraftSecret[] = [];
  readonly section: SectionDraft = { address: {}, providers: [], records: [] };
  /** The oldest first. */
  readonly history: PastAddress[] = [];
  private readonly ties = new Map<object, DraftLine[]>();
  private readonly parts: { readonly line: DraftLine; readonly of: readonly DraftLine[] }[] = [];

  /** @param statement as the report calls it, without what may be a secret */
  say({ file, line }: Pick<Position, "file" | "line">, statement: string, outcome: Outcome, detail?: string) {
    const said: DraftLine = { file, line, statement: shown(statement, 300), outcome, detail };
    this.lines.push(said);
    return said;
  }

  /** If the section does not allow `part`, then `line` is left out. */
  tie(line: DraftLine, part: object): undefined {
    const lines = this.ties.get(part) ?? [];
    lines.push(line);
    this.ties.set(part, lines);
  }

  tiedTo(part: object): readonly DraftLine[] {
    return this.ties.get(part) ?? [];
  }

  /** `line` says something of those, and nothing without them. */
  partOf(line: DraftLine, of: readonly DraftLine[]): undefined {
    this.parts.push({ line, of });
  }

  /** Tells of what belongs to statements that are left out that it is not carried over. */
  settleParts(): undefined {
    for (const { line, of } of this.parts) {
      if (line.outcome !== "imported" || of.length === 0) continue;
      if (of.some(({ outcome }) => outcome === "imported")) continue;
      line.outcome = "not carried over";
      line.detail = "what it belongs to is left out";
    }
  }

  record(record: RecordDraft, line: DraftLine): undefined {
    this.section.records.push(record);
    this.tie(line, record);
  }
}

/** Another program's statement could not come over. */
export function leaveOut(line: DraftLine, why: string): undefined {
  line.outcome = "left out";
  line.detail = why;
}
