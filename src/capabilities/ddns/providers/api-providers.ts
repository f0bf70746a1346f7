/** The providers with an API of their own that are asked in JSON. */
import { azureDns } from "./azure-dns.ts";
import { cloudflare } from "./cloudflare.ts";
import { desec } from "./desec.ts";
import { digitalocean } from "./digitalocean.ts";
import { gandi } from "./gandi.ts";
import { godaddy } from "./godaddy.ts";
import { googleCloudDns } from "./google-cloud-dns.ts";
import { hetzner } from "./hetzner.ts";
import { inwx } from "./inwx.ts";
import { linode } from "./linode.ts";
import { netcup } from "./netcup.ts";
import { ovh } from "./ovh.ts";
import { porkbun } from "./porkbun.ts";
import type { ProviderDefinition } from "./provider.ts";
import { route53 } from "./route53.ts";
import { vultr } from "./vultr.ts";

export const apiDefinitions: readonly ProviderDefinition[] = [
  azureDns,
  cloudflare,
  desec,
  digitalocean,
  gandi,
  godaddy,
  googleCloudDns,
  hetzner,
  inwx,
  linode,
  netcup,
  ovh,
  porkbun,
  route53,
  vultr,
];
