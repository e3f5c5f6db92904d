/** Tables of what stores and carries blocks: drivers, provider, emulator, VHD parser, file systems, disk, rings. [INSPECT-4] */
import { count } from '../wire/count.ts';
import { line, status, type Drive } from '../devices/ide/drive.ts';
import { commandName, errorRegisterText, errorText, statusText } from '../devices/ide/registers.ts';
import { irr, type Chip } from '../devices/pic/pair.ts';
import { frame } from '../sim/memory.ts';
import type { Kernel } from '../sim/kernel.ts';
import { ringsOf, ringPackets } from './ring-packets.ts';
import type { Loose, Teller, Told } from './state-tables.ts';
import { bytesText, counted, hex, list, num, numbers, part, partitionName, requestText, word, yes } from './state-words.ts';

function pairs(title: string, rows: readonly (readonly [string, string])[]): Told {
  return { title, head: [], rows };
}

const storvsc: Teller = (s, { start }) => {
  const busy = numbers(s, 'busy');
  const bytes = numbers(s, 'bytes');
  const request = numbers(s, 'request');
  const slots = busy.flatMap((on, slot) => (on ? [[String(slot), bytesText(bytes[slot] ?? 0), requestText(request[slot] ?? 0, start)]] : []));
  const waiting = list(s, 'waiting').flatMap((w) => (w ? [[counted(num(w, 'lba')), String(num(w, 'sectors')), requestText(num(w, 'request'), start)]] : []));
  return [
    pairs('Driver', [
      ['Phase', word(s, 'phase')], ['Channel', num(s, 'relid') > 0 ? `relid ${num(s, 'relid')}` : 'none'], ['Sectors of the disk', counted(num(s, 'sectors'))],
      ['Requests at most', String(num(s, 'queueDepth'))], ['Signals', word(s, 'signalRule').replaceAll('-', ' ')],
    ]),
    { title: 'SCSI requests under way', head: ['Slot', 'Data', 'Request'], rows: slots, empty: 'None: every request has been answered.' },
    { title: 'Requests that wait for a slot', head: ['LBA', 'Sectors', 'Request'], rows: waiting, empty: 'None.' },
  ];
};

const vspPhases = ['closed', 'open', 'version asked', 'properties asked', 'ready'];

const storvsp: Teller = (s, { kernel, start }) =>
  list(s, 'disks').flatMap((disk): Told[] => {
    if (!disk) return [];
    const guest = partitionName(kernel, num(disk, 'partition'));
    const states = numbers(disk, 'state');
    const lo = numbers(disk, 'transLo');
    const bytes = numbers(disk, 'bytes');
    const request = numbers(disk, 'request');
    const rows = states.flatMap((state, slot) => (state ? [[String(slot), hex(lo[slot] ?? 0), bytesText(bytes[slot] ?? 0), requestText(request[slot] ?? 0, start)]] : []));
    return [
      pairs(`Disk of ${guest}`, [
        ['Phase', vspPhases[num(disk, 'phase')] ?? String(num(disk, 'phase'))], ['Handle of the VHD', num(disk, 'handle') > 0 ? String(num(disk, 'handle')) : 'none'],
        ['Sectors', counted(num(disk, 'sectors'))], ['Ring to the root', `${numbers(disk, 'pfns').length > 0 ? `guest pages from ${hex(numbers(disk, 'pfns')[0]!)}` : 'not given'}`],
        ['In flight', String(num(disk, 'inFlight'))], ['Ring full, waits', yes(num(disk, 'stalled'))],
      ]),
      { title: `Requests of ${guest}`, head: ['Slot', 'Transaction', 'Data', 'Request'], rows, empty: 'None under way.' },
    ];
  });

const ideRegisters: readonly (readonly [port: number, name: string, field: string])[] = [
  [0x1f1, 'Error', 'error'], [0x1f2, 'Sector Count', 'count'], [0x1f3, 'LBA Low', 'lbaLow'], [0x1f4, 'LBA Mid', 'lbaMid'], [0x1f5, 'LBA High', 'lbaHigh'],
  [0x1f6, 'Device', 'device'], [0x3f6, 'Device Control', 'control'],
];

/** Count and LBA registers hold the last two bytes written: the older one in the high byte. */
function registerText(field: string, value: number, failed: boolean): readonly [string, string] {
  if (field === 'error') return [hex(value & 0xff, 2), errorRegisterText(value & 0xff, failed)];
  if (field === 'device') return [hex(value & 0xff, 2), `drive ${(value >> 4) & 1}${(value & 0x40) !== 0 ? ', LBA' : ', CHS'}`];
  if (field === 'control') return [hex(value & 0xff, 2), [value & 2 ? 'nIEN' : '', value & 4 ? 'SRST' : '', value & 0x80 ? 'HOB' : ''].filter(Boolean).join(' ')];
  return [hex(value & 0xff, 2), value > 0xff ? `before it ${hex((value >> 8) & 0xff, 2)}` : ''];
}

const ide: Teller = (s) => {
  const drive = part(s, 'drive') as unknown as Drive;
  const rows = ideRegisters.map(([port, name, field]) => {
    const [value, meaning] = registerText(field, num(drive, field), drive.errorPending !== 0);
    return [name, hex(port), value, meaning];
  });
  const now = status(drive);
  rows.push(['Status', '0x1F7', hex(now, 2), drive.present ? statusText(now) : 'no drive: the bus floats']);
  return [
    { title: 'Task file', head: ['Register', 'Port', 'Value', 'Meaning'], rows },
    pairs('Drive', [
      ['Disk', drive.present ? `${counted(drive.sectors)} sectors, ${drive.cylinders} × ${drive.heads} × ${drive.sectorsPerTrack}` : 'none'],
      ['Command', drive.command ? commandName(drive.command) : 'none'], ['Next sector', drive.command ? counted(drive.nextLba) : '–'],
      ['Sectors left', drive.command ? String(drive.remaining) : '–'], ['Data block', drive.left > 0 ? `${count(drive.left, 'byte')} left from +${drive.at}` : 'none'],
      ['Interrupt line', line(drive) ? 'high' : 'low'],
    ]),
  ];
};

function bitsText(mask: number, from: number): string {
  const on = Array.from({ length: 8 }, (_, i) => i).filter((i) => (mask & (1 << i)) !== 0);
  return on.length === 0 ? 'none' : on.map((i) => `IRQ ${from + i}`).join(', ');
}

const pic: Teller = (s) => {
  const pair = part(s, 'pair');
  return (['primary', 'secondary'] as const).map((which, n) => {
    const chip = part(pair, which) as unknown as Chip;
    const from = 8 * n;
    return pairs(n === 0 ? 'Primary 8259 (0x20)' : 'Secondary 8259 (0xA0)', [
      ['Initialised', chip.stage === 4 ? `yes, vectors from ${hex(chip.base)}` : `no, ${chip.stage} of 4 words`],
      ['Requested (IRR)', bitsText(irr(chip), from)], ['In service (ISR)', bitsText(chip.isr, from)],
      ['Masked (IMR)', `${hex(chip.imr, 2)}: open ${bitsText(~chip.imr & 0xff, from)}`],
    ]);
  });
};

/** Entries of a block allocation table as they lie in the parser's pages: big-endian, all ones for a block that is not there. */
function batRows(kernel: Kernel, disk: Loose): string[][] {
  const blockSectors = num(disk, 'blockSectors');
  if (blockSectors <= 0) return [];
  const count = Math.ceil(num(disk, 'sectors') / blockSectors);
  const rows: string[][] = [];
  for (let block = 0; block < count && rows.length < 64; block++) {
    const page = num(disk, 'batPage') + (block >>> 10);
    if (page >= kernel.m.memory.pages) break;
    const bytes = frame(kernel.m.memory, page);
    const at = (block & 1023) * 4;
    const entry = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
    if (entry === 0xffffffff) continue;
    rows.push([String(block), counted(block * blockSectors), `sector ${counted(entry)} of the file`]);
  }
  return rows;
}

const bitmapWords = ['', 'being read', 'cached'];

const vhdparser: Teller = (s, { kernel }) => [
  ...list(s, 'disks').flatMap((disk, i): Told[] => {
    if (!disk) return [];
    const blockSectors = num(disk, 'blockSectors');
    const keys = numbers(disk, 'bitmapKeys');
    const bitmaps = numbers(disk, 'bitmapStatus').flatMap((status, slot) => (status ? [[`block ${keys[slot]}`, bitmapWords[status] ?? String(status)]] : []));
    const head = pairs(`VHD ${i + 1}, file ${num(disk, 'fileId')}`, [
      ['Kind', blockSectors > 0 ? `dynamic, blocks of ${counted(blockSectors)} sectors` : 'fixed'], ['Sectors of the disk', counted(num(disk, 'sectors'))],
      ['Sectors of the file', counted(num(disk, 'fileSectors'))],
    ]);
    if (blockSectors === 0) return [head];
    return [
      head,
      { title: `Block allocation table of VHD ${i + 1}`, head: ['Block', 'First sector', 'Lies at'], rows: batRows(kernel, disk), empty: 'No block is allocated: the disk reads as zeros.' },
      { title: `Block bitmaps of VHD ${i + 1}`, head: ['Bitmap', 'State'], rows: bitmaps, empty: 'None has been read yet.' },
    ];
  }),
  pairs('Work', [['Reads', counted(num(s, 'reads'))], ['Bitmaps read', counted(num(s, 'bitmapReads'))], ['Sectors answered with zeros', counted(num(s, 'zeroed'))]]),
];

const ntfs: Teller = (s) => [
  {
    title: 'Files and their extents',
    head: ['File', 'Sectors of the file', 'Lie at sector of the disk'],
    rows: list(s, 'files').flatMap((file) =>
      file ? list(file, 'extents').map((e) => [`${word(file, 'name')} +${counted(num(e ?? {}, 'fileSector'))}`, counted(num(e ?? {}, 'sectors')), counted(num(e ?? {}, 'lba'))]) : [],
    ),
  },
  pairs('Work', [['Reads', counted(num(s, 'reads'))], ['Reads split at an extent', counted(num(s, 'split'))]]),
];

const disk: Teller = (s, { start }) => [
  {
    title: 'Queue of the disk',
    head: ['Place', 'Sector', 'Sectors', 'Request'],
    rows: list(s, 'queue').flatMap((c, i) => (c ? [[i === 0 ? 'at work' : String(i), counted(num(c, 'lba')), String(num(c, 'sectors')), requestText(num(c, 'request'), start)]] : [])),
    empty: 'Empty: the disk has nothing to do.',
  },
  pairs('Disk', [
    ['Size', `${counted(num(s, 'sectors'))} sectors`], ['Heads stand at sector', counted(num(s, 'head'))], ['Completions posted', counted(num(s, 'posted'))],
    ['Completions acknowledged', counted(num(s, 'acknowledged'))],
  ]),
  {
    title: 'What lies on it',
    head: ['From sector', 'Sectors', 'Image'],
    rows: list(s, 'extents').flatMap((e) => (e ? [[counted(num(e, 'lbaFrom')), counted(num(e, 'sectors')), `${word(e, 'image').slice(0, 8)}… +${counted(num(e, 'imageOffset'))}`]] : [])),
  },
];

const diskdriver: Teller = (s, { start }) => [
  {
    title: 'Commands at the disk',
    head: ['Tag', 'Sector', 'Sectors', 'Request'],
    rows: list(s, 'atDisk').flatMap((c, tag) => (c ? [[String(tag), counted(num(c, 'lba')), String(num(c, 'sectors')), requestText(num(c, 'request'), start)]] : [])),
    empty: 'None.',
  },
  pairs('Work', [['Commands waiting', String(list(s, 'waiting').length)], ['Interrupts', counted(num(s, 'interrupts'))], ['Completions taken', counted(num(s, 'taken'))]]),
];

const lineWords = ['', 'being read', 'valid', 'changed'];

const fs: Teller = (s) => {
  const volume = part(s, 'volume');
  const cache = part(s, 'cache');
  const lines = list(cache, 'lines').flatMap((l) =>
    l && num(l, 'status') > 0 ? [[counted(num(l, 'lba')), String(num(l, 'sectors')), lineWords[num(l, 'status')] ?? String(num(l, 'status')), String(num(l, 'used'))]] : [],
  );
  const files = list(s, 'files').flatMap((f, handle) => (f ? [[String(handle), counted(num(f, 'size')), String(num(f, 'cluster'))]] : []));
  const mounted = num(volume, 'status');
  return [
    pairs('Volume', [
      ['State', mounted === 1 ? 'mounted' : mounted === 2 ? word(volume, 'reason') : 'not looked at yet'], ['First sector', num(volume, 'partition') >= 0 ? counted(num(volume, 'partition')) : '–'],
      ['Kind', word(part(volume, 'fat'), 'kind').toUpperCase() || '–'], ['Free clusters', num(volume, 'free') >= 0 && mounted === 1 ? counted(num(volume, 'free')) : 'not known'],
      ['Sectors of the disk', counted(num(s, 'sectors'))], ['Requests at once', String(num(s, 'depth'))], ['Bytes given to applications', counted(num(s, 'readBytes'))],
      ['Bytes taken from applications', counted(num(s, 'writtenBytes'))],
    ]),
    { title: 'Buffer cache', head: ['LBA', 'Sectors', 'State', 'Last use'], rows: lines, empty: 'Empty: nothing has been read yet.' },
    { title: 'Open files', head: ['Handle', 'Bytes', 'First cluster'], rows: files, empty: 'None.' },
  ];
};

const ata: Teller = (s) => {
  const current = part(s, 'current');
  const works = num(s, 'busy') > 0 && 'lba' in current;
  return [
    pairs('Driver', [
      ['Waits by', s['polled'] ? 'polling the status register' : 'interrupt'], ['Sectors of the drive', counted(num(s, 'capacity'))],
      ['Request', works ? `${count(num(current, 'sectors'), 'sector')} from ${counted(num(current, 'lba'))}` : 'none'], ['Sectors done', works ? String(num(s, 'done')) : '–'],
      ['Requests waiting', String(list(s, 'waiting').length)], ['Last error', num(s, 'lastError') ? errorText(num(s, 'lastError')) : 'none'],
    ]),
  ];
};

const channel: Teller = (_, { kernel, component }) =>
  ringsOf(kernel, component).map(({ title, ring }) => ({
    title,
    head: ['Offset', 'Packet', 'Bytes', 'Read'],
    rows: ringPackets(ring).map((p) => [`+${p.offset}`, p.what, String(p.bytes), p.unread ? 'not yet' : 'yes']),
    empty: 'No packet has been written yet.',
  }));

const reader: Teller = (s) => {
  const task = part(s, 'task');
  const last = part(s, 'last');
  return [
    pairs('Application', [
      ['Works on', word(task, 'path') || (s['task'] ? 'sectors' : 'nothing')], ['Tasks waiting', String(list(s, 'waiting').length)], ['Tasks finished', counted(num(s, 'finished'))],
      ['Last', word(last, 'path') ? `${word(last, 'path')}, ${bytesText(num(last, 'bytes'))} in ${num(last, 'calls') === 1 ? '1 call' : `${num(last, 'calls')} calls`}` : '–'],
    ]),
  ];
};

const load: Teller = (s) => {
  const counts = part(s, 'counts');
  const done = num(counts, 'completed');
  const mean = done > 0 ? `${counted(Math.round(num(counts, 'latencySum') / done / 1000))} µs on average` : '–';
  return [
    pairs('Load generator', [
      ['State', word(s, 'phase')], ['Requests made', counted(num(counts, 'issued'))], ['Answered', counted(done)], ['Failed', counted(num(counts, 'failed'))],
      ['In flight', String(num(counts, 'inFlight'))], ['Data', bytesText(num(counts, 'bytes'))], ['Answered after', mean],
    ]),
  ];
};

export const storageTables: Readonly<Record<string, Teller>> = { storvsc, storvsp, ide, pic, vhdparser, ntfs, disk, diskdriver, fs, ata, channel, reader, load };
