/** Brings together those who provide a contract and those who use it. */
import type { Capability, ContractName, FindContract, RunningCapability } from "#contracts/capability.ts";

type Manifest = Pick<Capability, "id" | "provides" | "needs">;

/**
 * @throws TypeError: a contract has two providers, or one that stands behind those who need it, or none
 * though somebody cannot do without
 */
export function checkContracts(capabilities: readonly Manifest[]): void {
  const providers = new Map<ContractName, string>();
  for (const { id, provides = [] } of capabilities) {
    for (const contract of provides) {
      const other = providers.get(contract);
      if (other !== undefined) throw new TypeError(`${contract} is provided by ${other} and by ${id}`);
      providers.set(contract, id);
    }
  }
  const started = new Set<string>();
  for (const { id, needs = [] } of capabilities) {
    for (const { contract, optional } of needs) {
      const provider = providers.get(contract);
      if (provider === undefined && optional) continue;
      if (provider === undefined) throw new TypeError(`${id} needs ${contract}, which nobody provides`);
      if (!started.has(provider))
        throw new TypeError(`${provider} provides ${contract}; list it before ${id}`);
    }
    started.add(id);
  }
}

/** @throws TypeError: it does not provide what it said */
export function checkProvided({ id, provides = [] }: Manifest, { provided = {} }: RunningCapability): void {
  for (const contract of provides) {
    if (provided[contract] === undefined) throw new TypeError(`${id} runs without providing ${contract}`);
  }
}

/** `runningOf`: by id, as they come and go. */
export function findContractFor(
  { id, needs = [] }: Manifest,
  capabilities: readonly Manifest[],
  runningOf: (id: string) => RunningCapability | undefined,
): FindContract {
  return (name) => {
    if (!needs.some(({ contract }) => contract === name))
      throw new TypeError(`${id} does not say that it needs ${name}`);
    const provider = capabilities.find(({ provides }) => provides?.includes(name));
    return provider && runningOf(provider.id)?.provided?.[name];
  };
}
