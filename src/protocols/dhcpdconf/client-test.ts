/** Conditions on clients, as dhcpd and Kea have them: what they compare, and how. */

export type ClientTest =
  | { readonly test: "and" | "or"; readonly of: readonly ClientTest[] }
  | { readonly test: "not"; readonly of: ClientTest }
  | { readonly test: "equals"; readonly one: TestValue; readonly other: TestValue }
  | { readonly test: "exists"; readonly value: TestValue }
  /** Of another class. */
  | { readonly test: "member"; readonly name: string }
  /** Holds for every client. */
  | { readonly test: "always" }
  /** What this project has no form for. */
  | { readonly test: "other"; readonly text: string };

export type TestValue =
  | { readonly is: "octets"; readonly octets: Uint8Array }
  /** A name, or a code in digits. */
  | { readonly is: "option"; readonly option: string }
  /** Of the relay's option. */
  | { readonly is: "sub-option"; readonly code: number }
  /** Type of the hardware, one octet, and its address. */
  | { readonly is: "hardware" }
  /** Its address alone. */
  | { readonly is: "mac" }
  | { readonly is: "interface" }
  | {
      readonly is: "substring";
      readonly of: TestValue;
      readonly offset: number;
      /** Undefined: all behind the offset. */
      readonly length: number | undefined;
    }
  /** The first of these that the client sends. */
  | { readonly is: "first"; readonly of: readonly TestValue[] }
  /** In hexadecimal, octets parted by `separator`. */
  | { readonly is: "hex"; readonly of: TestValue; readonly separator: string }
  | { readonly is: "other"; readonly text: string };
