/**
 * How a differencing VHD names its parent, and whether a disk is that parent. Pure: over headers and bytes, for the VHD parser
 * and for whoever takes disks in. Source: VHDSPEC, Identifying the Parent Hard Disk Image; libvhdi. [VHD-9] [VHD-10]
 */
import { refused, type Refused } from './refusal.ts';
import { locatorPath, VHD_SECTOR, type VhdHeader, type VhdLocator } from './vhd.ts';

export type ParentRefusalCode = 'parent-missing' | 'parent-wrong';

/** Text of one locator that is read at most: a page. */
const LOCATOR_BYTES_MAX = 4096;

/** A unique id as people write it: five groups of hexadecimal digits, in the order of the bytes in the file. */
export function vhdIdText(id: string): string {
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-');
}

/** The locators with a text that can be read: the relative paths first, then the absolute ones. */
export function locatorsToRead(header: VhdHeader, fileBytes: number): readonly VhdLocator[] {
  const sound = header.locators.filter((l) =>
    l.length > 0 && l.length <= LOCATOR_BYTES_MAX && l.offset >= VHD_SECTOR && l.offset % VHD_SECTOR === 0 && l.offset + l.length <= fileBytes);
  return [...sound.filter((l) => l.platform === 'W2ru'), ...sound.filter((l) => l.platform === 'W2ku')];
}

/** The path in the bytes of a locator, up to a terminating zero. */
export function locatorText(locator: VhdLocator, data: Uint8Array): string {
  return locatorPath(locator, data).split('\0')[0]!;
}

/** 'base.vhd' of '.\disks\base.vhd' or 'file:///C:/disks/base.vhd'. */
export function lastOfPath(path: string): string {
  return path.split(/[\\/]/).at(-1)!;
}

/** The parent is not there: who it is, and what to do. */
export function parentMissing(name: string, id: string): Refused<ParentRefusalCode> {
  const told = name === '' ? 'its parent' : `its parent ${shown(lastOfPath(name))}`;
  return refused('parent-missing', `This differencing disk holds only what has changed and needs ${told} (id ${vhdIdText(id)}), which is not there; hand in the parent too.`);
}

/** Why a disk with the unique id `id` is not the parent that a header names, or null. `id` '' stands for a disk without one. */
export function parentRefusal(header: VhdHeader, id: string, name: string): Refused<ParentRefusalCode> | null {
  if (id === header.parentId) return null;
  const is = id === '' ? 'is no VHD and has no id' : `has the id ${vhdIdText(id)}`;
  const who = name === '' ? 'the parent' : `the parent ${shown(lastOfPath(name))}`;
  return refused('parent-wrong', `This differencing disk was made from a disk with the id ${vhdIdText(header.parentId)}, but what was found as ${who} ${is}; hand in the right parent.`);
}

/** What a person should know when the parent's time stamp is not the one the child keeps; ''. */
export function parentWarning(header: VhdHeader, timeStamp: number): string {
  if (header.parentTimeStamp === timeStamp) return '';
  return `The parent carries the time stamp ${timeStamp} and this disk was made from one with ${header.parentTimeStamp}; if the parent has been written to since, what is read may be wrong.`;
}

/** A name of a stranger's file inside a sentence: short, without control characters. */
function shown(name: string): string {
  const plain = Array.from(name, (c) => (c < ' ' || c === '\u007f' ? '?' : c)).join('');
  return plain.length > 80 ? `${plain.slice(0, 77)}...` : plain;
}
