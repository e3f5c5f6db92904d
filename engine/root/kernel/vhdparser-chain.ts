/**
 * Differencing disks: finding the parent and checking that it is the right one. Runs: root kernel, part of the VHD parser. The
 * texts of the parent locators are read from the file, NTFS is asked for a file of that name, and the parent is opened like
 * any VHD, for reading only. Each function says what comes next; opening (`vhdparser-open.ts`) does it. [VHDP-18] [VHDP-19]
 */
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { readHeader, type VhdHeader } from '../../wire/vhd.ts';
import { lastOfPath, locatorText, locatorsToRead, parentMissing, parentRefusal, parentWarning } from '../../wire/vhd-parent.ts';
import { FOR_OPENING, ntfs, REFUSED_ATTACHED, REFUSED_CHAIN, REFUSED_PARENT_MISSING, REFUSED_PARENT_WRONG } from './storage-hops.ts';
import { cookieOf } from './vhdparser-jobs.ts';
import { HEADER_AT, SECTOR, type OpenJob, type VhdParserState } from './vhdparser-state.ts';

/** Disks of a chain at most, the first child included. */
const CHAIN_MOST = 16;

/** What opening a differencing disk does next; 'wait': NTFS has been asked. */
export type NextStep =
  | { readonly step: 'wait' | 'done' }
  | { readonly step: 'read-locator'; readonly offset: number; readonly sectors: number }
  | { readonly step: 'open' | 'link'; readonly which: number }
  | { readonly step: 'refuse'; readonly sentence: string; readonly reason: number };

const refuse = (reason: number, sentence: string): NextStep => ({ step: 'refuse', sentence, reason });

function headerOf(act: Act, open: OpenJob): VhdHeader {
  return readHeader(act.page(open.disk.firstPage), HEADER_AT);
}

/** Header and table of a differencing disk are sound: now its parent. */
export function beginLocators(act: Act, open: OpenJob): NextStep {
  const { parentName } = headerOf(act, open);
  open.names = parentName === '' ? [] : [parentName];
  return nextLocator(act, open);
}

/** The text of the next locator is read; behind the last one the names are tried. */
function nextLocator(act: Act, open: OpenJob): NextStep {
  open.locator += 1;
  const locator = locatorsToRead(headerOf(act, open), open.disk.fileSectors * SECTOR)[open.locator];
  if (locator !== undefined) return { step: 'read-locator', offset: locator.offset, sectors: Math.ceil(locator.length / SECTOR) };
  open.locator = -1;
  return nextName(act, open);
}

/** The text has been read: its name is tried before that of the header. */
export function locatorRead(act: Act, open: OpenJob): NextStep {
  const locator = locatorsToRead(headerOf(act, open), open.disk.fileSectors * SECTOR)[open.locator];
  act.assert(locator !== undefined, 'The locator that has been read is one of the header.');
  const name = lastOfPath(locatorText(locator, act.page(open.disk.firstPage + 1)));
  const known = open.names.some((n) => lastOfPath(n).toLowerCase() === name.toLowerCase());
  if (name !== '' && !known) open.names.splice(open.locator, 0, name);
  return nextLocator(act, open);
}

/** Asks NTFS for the next name; a file that a person has named as parent counts whatever the name. */
function nextName(act: Act, open: OpenJob): NextStep {
  open.locator += 1;
  if (open.locator >= Math.max(1, open.names.length)) {
    return refuse(REFUSED_PARENT_MISSING, parentMissing(open.names[0] ?? '', headerOf(act, open).parentId).sentence);
  }
  const name = open.names[open.locator];
  act.send(ntfs.findParent, act.find('root/ntfs'), open.disk.fileId, name === undefined ? 0 : act.text(lastOfPath(name)), cookieOf(FOR_OPENING, 0));
  return { step: 'wait' };
}

/** NTFS has answered. */
export function parentAnswered(self: VhdParserState, hop: HopView, act: Act, open: OpenJob): NextStep {
  if (hop.a1 !== STATUS_SUCCESS) return nextName(act, open);
  const fileId = hop.a2;
  if (open.disk.fileId === fileId || open.chain.some((d) => d.fileId === fileId)) {
    return refuse(REFUSED_CHAIN, `The parents of this differencing disk lead back to VHD file ${fileId}, so none of them holds all sectors; restore the right parent from a copy.`);
  }
  if (open.chain.length + 2 > CHAIN_MOST) {
    return refuse(REFUSED_CHAIN, `The chain of this differencing disk has more than ${CHAIN_MOST} disks; merge some of them into their parents.`);
  }
  const has = self.disks.findIndex((d) => d !== null && d.fileId === fileId);
  if (has < 0) return { step: 'open', which: fileId };
  if (self.disks[has]!.attached === 0) return { step: 'link', which: has + 1 };
  return refuse(REFUSED_ATTACHED, `The parent of this differencing disk, VHD file ${fileId}, is attached to a virtual machine for writing; turn that one off first, or give it a copy of the file.`);
}

/** The parent is open: it must be the one that the child was made from. */
export function linkParent(self: VhdParserState, act: Act, open: OpenJob, handle: number): NextStep {
  const { disk } = open;
  const parent = self.disks[handle - 1]!;
  const header = headerOf(act, open);
  const wrong = parentRefusal(header, parent.uniqueId, open.names[0] ?? '');
  if (wrong !== null) return refuse(REFUSED_PARENT_WRONG, wrong.sentence);
  const warning = parentWarning(header, parent.timeStamp);
  if (warning !== '') disk.notice = disk.notice === '' ? warning : `${disk.notice} ${warning}`;
  disk.parent = handle;
  parent.children += 1;
  return { step: 'done' };
}
