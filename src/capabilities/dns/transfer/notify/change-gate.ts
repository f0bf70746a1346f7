/** Lets the first change of a zone through at once, and those that follow in one go a little later. */
import type { Name } from "#protocols/dns/name.ts";
import { notifyLimits } from "./limits.ts";

interface Gate<Zone> {
  readonly opensMs: number;
  /** The newest change that waits. */
  waiting: Zone | undefined;
}

export class ChangeGate<Zone extends { readonly name: Name }> {
  /** In the order in which they open. */
  private readonly gates = new Map<Name, Gate<Zone>>();

  /** True when the change goes through now; otherwise `open` will give it. */
  pass(zone: Zone, nowMs: number): boolean {
    const gate = this.gates.get(zone.name);
    if (gate !== undefined && nowMs < gate.opensMs) {
      gate.waiting = zone;
      return false;
    }
    this.close(zone.name, nowMs);
    return true;
  }

  /** Changes that have waited long enough. */
  open(nowMs: number): Zone[] {
    const zones: Zone[] = [];
    for (const [name, { opensMs, waiting }] of this.gates) {
      if (opensMs > nowMs) break;
      this.gates.delete(name);
      if (waiting !== undefined) zones.push(waiting);
    }
    for (const { name } of zones) this.close(name, nowMs);
    return zones;
  }

  /** When `open` should be called next. */
  get nextMs(): number | undefined {
    return this.gates.values().next().value?.opensMs;
  }

  forget(name: Name): void {
    this.gates.delete(name);
  }

  private close(name: Name, nowMs: number): void {
    this.gates.delete(name); // to the end of the order
    this.gates.set(name, { opensMs: nowMs + notifyLimits.coalesceMs, waiting: undefined });
  }
}
