/** For tests: catalog zones from text. */
import { parseName } from "#protocols/dns/name.ts";
import { parseZone } from "#protocols/zonefile/zone-file.ts";
import type { ZoneImage } from "../zones/image.ts";
import { ZoneImageBuilder } from "../zones/image-builder.ts";

/** A catalog of version 2 with these records; a text that begins with `version` brings its own. */
export function catalogImage(text: string, { origin = "catalog.", serial = 1 } = {}): ZoneImage {
  const name = parseName(origin);
  const builder = new ZoneImageBuilder(name);
  const version = /^version\b/m.test(text) ? "" : 'version TXT "2"\n';
  const head = `$TTL 0\n@ SOA invalid. invalid. ${serial} 3600 600 2147483646 0\n@ NS invalid.\n`;
  parseZone(
    { file: "catalog.zone", octets: Buffer.from(head + version + text) },
    {
      origin: name,
      include: () => "no $INCLUDE here",
      sink: {
        record: (owner, ownerLength, type, ttl, rdata, rdataLength) => {
          builder.add(owner, ownerLength, type, ttl, rdata, rdataLength);
        },
      },
      onProblem: ({ line, what }) => {
        throw new Error(`line ${line}: ${what}`);
      },
    },
  );
  return builder.finish();
}

/** One member for each word, such as `a=example.net.`. */
export function memberRecords(...members: readonly string[]): string {
  return members
    .map((member) => member.split("="))
    .map(([id, name]) => `${id}.zones PTR ${name}\n`)
    .join("");
}
