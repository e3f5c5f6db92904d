/**
 * The 8259 pair as pure functions over plain data: lines in, one request with its vector out. Follows OVM's
 * `chipset/src/pic/mod.rs`, which is Hyper-V's own model of the chip in the open. [PIC-1] to [PIC-8]
 *
 * An edge input is `line high` and `line was low since the last acknowledge`; a level input is `line high`. So a request
 * vanishes when its line falls before it is acknowledged, as on the chip.
 */
import {
  cascadeIrq,
  primaryCommand,
  primaryData,
  primaryElcr,
  secondaryCommand,
  secondaryData,
  secondaryElcr,
} from './registers.ts';

/** Stages of ICW1..4. */
export const uninitialized = 0;
export const wantsIcw2 = 1;
export const wantsIcw3 = 2;
export const wantsIcw4 = 3;
export const initialized = 4;

/** One 8259. */
export interface Chip {
  stage: number;
  /** Vector of input 0 (ICW2). */
  base: number;
  imr: number;
  isr: number;
  elcr: number;
  lines: number;
  /** One bit per input: its line has been low since the last acknowledge. */
  lowLatch: number;
  /** Latest OCW3: bit 0 ISR rather than IRR, bit 1 read register, bit 2 poll. */
  ocw3: number;
  [key: string]: number;
}

export interface Pair {
  primary: Chip;
  secondary: Chip;
  [key: string]: Chip;
}

export function newPair(): Pair {
  return { primary: newChip(), secondary: newChip() };
}

function newChip(): Chip {
  return { stage: uninitialized, base: 0, imr: 0, isr: 0, elcr: 0, lines: 0, lowLatch: 0xff, ocw3: 0 };
}

export function irr(chip: Chip): number {
  return chip.lines & (chip.elcr | chip.lowLatch);
}

/** Unmasked requests of higher priority than everything in service. [PIC-4] */
export function ready(chip: Chip): number {
  const highest = chip.isr & -chip.isr;
  return irr(chip) & ~chip.imr & (highest === 0 ? 0xff : highest - 1);
}

/** A device moves its line. [PIC-3] */
export function setLine(pair: Pair, irq: number, high: boolean): void {
  if (irq >= 8) setInput(pair.secondary, irq - 8, high);
  else if (irq !== cascadeIrq) setInput(pair.primary, irq, high);
  settle(pair);
}

function setInput(chip: Chip, input: number, high: boolean): void {
  const bit = 1 << input;
  if (high) chip.lines |= bit;
  else {
    chip.lines &= ~bit;
    chip.lowLatch |= bit;
  }
}

/** The output of the secondary chip is input 2 of the primary one. [PIC-5] */
function settle(pair: Pair): void {
  setInput(pair.primary, cascadeIrq, ready(pair.secondary) !== 0);
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

/** IRQ (0..15) that the pair would name now, or -1. A cascade without a cause in the secondary chip names 15. */
export function pendingIrq(pair: Pair): number {
  const bits = ready(pair.primary);
  if (bits === 0) return -1;
  const input = lowestBit(bits);
  if (input !== cascadeIrq) return input;
  const second = ready(pair.secondary);
  return second === 0 ? 15 : 8 + lowestBit(second);
}

export function vectorOf(pair: Pair, irq: number): number {
  return irq >= 8 ? pair.secondary.base | (irq - 8) : pair.primary.base | irq;
}

/** IRQ that a vector stands for, or -1 when neither chip has it. */
export function irqOf(pair: Pair, vector: number): number {
  if ((vector & 0xf8) === pair.secondary.base && pair.secondary.stage === initialized) return 8 + (vector & 7);
  return (vector & 0xf8) === pair.primary.base && pair.primary.stage === initialized ? vector & 7 : -1;
}

/** The processor has taken `irq`: it goes into service, and an edge input asks again only after its line was low. [PIC-6] */
export function acknowledge(pair: Pair, irq: number): void {
  if (irq >= 8) {
    serve(pair.secondary, irq - 8);
    serve(pair.primary, cascadeIrq);
    // The secondary chip's output falls with the acknowledge, so a further request of it is a new edge.
    setInput(pair.primary, cascadeIrq, false);
  } else {
    serve(pair.primary, irq);
  }
  settle(pair);
}

function serve(chip: Chip, input: number): void {
  chip.lowLatch &= ~(1 << input);
  chip.isr |= 1 << input;
}

/** A write of `size` bytes. Returns false where no register of the pair takes it. */
export function writePort(pair: Pair, port: number, size: number, value: number): boolean {
  if (size === 2 && (port === primaryCommand || port === secondaryCommand)) {
    // Hyper-V's own addition: two bytes to either command port reach both chips. [PIC-8]
    const low = value & 0xff;
    const high = (value >>> 8) & 0xff;
    writeCommand(pair.primary, port === primaryCommand ? low : high);
    writeCommand(pair.secondary, port === primaryCommand ? high : low);
    settle(pair);
    return true;
  }
  if (size !== 1) return false;
  const byte = value & 0xff;
  switch (port) {
    case primaryCommand:
      writeCommand(pair.primary, byte);
      break;
    case primaryData:
      writeData(pair.primary, byte);
      break;
    case secondaryCommand:
      writeCommand(pair.secondary, byte);
      break;
    case secondaryData:
      writeData(pair.secondary, byte);
      break;
    case primaryElcr:
      pair.primary.elcr = byte;
      break;
    case secondaryElcr:
      pair.secondary.elcr = byte;
      break;
    default:
      return false;
  }
  settle(pair);
  return true;
}

function writeCommand(chip: Chip, value: number): void {
  if (value & 0x10) {
    // ICW1 forgets everything but the lines and the edge/level choice. [PIC-1]
    const { lines, elcr } = chip;
    Object.assign(chip, newChip(), { lines, elcr, stage: wantsIcw2 });
  } else if (value & 0x08) {
    chip.ocw3 = value & 7;
  } else if ((value & 0xe0) === 0x20) {
    chip.isr &= ~(chip.isr & -chip.isr);
  } else if ((value & 0xe0) === 0x60) {
    chip.isr &= ~(1 << (value & 7));
  }
  // Rotation and special mask mode are not supported by the model: such writes change nothing. [PIC-7]
}

function writeData(chip: Chip, value: number): void {
  switch (chip.stage) {
    case wantsIcw2:
      chip.base = value & 0xf8;
      chip.stage = wantsIcw3;
      break;
    case wantsIcw3:
      // The wiring of a PC is fixed; the value is accepted and not looked at.
      chip.stage = wantsIcw4;
      break;
    case wantsIcw4:
      chip.stage = initialized;
      break;
    default:
      chip.imr = value;
  }
}

/** A read. All ones where no register of the pair answers. [PIC-10] */
export function readPort(pair: Pair, port: number, size: number): number {
  if (size !== 1) return size === 2 ? 0xffff : 0xffff_ffff;
  switch (port) {
    case primaryCommand:
      return readCommand(pair, pair.primary);
    case secondaryCommand:
      return readCommand(pair, pair.secondary);
    case primaryData:
      return pair.primary.imr;
    case secondaryData:
      return pair.secondary.imr;
    case primaryElcr:
      return pair.primary.elcr;
    case secondaryElcr:
      return pair.secondary.elcr;
    default:
      return 0xff;
  }
}

function readCommand(pair: Pair, chip: Chip): number {
  if (chip.ocw3 & 4) {
    // A poll is an acknowledge by software; it answers bit 7 and the input, or input 7 alone when nothing is there.
    chip.ocw3 &= ~4;
    const bits = ready(chip);
    if (bits === 0) return 7;
    const input = lowestBit(bits);
    serve(chip, input);
    settle(pair);
    return 0x80 | input;
  }
  if ((chip.ocw3 & 2) === 0) return 0;
  return chip.ocw3 & 1 ? chip.isr : irr(chip);
}
