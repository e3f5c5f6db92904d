/** Layouts of the ATA side: IDENTIFY DEVICE data, and the task file. Source: ATA/ATAPI-6; OVM hard_drive.rs. [ATA-2] [ATA-4] */
import { allEras } from './eras.ts';
import type { Layout } from './layout.ts';
import { bitsField, field, run } from './layout.ts';

/** Word n of IDENTIFY data is at byte 2n; text has the two characters of each word swapped. */
export const ataLayouts: readonly Layout[] = [
  {
    id: 'ata.identify', title: 'IDENTIFY DEVICE data', size: 512, eras: allEras, source: 'ATA-6 §8.15; OVM hard_drive.rs', status: 'documented',
    fields: [
      field('Word0.GeneralConfiguration', 0, 'u16'), field('Word1.Cylinders', 2, 'u16'), field('Word2.Reserved', 4, 'u16'), field('Word3.Heads', 6, 'u16'),
      field('Word4.BytesPerTrack', 8, 'u16'), field('Word5.BytesPerSector', 10, 'u16'), field('Word6.SectorsPerTrack', 12, 'u16'), run('Words7To9.Vendor', 14, 6),
      run('Words10To19.SerialNumber', 20, 20, 'ascii'), field('Word20.BufferType', 40, 'u16'), field('Word21.BufferSize', 42, 'u16', 'sectors'), run('Word22', 44, 2),
      run('Words23To26.FirmwareRevision', 46, 8, 'ascii'), run('Words27To46.ModelNumber', 54, 40, 'ascii'),
      bitsField('Word47.Multiple', 94, 2, [['MaximumSectorsPerInterrupt', 0, 8]]), run('Word48', 96, 2),
      bitsField('Word49.Capabilities', 98, 2, [['Dma', 8, 1], ['Lba', 9, 1], ['IordyMayBeDisabled', 10, 1], ['Iordy', 11, 1]]), run('Words50To52', 100, 6),
      bitsField('Word53.Valid', 106, 2, [['Words54To58', 0, 1], ['Words64To70', 1, 1], ['Word88', 2, 1]]),
      field('Word54.CurrentCylinders', 108, 'u16'), field('Word55.CurrentHeads', 110, 'u16'), field('Word56.CurrentSectorsPerTrack', 112, 'u16'),
      field('Words57To58.CurrentCapacity', 114, 'u32', 'sectors'), bitsField('Word59.MultipleSetting', 118, 2, [['SectorsPerInterrupt', 0, 8], ['Valid', 8, 1]]),
      field('Words60To61.Lba28Sectors', 120, 'u32'), run('Words62To79', 124, 36), bitsField('Word80.MajorVersion', 160, 2, [['Ata4', 4, 1], ['Ata5', 5, 1], ['Ata6', 6, 1], ['Ata7', 7, 1], ['Ata8', 8, 1]]),
      run('Word81', 162, 2), bitsField('Word82.CommandSets', 164, 2, [['PowerManagement', 3, 1], ['WriteCache', 5, 1]]),
      bitsField('Word83.CommandSets', 166, 2, [['Lba48', 10, 1], ['FlushCache', 12, 1], ['FlushCacheExt', 13, 1]]), run('Words84To99', 168, 32),
      field('Words100To103.Lba48Sectors', 200, 'u64'), run('Words104To255', 208, 304),
    ],
  },
  {
    id: 'ata.task-file', title: 'Task file of a channel, as eight bytes', size: 8, eras: allEras, source: 'ATA-6 §7', status: 'documented',
    fields: [
      field('Data', 0, 'u8'),
      bitsField('Error', 1, 1, [['AMNF', 0, 1], ['TK0NF', 1, 1], ['ABRT', 2, 1], ['MCR', 3, 1], ['IDNF', 4, 1], ['MC', 5, 1], ['UNC', 6, 1], ['BBK', 7, 1]], 'Flags while ERR is set in Status; after a reset or EXECUTE DEVICE DIAGNOSTIC a diagnostic code: 01h passed.'),
      field('SectorCount', 2, 'u8', '0 means 256'), field('LbaLow', 3, 'u8'), field('LbaMid', 4, 'u8'), field('LbaHigh', 5, 'u8'),
      bitsField('Device', 6, 1, [['LbaBits27To24', 0, 4], ['Drive', 4, 1], ['LbaMode', 6, 1]]),
      bitsField('Status', 7, 1, [['ERR', 0, 1], ['IDX', 1, 1], ['CORR', 2, 1], ['DRQ', 3, 1], ['DSC', 4, 1], ['DF', 5, 1], ['DRDY', 6, 1], ['BSY', 7, 1]]),
    ],
  },
  {
    id: 'ide.prd', title: 'Table of physical regions (PRD) of a bus master', size: 'variable', eras: allEras, source: 'Intel 82371AB, physical region descriptor; OVM ide/src/protocol.rs', status: 'documented',
    fields: [
      field('Base', 0, 'u32', { repeat: 8, doc: 'Physical address; bit 0 does not count.' }),
      field('ByteCount', 4, 'u16', { repeat: 8, doc: '0 means 65536; bit 0 does not count.' }),
      field('Flags', 6, 'u16', { repeat: 8, doc: '0x8000: the last entry.' }),
    ],
  },
];
