/** For tests: every API of zones that there is in memory. */
import type { StandIn } from "./api-stand-in.testing.ts";
import { azureStandIn } from "./azure-dns.testing.ts";
import { cloudflareStandIn } from "./cloudflare.testing.ts";
import { desecStandIn } from "./desec.testing.ts";
import { digitaloceanStandIn } from "./digitalocean.testing.ts";
import { gandiStandIn } from "./gandi.testing.ts";
import { godaddyStandIn } from "./godaddy.testing.ts";
import { googleStandIn } from "./google-cloud-dns.testing.ts";
import { hetznerStandIn } from "./hetzner.testing.ts";
import { inwxStandIn } from "./inwx.testing.ts";
import { linodeStandIn } from "./linode.testing.ts";
import { netcupStandIn } from "./netcup.testing.ts";
import { ovhStandIn } from "./ovh.testing.ts";
import { porkbunStandIn } from "./porkbun.testing.ts";
import { route53StandIn } from "./route53.testing.ts";
import { vultrStandIn } from "./vultr.testing.ts";

export const standIns: readonly StandIn[] = [
  azureStandIn,
  cloudflareStandIn,
  desecStandIn,
  digitaloceanStandIn,
  gandiStandIn,
  godaddyStandIn,
  googleStandIn,
  hetznerStandIn,
  inwxStandIn,
  linodeStandIn,
  netcupStandIn,
  ovhStandIn,
  porkbunStandIn,
  route53StandIn,
  vultrStandIn,
];
