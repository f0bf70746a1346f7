/** Sections that do not work without another section. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { Section } from "./site.ts";

/** `isPresent`: the site file has the section of this id. */
export function missingProviders(
  sections: readonly Section[],
  isPresent: (id: string) => boolean,
): ConfigProblem[] {
  return sections.filter(({ id }) => isPresent(id)).flatMap((section) => problemsOf(section));

  function problemsOf({ id, needs = [] }: Section): ConfigProblem[] {
    return needs
      .filter(({ contract, optional }) => optional === undefined && !isProvided(contract))
      .map(({ contract }) => {
        const provider = providerOf(contract);
        const remedy = `add a section "${provider}", or take this one out`;
        return { severity: "error", path: id, what: `needs ${contract}, which ${provider} provides`, remedy };
      });
  }

  function isProvided(contract: string): boolean {
    const provider = providerOf(contract);
    return provider === undefined || isPresent(provider); // without any, the file is not at fault
  }

  function providerOf(contract: string): string | undefined {
    return sections.find(({ provides }) => provides?.includes(contract))?.id;
  }
}
