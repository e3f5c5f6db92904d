/**
 * The ports of the 8259 pair and what the values on them mean; shared by the guest's driver and the emulator, which meet
 * nowhere else. Sources: OVM `vm/devices/chipset/src/pic/mod.rs`; Intel 8259A data sheet.
 */

export const primaryCommand = 0x20;
export const primaryData = 0x21;
export const secondaryCommand = 0xa0;
export const secondaryData = 0xa1;
export const primaryElcr = 0x4d0;
export const secondaryElcr = 0x4d1;

/** Input of the primary chip to which the secondary one is wired. */
export const cascadeIrq = 2;

/** ICW1: edge triggered, cascaded, ICW4 follows. */
export const icw1 = 0x11;
/** ICW3: the primary chip gets a set of inputs, the secondary one its number. */
export const icw3Primary = 1 << cascadeIrq;
export const icw3Secondary = cascadeIrq;
/** ICW4: 8086 mode, normal EOI. */
export const icw4 = 0x01;
/** OCW2: non-specific EOI, and specific EOI of input n (add n). */
export const eoi = 0x20;
export const specificEoi = 0x60;
/** OCW3: the next reads of the command port return IRR or ISR; one read polls. */
export const readIrr = 0x0a;
export const readIsr = 0x0b;
export const pollCommand = 0x0c;

/** Vector bases that the lab's guests program. */
export const vectorBasePrimary = 0x30;
export const vectorBaseSecondary = 0x38;

/** Masks of the secondary chip: only IRQ 14, the primary IDE channel, is open; nothing is. */
export const onlyDiskOpen = 0xbf;
export const allClosed = 0xff;

export function isPicPort(port: number): boolean {
  return (
    port === primaryCommand || port === primaryData || port === secondaryCommand || port === secondaryData || port === primaryElcr || port === secondaryElcr
  );
}

/** Name of a port, for captions: 'command port of the secondary 8259'. */
export function picPortName(port: number): string {
  switch (port) {
    case primaryCommand:
      return 'command port of the primary 8259';
    case primaryData:
      return 'data port of the primary 8259';
    case secondaryCommand:
      return 'command port of the secondary 8259';
    case secondaryData:
      return 'data port of the secondary 8259';
    case primaryElcr:
      return 'edge/level register of the primary 8259';
    case secondaryElcr:
      return 'edge/level register of the secondary 8259';
    default:
      return `port 0x${port.toString(16).toUpperCase()}`;
  }
}

/** What a value written to one of these ports says. The data ports mean one of four things, by the order of the writes. */
export function picWriteMeaning(port: number, value: number): string {
  if (port === primaryData || port === secondaryData) return 'vector base, wiring or mode while ICW1 is being answered, else the interrupt mask';
  if (port === primaryElcr || port === secondaryElcr) return 'one bit per input: 0 edge, 1 level';
  if (value > 0xff) return 'both command ports in one write';
  if (value & 0x10) return 'ICW1: initialisation begins';
  if (value & 0x08) return value & 0x04 ? 'OCW3: poll' : value & 0x02 ? `OCW3: show ${value & 1 ? 'ISR' : 'IRR'} at the next read` : 'OCW3';
  if ((value & 0xe0) === eoi) return 'OCW2: non-specific EOI';
  if ((value & 0xe0) === specificEoi) return `OCW2: EOI of input ${value & 7}`;
  return 'OCW2';
}
