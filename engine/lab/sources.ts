/**
 * The bibliography: what the source ids of hop kinds and components stand for. An entry there is an id and a locator:
 * 'T2 14.8.1' is section 14.8.1 of T2. [SOURCE-1]
 */
import type { ComponentType } from '../sim/component.ts';
import type { HopKind } from '../sim/hop-kinds.ts';
import { isLayout } from './decode-bytes.ts';

export interface Source {
  readonly id: string;
  readonly title: string;
  /** Where it can be read, as far as it is public. */
  readonly where: string;
  /** Address of a public page, where there is one that stays. */
  readonly link?: string;
}

const linux = 'kernel.org, torvalds/linux';
const virtualizationDocs = 'MicrosoftDocs/Virtualization-Documentation, tlfs/';
const ownList = 'engine/SPEC.md: the rules that follow from it name it';

export const bibliography: readonly Source[] = [
  { id: 'T2', title: 'Hypervisor Functional Specification 2.0a (Microsoft, 2012)', where: virtualizationDocs, link: 'https://learn.microsoft.com/virtualization/hyper-v-on-windows/tlfs/tlfs' },
  { id: 'WDK', title: 'Windows Driver Kit, hypervisor reference (hvgdk.h)', where: 'archived MSDN, library/windows/hardware/ff539917 and following' },
  { id: 'L09', title: 'Linux drivers/staging/hv, as contributed by Microsoft in 2009', where: `${linux}, tag v2.6.32`, link: 'https://github.com/torvalds/linux/tree/v2.6.32/drivers/staging/hv' },
  { id: 'LNX', title: 'Linux 6.1: drivers/hv, include/linux/hyperv.h, drivers/ata', where: `${linux}, tag v6.1`, link: 'https://github.com/torvalds/linux/tree/v6.1/drivers/hv' },
  { id: 'OVM', title: 'OpenVMM: Microsoft’s open virtual machine monitor, with VMBus server and emulated devices', where: 'github.com/microsoft/openvmm', link: 'https://github.com/microsoft/openvmm' },
  { id: 'MSARCH', title: 'Hyper-V Architecture; Hyper-V Storage I/O Performance (Microsoft)', where: 'MicrosoftDocs/windowsserverdocs, administration/performance-tuning/role/hyper-v-server/', link: 'https://learn.microsoft.com/windows-server/administration/performance-tuning/role/hyper-v-server/architecture' },
  { id: 'WININT', title: 'Windows Internals, 6th edition, part 1, chapter 3: System Mechanisms (DPCs; Hyper-V: VID, worker processes)', where: 'Microsoft Press, 2012' },
  { id: 'WDM', title: 'Windows kernel-mode drivers: documentation (Microsoft)', where: 'MicrosoftDocs/windows-driver-docs, kernel/', link: 'https://learn.microsoft.com/windows-hardware/drivers/kernel/using-mdls' },
  { id: 'VHDSPEC', title: 'Virtual Hard Disk Image Format Specification 1.0 (Microsoft, 2006)', where: 'Microsoft Open Specification Promise' },
  { id: 'FATSPEC', title: 'FAT: General Overview of On-Disk Format 1.03 (Microsoft, 2000)', where: 'Microsoft EFI white paper' },
  { id: 'ATA', title: 'AT Attachment with Packet Interface 6 (ATA/ATAPI-6)', where: 'T13 project 1410D' },
  { id: 'SPC', title: 'SCSI Primary Commands and Block Commands', where: 'T10, SPC-3 and SBC-2' },
  { id: 'ERREF', title: '[MS-ERREF] Windows Error Codes', where: 'Microsoft Open Specifications', link: 'https://learn.microsoft.com/openspecs/windows_protocols/ms-erref/' },
  { id: 'I8259', title: '8259A Programmable Interrupt Controller, data sheet', where: 'Intel, order 231468' },
  { id: 'COR', title: 'List of corrections: where sources contradict each other, and which of them the lab follows', where: ownList },
  { id: 'PIIX', title: '82371AB PCI-to-ISA / IDE Xcelerator (PIIX4), data sheet', where: 'Intel, order 290562' },
  { id: 'costs', title: 'Cost table: measured and estimated times of processor primitives, copies and disks', where: 'engine/sim/costs.ts' },
  { id: 'management', title: 'Management of Windows Server 2008 Hyper-V: MSDN and TechNet pages on VMMS, VMWP and WMI, collected', where: ownList },
  { id: 'ours', title: 'Our own choice; nothing outside the lab says so', where: 'the rule in engine/SPEC.md' },
];

const byId = new Map(bibliography.map((source) => [source.id, source]));

export interface Citation {
  readonly id: string;
  readonly title: string;
  readonly locator: string;
  /** Where it can be read, and the address of a public page if there is one. */
  readonly where: string;
  readonly link: string;
}

/** 'T2 14.8.1' as source and locator; null when there is no such source. */
export function cite(text: string): Citation | null {
  const space = text.indexOf(' ');
  const id = space < 0 ? text : text.slice(0, space);
  const source = byId.get(id);
  return source ? { id, title: source.title, locator: space < 0 ? '' : text.slice(space + 1), where: source.where, link: source.link ?? '' } : null;
}

/** As `cite`; what the bibliography does not have stands for itself. */
export function citation(text: string): Citation {
  return cite(text) ?? { id: text, title: text, locator: '', where: '', link: '' };
}

/** One sentence for everything in the catalogue that is not founded as it must be. */
export function unfounded(catalogue: readonly HopKind[], types: readonly ComponentType[]): readonly string[] {
  const found: string[] = [];
  const check = (who: string, sources: readonly string[]): void => {
    if (sources.length === 0) found.push(`${who} names no source.`);
    for (const text of sources) {
      const citation = cite(text);
      if (citation === null) found.push(`${who} names '${text}', which the bibliography does not have.`);
      else if (citation.locator === '') found.push(`${who} names '${text}' without a place in it.`);
    }
  };
  for (const type of types) check(`Component ${type.name}`, type.sources);
  for (const kind of catalogue) {
    check(kind.name, kind.sources);
    if (kind.status === 'simplified' && !kind.simplified) found.push(`${kind.name} is simplified and does not say what.`);
    for (const { page, span, layout } of kind.bytes ?? []) {
      for (const name of [page, span]) if (!kind.args.includes(name)) found.push(`${kind.name} shows bytes by argument ${name}, which it does not have.`);
      if (layout !== undefined && !isLayout(layout)) found.push(`${kind.name} shows bytes with layout ${layout}, which does not exist.`);
    }
    found.push(...wordless(kind));
  }
  return found;
}

/** A sentence must stand for arguments that are all zero, all one, and all large. */
function wordless(kind: HopKind): string[] {
  for (const value of [0, 1, 0xffffffff]) {
    const args: Record<string, number> = {};
    for (const name of kind.args) args[name] = value;
    const { actor, act, object, because } = kind.sentence(args, { from: 'From', to: 'To', guest: 'Alpha', vp: 'VP 0' });
    const words = `${actor} ${act} ${object} ${because}`;
    if (actor === '' || act === '' || because === '') return [`${kind.name} has no complete sentence: "${words}".`];
    if (/undefined|NaN|null/.test(words)) return [`${kind.name} says "${words}".`];
    if (because.endsWith('.')) return [`${kind.name} ends its because with a full stop.`];
  }
  return [];
}
