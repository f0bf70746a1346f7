/** Options that are made of several unlike fields. */
import { ipv4ToText, ipv6ToText, parseIpv6 } from "../../dns/fields/addresses.ts";
import { nameOctets, readName } from "../../dns/name.ts";
import { WireReader, WireWriter } from "../../dns/wire.ts";
import { joinOctets } from "../join-octets.ts";
import { addressAt, addressesFrom, addressesOf, addressFrom, octetsOfAddresses } from "./addresses.ts";
import { nameFrom, plainNameText, readNames } from "./names.ts";
import { boolean, numberFrom } from "./numbers.ts";
import { hexText, octetsFrom, octetsOfText, textFrom, textOf } from "./texts.ts";
import { knownFields, listOf, plainReaderOf, refuse, type ValueCodec, ValueProblem } from "./value-codec.ts";

const uint8Form = { min: 0, max: 255, form: "a number from 0 to 255" };
const uint16Form = { min: 0, max: 65_535, form: "a number from 0 to 65535" };

/** SIP servers, all by name or all by address. RFC 3361 §3. */
export const sipServers: ValueCodec = {
  form: 'domain names or IPv4 addresses, not both, such as ["sip.example"]',
  encode(value) {
    const list = listOf(value);
    if (list.length === 0) refuse(value, sipServers.form);
    const isAddress = (item: unknown) => typeof item === "string" && /^[\d.]+$/.test(item);
    if (list.every(isAddress))
      return joinOctets([Uint8Array.of(1), octetsOfAddresses(list.map(addressFrom))]);
    if (list.some(isAddress)) refuse(value, sipServers.form);
    return joinOctets([Uint8Array.of(0), ...list.map((item) => nameOctets(nameFrom(item)))]);
  },
  decode(octets) {
    const reader = new WireReader(octets);
    const encoding = reader.u8("encoding");
    if (encoding === 1) return addressesOf(octets.subarray(1)).map(ipv4ToText);
    if (encoding !== 0) reader.fail("unknown-form", "encoding", 0);
    return readNames(reader).map(plainNameText);
  },
};

/** RFC 2610 §3. */
export const directoryAgents: ValueCodec = {
  form: 'such as { mandatory: true, addresses: ["192.0.2.1"] }',
  encode(value) {
    const fields = knownFields(value, ["mandatory", "addresses"], directoryAgents.form);
    const list = addressesFrom(fields["addresses"]);
    if (list.length === 0) refuse(value, directoryAgents.form);
    return joinOctets([boolean.encode(fields["mandatory"] ?? false), octetsOfAddresses(list)]);
  },
  decode(octets) {
    const mandatory = boolean.decode(octets.subarray(0, 1));
    return { mandatory, addresses: addressesOf(octets.subarray(1)).map(ipv4ToText) };
  },
};

/** RFC 2610 §4. */
export const serviceScope: ValueCodec = {
  form: "such as { mandatory: false, scopes: default }, the scopes with commas between them",
  encode(value) {
    const fields = knownFields(value, ["mandatory", "scopes"], serviceScope.form);
    const scopes = fields["scopes"] === "" ? "" : textFrom(fields["scopes"], serviceScope.form);
    return joinOctets([boolean.encode(fields["mandatory"] ?? false), octetsOfText(scopes)]);
  },
  decode: (octets) => ({
    mandatory: boolean.decode(octets.subarray(0, 1)),
    scopes: textOf(octets.subarray(1)),
  }),
};

/** What a lease query came to. RFC 6926 §6.2.2. */
export const status: ValueCodec = {
  form: "such as { code: 0, text: done }",
  encode(value) {
    const fields = knownFields(value, ["code", "text"], status.form);
    const text =
      fields["text"] === undefined || fields["text"] === "" ? "" : textFrom(fields["text"], "a text");
    return joinOctets([Uint8Array.of(numberFrom(fields["code"], uint8Form)), octetsOfText(text)]);
  },
  decode(octets) {
    const reader = new WireReader(octets);
    return { code: reader.u8("status"), text: textOf(reader.rest()) };
  },
};

/** Ports that share an address. RFC 7618 §9. */
export const portParameters: ValueCodec = {
  form: "such as { offset: 6, psidLength: 8, psid: 52 }",
  encode(value) {
    const fields = knownFields(value, ["offset", "psidLength", "psid"], portParameters.form);
    const upTo16 = { min: 0, max: 16, form: "a number from 0 to 16" };
    const offset = numberFrom(fields["offset"], upTo16);
    const psidLength = numberFrom(fields["psidLength"], upTo16);
    if (offset + psidLength > 16) throw new ValueProblem("offset and psidLength are 16 together at most");
    const psid = numberFrom(fields["psid"], {
      min: 0,
      max: 2 ** psidLength - 1,
      form: `a number of ${psidLength} bits`,
    });
    const shifted = psid << (16 - psidLength); // the first bits of its two octets count
    return Uint8Array.of(offset, psidLength, shifted >>> 8, shifted);
  },
  decode(octets) {
    const reader = new WireReader(octets);
    const offset = reader.u8("offset");
    const psidLength = reader.u8("psidLength");
    if (psidLength > 16 || offset + psidLength > 16) reader.fail("bad-value", "psidLength", 1);
    const psid = reader.u16("psid") >>> (16 - psidLength);
    if (reader.remaining > 0) reader.fail("trailing-octets", "psid");
    return { offset, psidLength, psid };
  },
};

/** IPv6 through IPv4. RFC 5969 §7.1.1. */
export const sixRd: ValueCodec = {
  form: 'such as { ipv4MaskLength: 8, prefix: "2001:db8::/32", relays: ["192.0.2.1"] }',
  encode(value) {
    const fields = knownFields(value, ["ipv4MaskLength", "prefix", "relays"], sixRd.form);
    const maskLength = numberFrom(fields["ipv4MaskLength"], {
      min: 0,
      max: 32,
      form: "a number from 0 to 32",
    });
    const match = /^([0-9a-f:.]+)\/(\d{1,3})$/i.exec(String(fields["prefix"]));
    const prefix = match === null ? undefined : parseIpv6(match[1]!);
    const length = match === null ? 129 : Number(match[2]);
    if (prefix === undefined || length > 128) refuse(fields["prefix"], "a prefix, such as 2001:db8::/32");
    const relays = addressesFrom(fields["relays"]);
    if (relays.length === 0) refuse(value, sixRd.form);
    return joinOctets([Uint8Array.of(maskLength, length), prefix, octetsOfAddresses(relays)]);
  },
  decode(octets) {
    const reader = new WireReader(octets);
    const ipv4MaskLength = reader.u8("ipv4MaskLength");
    const length = reader.u8("prefix length");
    if (ipv4MaskLength > 32) reader.fail("bad-value", "ipv4MaskLength", 0);
    if (length > 128) reader.fail("bad-value", "prefix length", 1);
    const prefix = `${ipv6ToText(reader.copy(16, "prefix"))}/${length}`;
    return { ipv4MaskLength, prefix, relays: addressesOf(reader.rest()).map(ipv4ToText) };
  },
};

const preferences = ["medium", "high", "reserved", "low"] as const;

/** Which server is to be asked for which names. RFC 6731 §4.3. */
export const rdnssSelection: ValueCodec = {
  form: 'such as { preference: high, primary: "192.0.2.1", secondary: "192.0.2.2", names: ["corp.example"] }',
  encode(value) {
    const known = ["preference", "primary", "secondary", "names"];
    const fields = knownFields(value, known, rdnssSelection.form);
    const preference = preferences.indexOf((fields["preference"] ?? "medium") as "medium");
    if (preference === -1 || preference === 2)
      refuse(fields["preference"], "a preference: high, medium or low");
    const addresses = [fields["primary"], fields["secondary"] ?? "0.0.0.0"].map(addressFrom);
    const names = listOf(fields["names"]).map((item) => nameOctets(nameFrom(item)));
    return joinOctets([Uint8Array.of(preference), octetsOfAddresses(addresses), ...names]);
  },
  decode(octets) {
    const reader = plainReaderOf(octets);
    const preference = preferences[reader.u8("preference") & 3]!;
    const at = reader.take(8, "addresses");
    return {
      preference: preference === "reserved" ? "medium" : preference,
      primary: ipv4ToText(addressAt(octets, at)),
      secondary: ipv4ToText(addressAt(octets, at + 4)),
      names: readNames(reader).map(plainNameText),
    };
  },
};

const resolverForm =
  'such as { priority: 1, name: "dns.example", addresses: ["192.0.2.1"], parameters: "0x…" }, ' +
  "the service parameters in hexadecimal";

/** Resolvers that are reached by encrypted DNS. RFC 9463 §5.1. */
export const resolvers: ValueCodec = {
  form: `a list, each of it ${resolverForm}`,
  encode(value) {
    const writer = new WireWriter();
    const list = listOf(value);
    if (list.length === 0) refuse(value, resolvers.form);
    for (const item of list) {
      const fields = knownFields(item, ["priority", "name", "addresses", "parameters"], resolverForm);
      const at = writer.at;
      writer.u16(0);
      writer.u16(numberFrom(fields["priority"], uint16Form));
      const name = nameOctets(nameFrom(fields["name"]));
      writer.u8(name.length);
      writer.bytes(name);
      const addresses = fields["addresses"] === undefined ? [] : addressesFrom(fields["addresses"]);
      if (addresses.length > 63) throw new ValueProblem("a resolver has at most 63 addresses");
      const parameters = octetsFrom(fields["parameters"] ?? "");
      // Without addresses the option says the name alone ("ADN-only mode").
      if (addresses.length === 0 && parameters.length > 0)
        throw new ValueProblem("parameters need addresses beside them");
      if (addresses.length > 0) {
        writer.u8(4 * addresses.length);
        writer.bytes(octetsOfAddresses(addresses));
        writer.bytes(parameters);
      }
      writer.patchU16(at, writer.at - at - 2);
    }
    return writer.finish();
  },
  decode(octets) {
    const whole = plainReaderOf(octets);
    const list: unknown[] = [];
    do {
      const length = whole.u16("length");
      const at = whole.take(length, "resolver");
      const reader = new WireReader(octets, at, at + length, false);
      const priority = reader.u16("priority");
      const nameLength = reader.u8("name length");
      const nameAt = reader.take(nameLength, "name");
      const nameReader = new WireReader(octets, nameAt, nameAt + nameLength, false);
      const name = plainNameText(readName(nameReader, "name"));
      if (nameReader.remaining > 0) nameReader.fail("trailing-octets", "name");
      if (reader.remaining === 0) {
        list.push({ priority, name });
        continue;
      }
      const addresses = addressesOf(reader.copy(reader.u8("addresses length"), "addresses"));
      const parameters = hexText(reader.rest());
      list.push({ priority, name, addresses: addresses.map(ipv4ToText), parameters });
    } while (whole.remaining > 0);
    return list;
  },
};
