/** A table of the settings of ddclient that are not carried over, and why. */

const program = "of ddclient's own workings";
const paced = "Homeport sends on a change, and at the age at which each service forgets names";
const told = "whom to tell stands in ddns.notices";

const reasons: readonly (readonly [names: string, why: string])[] = [
  ["foreground file cache pid syslog facility priority exec debug verbose quiet help test geturl", program],
  ["retry force query max-warn fw-banlocal if-skip curl timeout use-http-get", program],
  ["min-interval max-interval min-error-interval wtime mtime atime warned-*", paced],
  ["mail mail-failure mail-from postscript", told],
  ["ip status status-ipv4 status-ipv6 custom static", program],
  ["wildcard mx backupmx", "Homeport sends addresses alone"],
  ["web-ssl-validate fw-ssl-validate ssl_ca_dir ssl_ca_file", "certificates are checked, as Node has them"],
  ["quietreply tcp on-root-domain use-personal-access-token", "Homeport knows this of the service"],
];

/** Settings whose loss somebody must look at. */
const missed: Readonly<Record<string, string>> = {
  proxy: "Homeport asks services directly",
  postscript:
    "write it into ddns.notices as `command`, with events: [address-changed]; it gets HOMEPORT_ variables",
  mail: "write whom to tell into ddns.notices, with the mail server",
  wildcard: "write a record *.name too; services that make the wildcard of a name themselves go on doing so",
  "mail-failure": "write whom to tell into ddns.notices, with the mail server",
};

/** Why a setting is not carried over; undefined: it is none of those. */
export function reasonOf(
  name: string,
  value: string,
): { readonly why: string; readonly isMissed: boolean } | undefined {
  const loss = missed[name];
  if (loss !== undefined && !/^(no|false|0|off)?$/i.test(value)) return { why: loss, isMissed: true };
  for (const [list, why] of reasons)
    for (const one of list.split(" "))
      if (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : one === name)
        return { why, isMissed: false };
  return undefined;
}
