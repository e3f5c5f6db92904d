/**
 * Hops of the physical disk and its controller. Root programs the controller and the controller moves data by DMA, both
 * without the hypervisor: the shaft through the hypervisor floor. Only the interrupt enters the hypervisor (`apic.hardware`).
 */
import { defineHops, hop } from '../sim/hop-kinds.ts';
import { count } from '../wire/count.ts';

const noIommu = 'No IOMMU stands between device and memory in this era, so the device reaches any machine page.';

export const disk = defineHops('disk', {
  command: hop({
    title: 'disk command',
    family: 'device',
    crossing: 'root-port',
    args: ['lba', 'sectors', 'mdlPage', 'mdlSpan', 'tag', 'write'],
    cost: 'none',
    counts: { diskCommand: 1 },
    bytes: [{ label: 'MDL: the pages the data go to or come from', space: 'from', page: 'mdlPage', span: 'mdlSpan', layout: 'mdl' }],
    status: 'simplified',
    sources: ['COR 25', 'costs S12'],
    simplified: 'One register write carries the whole command; a real controller takes a request block from memory.',
    sentence: (a) => ({
      actor: 'Disk driver',
      act: 'queues',
      object: `a ${a.write === 1 ? 'write' : 'read'} of ${sectorsText(a.sectors)} from sector ${a.lba} ${a.write === 1 ? 'on ' : ''}at the disk controller (tag ${a.tag})`,
      because: 'the root owns the physical disk and reaches its registers without an exit',
    }),
  }),
  work: hop({
    title: 'disk works',
    family: 'device',
    crossing: 'hardware-wire',
    args: ['lba', 'sectors', 'tag', 'near', 'write'],
    cost: 'none',
    milestone: 'device-done',
    status: 'simplified',
    sources: ['costs S12'],
    simplified: 'Every seek takes the mean time, and commands are served in the order they came.',
    sentence: (a) => ({
      actor: 'Disk',
      act: a.write === 1 ? 'writes' : 'reads',
      object: `${sectorsText(a.sectors)} from sector ${a.lba}${a.write === 1 ? ' on' : ''}`,
      because: a.near === 1 ? 'the heads are already there and only the sectors must pass' : 'the heads must first seek and wait for the platter to turn',
    }),
  }),
  dma: hop({
    title: 'DMA',
    family: 'device',
    crossing: 'hardware-wire',
    args: ['spaPage', 'span', 'bytes'],
    cost: 'none',
    counts: { dma: 'bytes' },
    bytes: [{ label: 'data in memory', space: 'spa', page: 'spaPage', span: 'span', layout: 'sector' }],
    status: 'derived',
    sources: ['COR 24', 'COR 25'],
    sentence: (a) => ({
      actor: 'Disk controller',
      act: 'stores',
      object: `${count(a.bytes, 'byte')} by DMA into machine page 0x${a.spaPage.toString(16).toUpperCase()}`,
      because: 'the list of pages in the command names the page that must hold the data, and no processor has to copy them',
    }),
  }),
  fetch: hop({
    title: 'DMA from memory',
    family: 'device',
    crossing: 'hardware-wire',
    args: ['spaPage', 'span', 'bytes'],
    cost: 'none',
    counts: { dma: 'bytes' },
    bytes: [{ label: 'data in memory', space: 'spa', page: 'spaPage', span: 'span', layout: 'sector' }],
    status: 'simplified',
    sources: ['COR 24', 'COR 25'],
    simplified: 'A real controller fetches the data into its buffer before the heads arrive, and most have a write cache; here the data go from memory to the platter in one instant.',
    sentence: (a) => ({
      actor: 'Disk controller',
      act: 'fetches',
      object: `${count(a.bytes, 'byte')} by DMA out of machine page 0x${a.spaPage.toString(16).toUpperCase()}`,
      because: 'the list of pages in the command names the page that holds the data, and no processor has to copy them',
    }),
  }),
  post: hop({
    title: 'completion entry',
    family: 'device',
    crossing: 'hardware-wire',
    args: ['spaPage', 'span', 'tag', 'status'],
    cost: 'none',
    bytes: [{ label: 'completion entry', space: 'spa', page: 'spaPage', span: 'span', layout: 'disk-completion' }],
    status: 'simplified',
    sources: ['COR 25'],
    simplified: `A ring of 16-byte completion entries of our own stands for the many kinds real controllers have. ${noIommu}`,
    sentence: (a) => ({
      actor: 'Disk controller',
      act: 'posts',
      object: `a completion entry for tag ${a.tag} into a ring in root memory`,
      because: 'the driver must learn which of the queued commands has ended, and how',
    }),
  }),
  acknowledge: hop({
    title: 'status register',
    family: 'device',
    crossing: 'root-port',
    args: ['entries', 'taken'],
    cost: 'none',
    status: 'simplified',
    sources: ['COR 25'],
    simplified: 'Reading the status and clearing it are one access here.',
    sentence: (a) => ({
      actor: 'Disk driver',
      act: 'reads and clears',
      object: `the status register of the disk controller (${a.entries === 1 ? '1 new entry' : `${a.entries} new entries`})`,
      because: 'the service routine must find out whether its device interrupted; root reads ports without an exit',
    }),
  }),
});

/** '1 sector', '8 sectors'. */
function sectorsText(sectors: number): string {
  return sectors === 1 ? '1 sector' : `${sectors} sectors`;
}
