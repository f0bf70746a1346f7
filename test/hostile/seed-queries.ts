/** Good queries, with and without EDNS, and messages of other opcodes, for others to spoil. */
import { nameOctets, parseName } from "#protocols/dns/name.ts";
import { names } from "./hostile-zone.ts";

const types = [1, 2, 5, 6, 15, 16, 28, 33, 39, 43, 46, 252, 255];
const opcodes = [0, 0, 0, 0, 0, 0, 4, 5];
const optRecord = Uint8Array.fromHex(
  "00" + "0029" + "04d0" + "00008000" + "0010" + "000a0008" + "0102030405060708" + "00030000",
);

export function seedQueries(): readonly Uint8Array[] {
  return names.flatMap((name) =>
    types.map((type, index) => {
      const withOpt = index % 2 === 0;
      const head = Uint8Array.fromHex(`4242010000010000${withOpt ? "00000001" : "00000000"}`);
      head[2]! |= opcodes[(name.length + index) % opcodes.length]! << 3;
      const question = [...nameOctets(parseName(name)), type >> 8, type & 255, 0, 1];
      return Uint8Array.from([...head, ...question, ...(withOpt ? optRecord : [])]);
    }),
  );
}
