/** Classes that an import has made, by what the other server calls them. */
import { type Alternatives, joined } from "./client-class.ts";
import type { ClassInput, DraftLine, ImportDraft, MatchInput } from "./draft.ts";

export type ClassSettings = Omit<ClassInput, "name" | "match">;

export class ClassBook {
  private readonly draft: ImportDraft;
  private readonly known = new Map<string, { alternatives: Alternatives; labels: string[] }>();
  private readonly taken = new Set<string>();

  constructor(draft: ImportDraft) {
    this.draft = draft;
  }

  alternatives(name: string): Alternatives | undefined {
    return this.known.get(name)?.alternatives;
  }

  /** What site.yaml calls the classes of a name; undefined: there are none. */
  labels(name: string): readonly string[] | undefined {
    const labels = this.known.get(name)?.labels;
    return labels === undefined || labels.length === 0 ? undefined : labels;
  }

  /** Remembers what a name means without a class for it: other conditions may use it. */
  define(name: string, alternatives: Alternatives): void {
    const entry = this.known.get(name);
    if (entry === undefined) this.known.set(name, { alternatives, labels: [] });
    else entry.alternatives = [...entry.alternatives, ...alternatives];
  }

  /** One class for each alternative. @returns what site.yaml calls them */
  add(line: DraftLine, name: string, alternatives: Alternatives, settings: ClassSettings): readonly string[] {
    if (!this.known.has(name)) this.define(name, alternatives);
    const entry = this.known.get(name)!;
    const labels = joined(alternatives).map((match) => {
      const plain = this.plainOne(entry.labels, match);
      const made: ClassInput = plain ?? { name: this.label(name), match: [...match] };
      Object.assign(made, settings);
      this.draft.tie(line, made);
      if (plain === undefined) {
        this.draft.section.classes.push(made);
        entry.labels.push(made.name);
      }
      return made.name;
    });
    return labels;
  }

  /** The same class, made before for pools alone. */
  private plainOne(labels: readonly string[], match: readonly MatchInput[]): ClassInput | undefined {
    const text = JSON.stringify(match);
    return this.draft.section.classes.find(
      (one) =>
        labels.includes(one.name) && Object.keys(one).length === 2 && JSON.stringify(one.match) === text,
    );
  }

  private label(name: string): string {
    const plain = name.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
    const base = plain.slice(0, 56).replace(/-+$/, "") || "class";
    let label = base;
    for (let number = 2; this.taken.has(label); number++) label = `${base}-${number}`;
    this.taken.add(label);
    return label;
  }
}
