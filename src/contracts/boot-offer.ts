/**
 * What a machine that boots from the network should load. The installer provides it; the DHCP server asks.
 */

export interface BootClient {
  /** `52:54:00:12:34:56`. */
  readonly hardwareAddress: string;
  /**
   * Option 93: 0 BIOS, 7 and 9 EFI on x86-64, 11 EFI on ARM64. RFC 4578 §2.1. Undefined: it does not boot.
   */
  readonly architecture: number | undefined;
  /** Option 60, such as `PXEClient:Arch:00007:UNDI:003000`. */
  readonly vendorClass: string | undefined;
  /** Option 77, such as `iPXE`. */
  readonly userClass: string | undefined;
  /** Option 97. RFC 4578 §2.3. */
  readonly machineId: Uint8Array | undefined;
  /** The address that it is offered. */
  readonly address: string;
  /** The name of its reservation. */
  readonly hostName: string | undefined;
}

export interface BootAnswer {
  /** Address of the server of the file; default: this machine's. */
  readonly nextServer?: string;
  readonly fileName: string;
}

export interface BootOffer {
  /** Undefined: nothing; what the site file says counts then. Must not wait. */
  offerFor(client: BootClient): BootAnswer | undefined;
}
