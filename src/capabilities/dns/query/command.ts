/** `homeport query NAME [TYPE] [@SERVER]`. */
import type { Command } from "#contracts/command.ts";

export const queryCommand: Command = {
  words: ["query"],
  summary: "ask a name server",
  help: `Asks the running Homeport, or the server behind the @, and shows the whole answer.
Words may stand in any order.

  homeport query www.example.com
  homeport query example.com MX @192.0.2.53
  homeport query -x 192.0.2.10 @[2001:db8::53]:5300
  homeport query example.com DNSKEY --dnssec --tcp
  homeport query version.bind TXT CH --short

The exit code is 0 for an answer, also an empty one; 5 when the name does not exist;
1 when the server did not answer, or could not.`,
  arguments: [
    {
      name: "words",
      summary: "name, record type (default A), class, and @SERVER, @SERVER:PORT or @[ADDRESS]:PORT",
      required: false,
      variadic: true,
    },
  ],
  options: [
    { name: "reverse", short: "x", value: "ADDRESS", summary: "ask for the name of an address" },
    { name: "port", short: "p", value: "PORT", summary: "port of the server (default 53)" },
    { name: "tcp", summary: "ask by TCP" },
    { name: "udp", summary: "ask by UDP, and leave a truncated answer as it is" },
    { name: "dnssec", summary: "ask for DNSSEC records too" },
    { name: "nsid", summary: "ask for the name of the server" },
    { name: "no-edns", summary: "ask as before EDNS" },
    { name: "buffer-size", value: "OCTETS", summary: "largest answer to take by UDP (default 1232)" },
    {
      name: "class",
      value: "CLASS",
      summary: "class of the question (default IN)",
      complete: ["IN", "CH", "HS", "ANY"],
    },
    { name: "no-recurse", summary: "ask for what the server knows itself" },
    { name: "timeout", value: "SECONDS", summary: "how long to wait for each try (default 5)" },
    { name: "tries", value: "COUNT", summary: "how often to ask by UDP (default 3)" },
    { name: "short", summary: "print the data of the answers only" },
  ],
  async run(call) {
    const { runQuery } = await import("./run.ts"); // codecs of all types: other commands start without them
    return await runQuery(call);
  },
};
