/**
 * A table of what each service that is data is asked, to the letter, and of all its documented answers with
 * what must come of them. `%4` and `%6` stand for the addresses.
 */
import { returnCodes } from "#protocols/dyndns2/return-codes.ts";
import type { AddressType } from "../provider.ts";
import type { Reply } from "./stand-in.testing.ts";

export interface ServiceCase {
  readonly name?: string;
  readonly zone?: string;
  readonly settings: Readonly<Record<string, string>>;
  /** By what is sent. None of a family: the service does not take it. */
  readonly asks: Readonly<Partial<Record<"A" | "AAAA" | "A AAAA", readonly string[]>>>;
  readonly replies: readonly ReplyCase[];
}

/** `want` is of each record. `types`: what is sent; default: A. */
export type ReplyCase = readonly [reply: string | Reply, want: string, types?: readonly AddressType[]];

const login = { user: "me", password: "s3cr&t word" };
const as = "as me:s3cr&t word";
const password = { password: login.password };
const token = { token: "t0k+n/of=mine" };
const q4 = "198.51.100.7";
const q6 = "2001:db8:7::1";
const secretQ = "s3cr%26t%20word";
const tokenQ = "t0k%2Bn/of%3Dmine";
const fqdn = "home.example.net";

/** What a code of the protocol comes to, whoever says it. */
function wantOf(code: string): string {
  const meaning = returnCodes[code as keyof typeof returnCodes];
  switch (meaning.kind) {
    case "good":
      return "changed";
    case "same":
      return "same";
    case "stop":
      return `refused ${meaning.scope} ${code}`;
    case "retry":
      return `failed ${code} after ${meaning.waitSeconds} s`;
  }
}

/** All codes of the protocol, and what is made of odd answers. */
const everyCode: readonly ReplyCase[] = [
  ...Object.keys(returnCodes).map((code): ReplyCase => [code, wantOf(code)]),
  ["good %4", "changed"],
  ["nochg %4", "same"],
  [{ status: 401, text: "badauth" }, "refused account badauth"],
  [{ status: 400, text: "nohost" }, "refused record nohost"],
  [{ status: 500, text: "911 ddns down" }, "failed 911 after 600 s"],
  ["good 127.0.0.1", "refused account good-127.0.0.1"],
  ["good 203.0.113.9", "failed other-address"],
  ["nochg 203.0.113.9", "failed other-address"],
  ["w20m", "failed w20m after 1200 s"],
  ["fine", "unconfirmed"],
  ["", "unconfirmed"],
];

const badRequest: ReplyCase = ["badrequest", "refused record badrequest"];

export const serviceCases: Readonly<Record<string, ServiceCase>> = {
  editdns: {
    settings: password,
    asks: { A: [`GET http://DynDNS.EditDNS.net/api/dynLinux.php?p=${secretQ}&r=${fqdn} by ipv4`] },
    replies: [
      ["Record has been updated", "changed"],
      ["Record already exists with the same IP", "same"],
      ["Invalid Username", "refused account invalid-username"],
      ["Invalid DynRecord", "refused record invalid-dynrecord"],
      ["abuse\n", "refused record abuse"],
      ["911\n", "failed 911 after 600 s"],
      ["an abuse of words", "unconfirmed"],
    ],
  },
  dyndns2: {
    settings: { ...login, server: "https://dyn.example.org" },
    asks: {
      A: [`GET https://dyn.example.org/nic/update?hostname=${fqdn}&myip=${q4} ${as}`],
      AAAA: [`GET https://dyn.example.org/nic/update?hostname=${fqdn}&myip=${q6} ${as}`],
      "A AAAA": [`GET https://dyn.example.org/nic/update?hostname=${fqdn}&myip=${q4},${q6} ${as}`],
    },
    replies: everyCode,
  },
  homeport: {
    settings: { ...login, server: "https://other.example.org:8245/dyn" },
    asks: {
      A: [`GET https://other.example.org:8245/dyn?hostname=${fqdn}&myip=${q4}&myipv6=preserve ${as}`],
      AAAA: [`GET https://other.example.org:8245/dyn?hostname=${fqdn}&myip=preserve&myipv6=${q6} ${as}`],
      "A AAAA": [`GET https://other.example.org:8245/dyn?hostname=${fqdn}&myip=${q4}&myipv6=${q6} ${as}`],
    },
    replies: [
      ...everyCode,
      ["good %4,%6", "changed", ["A", "AAAA"]],
      ["good %4", "changed", ["A", "AAAA"]],
      ["good %4", "unconfirmed", ["AAAA"]],
    ],
  },
  dyn: {
    settings: login,
    asks: {
      A: [`GET https://members.dyndns.org/v3/update?hostname=${fqdn}&myip=${q4} ${as}`],
      "A AAAA": [`GET https://members.dyndns.org/v3/update?hostname=${fqdn}&myip=${q4},${q6} ${as}`],
    },
    replies: everyCode,
  },
  noip: {
    settings: login,
    asks: {
      A: [`GET https://dynupdate.no-ip.com/nic/update?hostname=${fqdn}&myip=${q4} ${as}`],
      "A AAAA": [`GET https://dynupdate.no-ip.com/nic/update?hostname=${fqdn}&myip=${q4},${q6} ${as}`],
    },
    replies: everyCode,
  },
  he: {
    settings: password,
    asks: {
      A: [`GET https://dyn.dns.he.net/nic/update?hostname=${fqdn}&myip=${q4} as ${fqdn}:s3cr&t word`],
      "A AAAA": [
        `GET https://dyn.dns.he.net/nic/update?hostname=${fqdn}&myip=${q4} as ${fqdn}:s3cr&t word`,
        `GET https://dyn.dns.he.net/nic/update?hostname=${fqdn}&myip=${q6} as ${fqdn}:s3cr&t word`,
      ],
    },
    replies: [...everyCode, ["badip", "refused record badip"]],
  },
  tunnelbroker: {
    name: "123456",
    settings: login,
    asks: { A: [`GET https://ipv4.tunnelbroker.net/nic/update?hostname=123456&myip=${q4} ${as}`] },
    replies: everyCode,
  },
  dnsomatic: {
    settings: login,
    asks: {
      A: [
        `GET https://updates.dnsomatic.com/nic/update?hostname=${fqdn}&myip=${q4}&wildcard=NOCHG&mx=NOCHG&backmx=NOCHG ${as}`,
      ],
    },
    replies: everyCode,
  },
  opendns: {
    name: "foundry",
    settings: login,
    asks: { A: [`GET https://updates.opendns.com/nic/update?hostname=foundry&myip=${q4} ${as}`] },
    replies: everyCode,
  },
  dynu: {
    settings: login,
    asks: {
      A: [`GET https://api.dynu.com/nic/update?hostname=${fqdn}&myip=${q4}&myipv6=no ${as}`],
      AAAA: [`GET https://api.dynu.com/nic/update?hostname=${fqdn}&myip=no&myipv6=${q6} ${as}`],
      "A AAAA": [`GET https://api.dynu.com/nic/update?hostname=${fqdn}&myip=${q4}&myipv6=${q6} ${as}`],
    },
    replies: [
      ...everyCode,
      ["unknown", "refused record unknown"],
      ["servererror", "failed servererror after 600 s"],
    ],
  },
  infomaniak: {
    settings: login,
    asks: {
      A: [`GET https://infomaniak.com/nic/update?hostname=${fqdn}&myip=${q4} ${as}`],
      AAAA: [`GET https://infomaniak.com/nic/update?hostname=${fqdn}&myip=${q6} ${as}`],
    },
    replies: [
      ...everyCode,
      ["successfully_changed %4", "changed"],
      ["no_change %4", "same"],
      ["successfully_changed 203.0.113.9", "failed other-address"],
    ],
  },
  "inwx-dyndns": {
    settings: login,
    asks: {
      A: [`GET https://dyndns.inwx.com/nic/update?hostname=${fqdn}&myip=${q4} ${as}`],
      AAAA: [`GET https://dyndns.inwx.com/nic/update?hostname=${fqdn}&myipv6=${q6} ${as}`],
      "A AAAA": [`GET https://dyndns.inwx.com/nic/update?hostname=${fqdn}&myip=${q4}&myipv6=${q6} ${as}`],
    },
    replies: everyCode,
  },
  joker: {
    settings: login,
    asks: {
      A: [`GET https://svc.joker.com/nic/update?username=me&password=${secretQ}&myip=${q4}&hostname=${fqdn}`],
      AAAA: [
        `GET https://svc.joker.com/nic/update?username=me&password=${secretQ}&myip=${q6}&hostname=${fqdn}`,
      ],
    },
    replies: everyCode,
  },
  loopia: {
    settings: login,
    asks: {
      A: [`GET https://dyndns.loopia.se/?hostname=${fqdn}&myip=${q4} ${as}`],
      AAAA: [`GET https://dyndns.loopia.se/?hostname=${fqdn}&myip=${q6} ${as}`],
    },
    replies: [...everyCode, badRequest],
  },
  "ovh-dyndns": {
    settings: login,
    asks: { A: [`GET https://www.ovh.com/nic/update?system=dyndns&hostname=${fqdn}&myip=${q4} ${as}`] },
    replies: [...everyCode, badRequest],
  },
  selfhost: {
    settings: login,
    asks: {
      A: [`GET https://carol.selfhost.de/nic/update?hostname=${fqdn}&myip=${q4} ${as}`],
      "A AAAA": [
        `GET https://carol.selfhost.de/nic/update?hostname=${fqdn}&myip=${q4} ${as}`,
        `GET https://carol.selfhost.de/nic/update?hostname=${fqdn}&myip=${q6} ${as}`,
      ],
    },
    replies: [
      ...everyCode,
      badRequest,
      ["noauth", "refused account noauth"],
      [{ status: 204 }, "same"],
      [{ status: 409 }, "refused record http-409"],
      [{ status: 410 }, "refused account http-410"],
      [{ status: 411 }, "refused record http-411"],
      [{ status: 412 }, "refused record http-412"],
      [{ status: 503 }, "failed http-503"],
    ],
  },
  spdyn: {
    settings: login,
    asks: {
      A: [`GET https://update.spdyn.de/nic/update?hostname=${fqdn}&myip=${q4} ${as}`],
      AAAA: [`GET https://update.spdyn.de/nic/update?hostname=${fqdn}&myip=${q6} ${as}`],
    },
    replies: [...everyCode, ["fatal", "refused record fatal"]],
  },
  strato: {
    settings: login,
    asks: {
      A: [`GET https://dyndns.strato.com/nic/update?hostname=${fqdn}&myip=${q4} ${as}`],
      "A AAAA": [`GET https://dyndns.strato.com/nic/update?hostname=${fqdn}&myip=${q4},${q6} ${as}`],
    },
    replies: [...everyCode, badRequest],
  },
  variomedia: {
    settings: login,
    asks: {
      A: [`GET https://dyndns.variomedia.de/nic/update?hostname=${fqdn}&myip=${q4} ${as}`],
      "A AAAA": [`GET https://dyndns.variomedia.de/nic/update?hostname=${fqdn}&myip=${q4},${q6} ${as}`],
    },
    replies: [...everyCode, badRequest],
  },
  "nsupdate-info": {
    settings: password,
    asks: {
      A: [`GET https://ipv4.nsupdate.info/nic/update?hostname=${fqdn}&myip=${q4} as ${fqdn}:s3cr&t word`],
      AAAA: [`GET https://ipv6.nsupdate.info/nic/update?hostname=${fqdn}&myip=${q6} as ${fqdn}:s3cr&t word`],
    },
    replies: everyCode,
  },
  "desec-dyndns": {
    settings: token,
    asks: {
      A: [
        `GET https://update.dedyn.io/?hostname=${fqdn}&myipv4=${q4}&myipv6=preserve as ${fqdn}:${token.token}`,
      ],
      AAAA: [
        `GET https://update.dedyn.io/?hostname=${fqdn}&myipv4=preserve&myipv6=${q6} as ${fqdn}:${token.token}`,
      ],
      "A AAAA": [
        `GET https://update.dedyn.io/?hostname=${fqdn}&myipv4=${q4}&myipv6=${q6} as ${fqdn}:${token.token}`,
      ],
    },
    replies: [
      ...everyCode,
      [{ status: 401, text: "Invalid token." }, "refused account http-401"],
      [{ status: 403, text: "Forbidden" }, "refused record http-403"],
      [{ status: 404, text: "Not found" }, "refused record http-404"],
    ],
  },
  domeneshop: {
    settings: login,
    asks: {
      A: [`GET https://api.domeneshop.no/v0/dyndns/update?hostname=${fqdn}&myip=${q4} ${as}`],
      "A AAAA": [`GET https://api.domeneshop.no/v0/dyndns/update?hostname=${fqdn}&myip=${q4},${q6} ${as}`],
    },
    replies: [
      [{ status: 204 }, "changed"],
      [{ status: 400, text: '{"code":"bad","help":"…"}' }, "failed http-400"],
      [{ status: 401, text: '{"code":"auth","help":"…"}' }, "refused account http-401"],
      [{ status: 403, text: '{"code":"auth","help":"…"}' }, "refused account http-403"],
      [{ status: 404, text: '{"code":"domain","help":"…"}' }, "refused record http-404"],
    ],
  },
  gigahost: {
    settings: login,
    asks: {
      A: [`GET https://api.gigahost.no/api/v0/dns/dyndns?hostname=${fqdn}&myip=${q4} ${as}`],
      AAAA: [`GET https://api.gigahost.no/api/v0/dns/dyndns?hostname=${fqdn}&myipv6=${q6} ${as}`],
    },
    replies: everyCode,
  },
  simply: {
    settings: login,
    asks: {
      A: [`GET https://api.simply.com/2/ddns/?hostname=${fqdn}&myip=${q4} ${as}`],
      AAAA: [`GET https://api.simply.com/2/ddns/?hostname=${fqdn}&myip=${q6} ${as}`],
    },
    replies: everyCode,
  },
  oray: {
    settings: login,
    asks: { A: [`GET http://ddns.oray.com/ph/update?hostname=${fqdn}&myip=${q4} ${as}`] },
    replies: everyCode,
  },
  "nic-ru": {
    settings: login,
    asks: { A: [`GET https://api.nic.ru/dyndns/update?hostname=${fqdn}&myip=${q4} ${as}`] },
    replies: everyCode,
  },
  "luadns-dyndns": {
    settings: login,
    asks: { A: [`GET https://app.luadns.com/nic/update?hostname=${fqdn}&myip=${q4} ${as}`] },
    replies: everyCode,
  },
  "now-dns": {
    settings: login,
    asks: {
      A: [`GET https://now-dns.com/update?hostname=${fqdn}&myip=${q4} ${as}`],
      AAAA: [`GET https://now-dns.com/update?hostname=${fqdn}&myip=${q6} ${as}`],
    },
    replies: everyCode,
  },
  "all-inkl": {
    settings: login,
    asks: {
      A: [`GET https://dyndns.kasserver.com/?myip=${q4} ${as}`],
      AAAA: [`GET https://dyndns.kasserver.com/?myip6=${q6} ${as}`],
      "A AAAA": [`GET https://dyndns.kasserver.com/?myip=${q4}&myip6=${q6} ${as}`],
    },
    replies: everyCode,
  },
  duckdns: {
    name: "foundry.duckdns.org",
    settings: token,
    asks: {
      A: [`GET https://www.duckdns.org/update?domains=foundry&token=${tokenQ}&ip=${q4}&verbose=true`],
      AAAA: [`GET https://www.duckdns.org/update?domains=foundry&token=${tokenQ}&ipv6=${q6}&verbose=true`],
      "A AAAA": [
        `GET https://www.duckdns.org/update?domains=foundry&token=${tokenQ}&ip=${q4}&ipv6=${q6}&verbose=true`,
      ],
    },
    replies: [
      ["OK", "changed"],
      ["OK\n%4\n\nUPDATED", "changed"],
      ["OK\n%4\n\nNOCHANGE", "same"],
      ["OK\n%4\n%6\nUPDATED", "changed", ["A", "AAAA"]],
      ["OK\n\n%6\nNOCHANGE", "same", ["AAAA"]],
      ["OK\n203.0.113.9\n\nUPDATED", "failed other-address"],
      ["KO", "refused record ko"],
    ],
  },
  freedns: {
    settings: token,
    asks: {
      A: [`GET https://sync.afraid.org/u/t0k%2Bn%2Fof%3Dmine/?hostname=${fqdn}&myip=${q4}`],
      AAAA: [`GET https://v6.sync.afraid.org/u/t0k%2Bn%2Fof%3Dmine/?hostname=${fqdn}&myip=${q6}`],
    },
    replies: [
      ["Updated home.example.net from 203.0.113.9 to %4", "changed"],
      ["No IP change detected for home.example.net with IP %4, skipping update", "same"],
      ["ERROR: Address %4 has not changed.", "same"],
      ["ERROR: Unable to locate this record", "refused record error"],
      ["ERROR: Invalid update URL (2)", "refused record error"],
    ],
  },
  dynv6: {
    settings: token,
    asks: {
      A: [`GET https://dynv6.com/api/update?zone=${fqdn}&token=${tokenQ}&ipv4=${q4}`],
      AAAA: [`GET https://dynv6.com/api/update?zone=${fqdn}&token=${tokenQ}&ipv6=${q6}`],
      "A AAAA": [`GET https://dynv6.com/api/update?zone=${fqdn}&token=${tokenQ}&ipv4=${q4}&ipv6=${q6}`],
    },
    replies: [
      ["addresses updated", "changed"],
      ["addresses unchanged", "same"],
      [{ status: 401, text: "invalid authentication token" }, "refused account http-401"],
      [{ status: 404, text: "zone not found" }, "refused record http-404"],
      [{ status: 406, text: "invalid parameter" }, "failed http-406"],
    ],
  },
  njalla: {
    settings: token,
    asks: {
      A: [`GET https://njal.la/update/?h=${fqdn}&k=${tokenQ}&a=${q4}`],
      AAAA: [`GET https://njal.la/update/?h=${fqdn}&k=${tokenQ}&aaaa=${q6}`],
      "A AAAA": [`GET https://njal.la/update/?h=${fqdn}&k=${tokenQ}&a=${q4}&aaaa=${q6}`],
    },
    replies: [
      ['{"status": 200, "message": "record updated", "value": {"A": "%4"}}', "changed"],
      [
        '{"status": 200, "message": "record updated", "value": {"A": "%4", "AAAA": "%6"}}',
        "changed",
        ["AAAA"],
      ],
      ['{"status": 200, "message": "record updated", "value": {"A": "203.0.113.9"}}', "failed other-address"],
      [{ status: 401, text: '{"status": 401, "message": "invalid host or key"}' }, "refused record invalid"],
      [{ status: 401, text: "" }, "refused record http-401"],
      [{ status: 500, text: '{"status": 500, "message": "failed"}' }, "failed http-500"],
    ],
  },
  goip: {
    name: "foundry.goip.de",
    settings: login,
    asks: {
      A: [
        `GET https://www.goip.de/setip?username=me&password=${secretQ}&subdomain=foundry.goip.de&ip=${q4}&shortResponse=true`,
      ],
      "A AAAA": [
        `GET https://www.goip.de/setip?username=me&password=${secretQ}&subdomain=foundry.goip.de&ip=${q4}&shortResponse=true`,
        `GET https://www.goip.de/setip?username=me&password=${secretQ}&subdomain=foundry.goip.de&ip6=${q6}&shortResponse=true`,
      ],
    },
    replies: [
      ["foundry.goip.de (%4)", "changed"],
      ["foundry.goip.de (%6)", "changed", ["AAAA"]],
      ["foundry.goip.de (203.0.113.9)", "failed other-address"],
      ["Zugriff verweigert", "refused account denied"],
    ],
  },
  "key-systems": {
    settings: password,
    asks: {
      A: [`GET https://dynamicdns.key-systems.net/update.php?hostname=${fqdn}&password=${secretQ}&ip=${q4}`],
      AAAA: [
        `GET https://dynamicdns.key-systems.net/update.php?hostname=${fqdn}&password=${secretQ}&ip=${q6}`,
      ],
    },
    replies: [
      ["[RESPONSE]\ncode = 200\ndescription = Command completed successfully\nEOF", "changed"],
      [
        "[RESPONSE]\ncode = 530\ndescription = Authorization failed\nEOF",
        "refused record authorization-failed",
      ],
    ],
  },
  freemyip: {
    name: "foundry.freemyip.com",
    settings: token,
    asks: { A: [`GET https://freemyip.com/update?token=${tokenQ}&domain=foundry.freemyip.com&myip=${q4}`] },
    replies: [
      ["OK", "changed"],
      ["ERROR", "refused record error"],
    ],
  },
  enom: {
    zone: "example.net",
    settings: password,
    asks: {
      A: [
        `GET https://dynamic.name-services.com/interface.asp?command=SetDNSHost&HostName=home&Zone=example.net&DomainPassword=${secretQ}&Address=${q4}`,
      ],
    },
    replies: [
      [";URL Interface\nCommand=SETDNSHOST\nErrCount=0\nDone=true", "changed"],
      ["<interface-response><ErrCount>0</ErrCount></interface-response>", "changed"],
      ["Command=SETDNSHOST\nErr1=Domain password does not match\nErrCount=1", "refused record errors"],
    ],
  },
  dnsexit: {
    zone: "example.net",
    settings: token,
    asks: {
      A: [
        `POST https://api.dnsexit.com/dns/ with {"content-type":"application/json","accept":"application/json"} and {"apikey":"t0k+n/of=mine","domain":"example.net","update":[{"name":"home.example.net","type":"A","content":"${q4}","ttl":5}]}`,
      ],
      AAAA: [
        `POST https://api.dnsexit.com/dns/ with {"content-type":"application/json","accept":"application/json"} and {"apikey":"t0k+n/of=mine","domain":"example.net","update":[{"name":"home.example.net","type":"AAAA","content":"${q6}","ttl":5}]}`,
      ],
    },
    replies: [
      ['{"code":0,"message":"Success"}', "changed"],
      ['{"code":1,"message":"Some execution problems"}', "unconfirmed"],
      ['{"code":2,"message":"API Key Authentication Error"}', "refused account 2"],
      ['{"code":3,"message":"Missing Required Definitions"}', "refused record 3"],
      ['{"code":4,"message":"JSON Data Syntax Error"}', "refused record 4"],
      ['{"code":5,"message":"JSON Defined Record Type not Supported"}', "refused record 5"],
      ['{"code":6,"message":"System Error"}', "failed 6 after 600 s"],
      ['{"code":7,"message":"Error getting post data"}', "failed 7 after 600 s"],
    ],
  },
  regfish: {
    settings: token,
    asks: {
      A: [
        `GET https://dyndns.regfish.de/?fqdn=${fqdn}&forcehost=1&authtype=secure&token=${tokenQ}&ipv4=${q4}`,
      ],
      "A AAAA": [
        `GET https://dyndns.regfish.de/?fqdn=${fqdn}&forcehost=1&authtype=secure&token=${tokenQ}&ipv4=${q4}&ipv6=${q6}`,
      ],
    },
    replies: [
      ["success|100|update succeeded!|%4", "changed"],
      ["success|101|no update needed at this time..|%4", "same"],
      ["error|401|invalid token|", "refused account 401"],
      ["error|402|authentication failed|", "refused account 401"],
      ["error|408|malformed request|", "refused record error"],
    ],
  },
  dnsmadeeasy: {
    name: "1007",
    settings: login,
    asks: {
      A: [`GET https://cp.dnsmadeeasy.com/servlet/updateip?username=me&password=${secretQ}&id=1007&ip=${q4}`],
    },
    replies: [
      ["success", "changed"],
      ["error-record-ip-same", "same"],
      ["error-auth", "refused account error-auth"],
      ["error-auth-suspend", "refused account error-auth-suspend"],
      ["error-auth-voided", "refused account error-auth-voided"],
      ["error-record-invalid", "refused record error-record-invalid"],
      ["error-record-auth", "refused record error-record-auth"],
      ["error-system", "failed error-system after 600 s"],
      ["error", "failed error after 600 s"],
    ],
  },
  dondominio: {
    settings: login,
    asks: {
      A: [`GET https://dondns.dondominio.com/json/?user=me&password=${secretQ}&host=${fqdn}&ip=${q4}`],
    },
    replies: [
      ['{"success":true,"messages":[]}', "changed"],
      ['{"success":false,"messages":["Invalid API key"]}', "refused record error"],
    ],
  },
  changeip: {
    settings: login,
    asks: { A: [`GET https://nic.changeip.com/nic/update?hostname=${fqdn}&ip=${q4} ${as}`] },
    replies: [
      ["200 Successful Update", "changed"],
      ["402 Premium DNS required", "refused record 402"],
      ["422 Hostname incorrect", "refused record 422"],
      [{ status: 402 }, "refused record http-402"],
      [{ status: 422 }, "refused record http-422"],
    ],
  },
  easydns: {
    settings: login,
    asks: {
      A: [`GET https://api.cp.easydns.com/dyn/generic.php?hostname=${fqdn}&myip=${q4} ${as}`],
      AAAA: [`GET https://api.cp.easydns.com/dyn/generic.php?hostname=${fqdn}&myip=${q6} ${as}`],
    },
    replies: [
      ["NOERROR", "changed"],
      ["NO_ERROR", "changed"],
      ["OK", "changed"],
      ["NOACCESS", "refused account NO_ACCESS"],
      ["NO_ACCESS", "refused account NO_ACCESS"],
      ["NOSERVICE", "refused record NO_SERVICE"],
      ["ILLEGAL INPUT", "refused record ILLEGAL_INPUT"],
      ["ILLEGAL_INPUT", "refused record ILLEGAL_INPUT"],
      ["TOOSOON", "failed TOO_SOON after 600 s"],
      ["TOO_SOON", "failed TOO_SOON after 600 s"],
    ],
  },
  zoneedit: {
    settings: login,
    asks: { A: [`GET https://api.cp.zoneedit.com/dyn/generic.php?hostname=${fqdn}&myip=${q4} ${as}`] },
    replies: [
      ['<SUCCESS CODE="200" TEXT="Update succeeded." ZONE="example.net" IP="%4">', "changed"],
      ['<SUCCESS CODE="201" TEXT="No records need updating." ZONE="example.net">', "same"],
      ['<ERROR CODE="707" TEXT="Duplicate updates for the same host/ip" ZONE="example.net">', "same"],
      [
        '<ERROR CODE="701" TEXT="Zone is not set up in this account." ZONE="example.net">',
        "refused record 701",
      ],
      ['<ERROR CODE="702" TEXT="Minimum 600 seconds between requests">', "failed 702 after 600 s"],
      ['<ERROR CODE="708" TEXT="Failed Login: me">', "refused account 708"],
      ['<ERROR CODE="709" TEXT="Invalid hostname">', "refused record 709"],
    ],
  },
  ipv64: {
    settings: token,
    asks: {
      A: [`GET https://ipv64.net/nic/update?key=${tokenQ}&domain=${fqdn}&ip=${q4}`],
      AAAA: [`GET https://ipv64.net/nic/update?key=${tokenQ}&domain=${fqdn}&ip6=${q6}`],
      "A AAAA": [`GET https://ipv64.net/nic/update?key=${tokenQ}&domain=${fqdn}&ip=${q4}&ip6=${q6}`],
    },
    replies: [
      ["good", "changed"],
      ['{"info":"good","status":"200 success"}', "changed"],
      ["nochg", "same"],
      [{ status: 401, text: "badauth" }, "refused account badauth"],
      ["nohost", "refused record nohost"],
      ["abuse", "refused record abuse"],
      [{ status: 429, headers: { "retry-after": "10" } }, "failed http-429 after 10 s"],
    ],
  },
  ddnss: {
    settings: login,
    asks: {
      A: [`GET https://www.ddnss.de/upd.php?user=me&pwd=${secretQ}&host=${fqdn}&ip=${q4}`],
      AAAA: [`GET https://www.ddnss.de/upd.php?user=me&pwd=${secretQ}&host=${fqdn}&ip6=${q6}`],
      "A AAAA": [`GET https://www.ddnss.de/upd.php?user=me&pwd=${secretQ}&host=${fqdn}&ip=${q4}&ip6=${q6}`],
    },
    replies: [
      ["<html><body>Updated 1 hostname.</body></html>", "changed"],
      ["<html><body>No change for home.example.net</body></html>", "same"],
      ["<html><body>badauth</body></html>", "refused account badauth"],
      ["<html><body>notfqdn</body></html>", "refused record notfqdn"],
      ["<html><body>badysys</body></html>", "refused record badsys"],
    ],
  },
};
