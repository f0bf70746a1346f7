/** The list of all record formats. */
import type { RecordFormat } from "../record.ts";
import { A, Aaaa, Apl } from "./addresses.ts";
import { Cname, Dname, Ptr } from "./aliases.ts";
import { Caa, Cert, Smimea, Sshfp, Tlsa } from "./certificates.ts";
import { Ns, Soa } from "./delegation.ts";
import { Cds, Dlv, Ds, Ta } from "./delegation-signer.ts";
import { Nsec, Nsec3, Nsec3param, Nxt } from "./denial.ts";
import { Brid, Cdnskey, Dhcid, Dnskey, Hhit, Key, Openpgpkey, Rkey } from "./keys.ts";
import { Eui48, Eui64, L32, L64, Lp, Nid } from "./locators.ts";
import { Mb, Md, Mf, Mg, Minfo, Mr, Mx } from "./mail.ts";
import { A6, Atma, Eid, Isdn, Nimloc, Nsap, NsapPtr, Px, X25 } from "./old-networks.ts";
import { Gpos, Loc, Rp } from "./people-and-places.ts";
import { Https, Svcb } from "./service-binding.ts";
import { Afsdb, Kx, Naptr, Rt, Srv, Uri, Wks } from "./services.ts";
import { Rrsig, Sig } from "./signatures.ts";
import { Avc, Doa, Hinfo, Ninfo, Resinfo, Sink, Spf, Txt, Wallet } from "./text.ts";
import { Amtrelay, Hip, Ipseckey, Talink } from "./tunnels.ts";
import { Csync, Dsync, Zonemd } from "./zone-upkeep.ts";

// biome-ignore format: a table, ten to a line
export const recordFormats: readonly RecordFormat[] = [
  A, Ns, Md, Mf, Cname, Soa, Mb, Mg, Mr, Wks,
  Ptr, Hinfo, Minfo, Mx, Txt, Rp, Afsdb, X25, Isdn, Rt,
  Nsap, NsapPtr, Sig, Key, Px, Gpos, Aaaa, Loc, Srv, Naptr,
  Kx, Cert, Dname, Apl, Ds, Sshfp, Ipseckey, Rrsig, Nsec, Dnskey,
  Dhcid, Nsec3, Nsec3param, Tlsa, Smimea, Hip, Ninfo, Rkey, Talink, Cds,
  Cdnskey, Openpgpkey, Csync, Zonemd, Svcb, Https, Dsync, Spf, Nid, L32,
  L64, Lp, Eui48, Eui64, Uri, Caa, Avc, Amtrelay, Resinfo, Wallet,
  Ta, Dlv, Nxt, Eid, Nimloc, Atma, A6, Sink, Doa, Hhit,
  Brid,
];
