/** `homeport query NAME [TYPE] [@SERVER]`. */
import type { Command } from "#contracts/command.ts";

export const queryCommand: Command = {
  words: ["query"],
  summary: "Ask a name server",
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
      summary: "Name, record type (default A), class, and @SERVER, @SERVER:PORT or @[ADDRESS]:PORT",
      required: false,
      variadic: true,
    },
  ],
  options: [
    { name: "reverse", short: "x", value: "ADDRESS", summary: "Ask for the name of an address" },
    { name: "port", short: "p", value: "PORT", summary: "Port of the server (default 53)" },
    { name: "tcp", summary: "Ask by TCP" },
    { name: "udp", summary: "Ask by UDP, and leave a truncated answer as it is" },
    { name: "dnssec", summary: "Ask for DNSSEC records too" },
    { name: "nsid", summary: "Ask for the name of the server" },
    { name: "no-edns", summary: "Ask as before EDNS" },
    { name: "buffer-size", value: "OCTETS", summary: "Largest answer to take by UDP (default 1232)" },
    {
      name: "class",
      value: "CLASS",
      summary: "Class of the question (default IN)",
      complete: ["IN", "CH", "HS", "ANY"],
    },
    { name: "no-recurse", summary: "Ask for what the server knows itself" },
    { name: "timeout", value: "SECONDS", summary: "How long to wait for each try (default 5)" },
    { name: "tries", value: "COUNT", summary: "How often to ask by UDP (default 3)" },
    { name: "short", summary: "Print the data of the answers only" },
  ],
  async run(call) {
    const { runQuery } = await import("./run.ts"); // codecs of all types: other commands start without them
    return await runQuery(call);
  },
};
