/** What the routes and the status may see of the running name server. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { DnsConfig } from "./config.ts";
import type { ControlChannels } from "./control-channel/control-channels.ts";
import type { NameServerControl } from "./control-target.ts";
import type { Engine } from "./engine/engine.ts";
import type { ServedZones } from "./served-zones.ts";
import type { DnsServer } from "./server.ts";
import type { TlsEndpoints } from "./tls-endpoints.ts";
import type { WorkerPool } from "./workers/worker-pool.ts";
import type { ZoneServices } from "./zone-services.ts";
import type { ZoneSet } from "./zones/zone-set.ts";

export interface NameServerView {
  readonly zones: ZoneSet;
  readonly config: DnsConfig;
  readonly server: DnsServer;
  readonly engine: Engine;
  /** Undefined where there are no workers. */
  readonly pool: WorkerPool | undefined;
  /** Why there are none on a machine that could have them. */
  readonly poolProblem: ConfigProblem | undefined;
  /** Of `WorkerCounters`, one of each thread that answers. */
  readonly counterMemories: readonly SharedArrayBuffer[];
  readonly served: ServedZones;
  readonly services: ZoneServices;
  readonly tls: TlsEndpoints;
  readonly channels: ControlChannels;
  readonly control: NameServerControl;
  readonly warnings: readonly ConfigProblem[];
}
