/** Tables of what runs the machine: management, worker processes, VMBus, kernels, the hypervisor's own parts. [INSPECT-4] */
import { HALTED, IN_EXIT, SUSPENDED } from '../sim/processors.ts';
import type { Kernel } from '../sim/kernel.ts';
import { classes } from '../devices/vmbus/protocol.ts';
import { deviceClassName } from '../wire/device-classes.ts';
import { mappedPages } from './hypervisor-pages.ts';
import type { Loose, Teller, Told } from './state-tables.ts';
import { counted, hex, list, nameOf, num, numbers, part, partitionName, requestText, word, yes } from './state-words.ts';

function pairs(title: string, rows: readonly (readonly [string, string])[]): Told {
  return { title, head: [], rows };
}

/** EnabledState of Msvm_ComputerSystem, as far as the lab goes through it. */
const vmStates: Readonly<Record<number, string>> = { 2: 'Enabled', 3: 'Disabled', 4: 'Shutting down', 10: 'Starting', 32770: 'Starting', 32774: 'Stopping' };

function configOf(vm: Loose): Loose {
  try {
    return JSON.parse(word(vm, 'config')) as Loose;
  } catch {
    return {};
  }
}

const vmms: Teller = (s, { kernel }) => [
  {
    title: 'Virtual machines',
    head: ['Name', 'State', 'Memory', 'VPs', 'Disk by', 'Partition', 'Worker process'],
    rows: list(s, 'vms').flatMap((vm) => {
      if (!vm) return [];
      const config = configOf(vm);
      const state = num(vm, 'state');
      return [[
        word(vm, 'title'), vmStates[state] ?? `state ${state}`, `${num(config, 'memoryMb')} MB`, String(num(config, 'vps')), word(config, 'path') === 'synthetic' ? 'VMBus' : 'IDE',
        num(vm, 'partition') > 0 ? String(num(vm, 'partition')) : '–', num(vm, 'worker') >= 0 ? kernel.m.components.paths[num(vm, 'worker')]! : 'none',
      ]];
    }),
    empty: 'None has been created.',
  },
];

const vmwp: Teller = (s, { start }) => {
  const vm = part(s, 'vm');
  const current = part(s, 'current');
  return [
    pairs('Worker process', [
      ['Virtual machine', word(vm, 'title')], ['Guest', word(vm, 'guest')], ['Memory', `${num(vm, 'memoryMb')} MB`], ['VPs', String(num(vm, 'vps'))],
      ['State', s['failed'] ? `failed, status ${hex(num(s, 'failed'))}` : s['running'] ? 'runs' : `being set up, step ${num(s, 'step')}`],
      ['Message in hand', current['there'] ? `of VP ${num(current, 'vpIndex')}, request ${requestText(num(current, 'request'), start)}` : 'none'],
      ['Interrupt asserted', num(s, 'asserted') >= 0 ? `vector ${hex(num(s, 'asserted'))}` : 'none'],
    ]),
  ];
};

const vid: Teller = (s, { kernel }) => [
  {
    title: 'Guests',
    head: ['Guest', 'RAM at machine page', 'Pages', 'Deposited', 'Waits for the worker', 'Messages pending'],
    rows: list(s, 'guests').flatMap((g) =>
      g ? [[partitionName(kernel, num(g, 'partition')), hex(num(g, 'ram')), counted(num(g, 'ramPages')), `${num(g, 'deposited')} pages`, yes(num(g, 'waiting')), String(list(g, 'pending').length)]] : [],
    ),
    empty: 'No partition has been made yet.',
  },
  { title: 'Free pages for guests', head: ['From machine page', 'Pages'], rows: runsOf(numbers(s, 'free')), empty: 'None: the memory for guests is used up.' },
];

/** First page and number of each run. */
function runsOf(runs: readonly number[]): readonly (readonly string[])[] {
  return runs.flatMap((first, i) => (i % 2 === 0 ? [[hex(first), counted(runs[i + 1] ?? 0)]] : []));
}

function className(index: number): string {
  const known = classes[index];
  return known ? deviceClassName(known.guid) : `class ${index}`;
}

const vmbusServer: Teller = (s, { kernel }) =>
  list(s, 'guests').flatMap((g): Told[] => {
    if (!g) return [];
    const name = partitionName(kernel, num(g, 'partition'));
    return [
      {
        title: `Channels of ${name}`,
        head: ['Relid', 'Class', 'Offered by', 'State', 'GPADL'],
        rows: list(g, 'offers').flatMap((o) =>
          o ? [[String(num(o, 'relid')), className(num(o, 'classIndex')), nameOf(kernel, num(o, 'provider')), word(o, 'state'), num(o, 'gpadl') ? hex(num(o, 'gpadl')) : 'none']] : [],
        ),
        empty: 'None has been offered.',
      },
      {
        title: `GPADLs of ${name}`,
        head: ['Handle', 'Pages', 'First guest page', 'State'],
        rows: list(g, 'gpadls').flatMap((l) => (l ? [[hex(num(l, 'handle')), String(numbers(l, 'pfns').length), hex(numbers(l, 'pfns')[0] ?? 0), word(l, 'state')]] : [])),
        empty: 'None.',
      },
      pairs(`Connection with ${name}`, [['Connected', yes(num(g, 'connected'))], ['Interrupt page', num(g, 'interruptPage') ? `guest page ${hex(num(g, 'interruptPage'))}` : 'not given']]),
    ];
  });

const vmbusClient: Teller = (s, { kernel }) => [
  pairs('Driver', [['Phase', word(s, 'phase')], ['Interrupt page', hex(num(s, 'pages'))], ['Messages to be posted', String(list(s, 'posts').length)]]),
  {
    title: 'Channels',
    head: ['Relid', 'Driver', 'State', 'GPADL', 'Ring pages'],
    rows: list(s, 'channels').flatMap((c) => (c ? [[String(num(c, 'relid')), nameOf(kernel, num(c, 'driver')), word(c, 'state'), hex(num(c, 'gpadl')), `${num(c, 'pages')} from ${hex(num(c, 'page'))}`]] : [])),
    empty: 'None has been offered yet.',
  },
];

const eoiWords = ['AutoEOI', 'APIC', '8259, specific'];

/** Which driver is called at which vector: kernels keep its component's index plus one. */
function vectors(s: Loose, kernel: Kernel): Told {
  const eoi = numbers(s, 'eoi');
  const rows = numbers(s, 'routines').flatMap((routine, vector) => (routine > 0 ? [[hex(vector, 2), nameOf(kernel, routine - 1), eoiWords[eoi[vector] ?? 0] ?? String(eoi[vector])]] : []));
  return { title: 'Interrupt vectors', head: ['Vector', 'Routine of', 'End of interrupt'], rows, empty: 'No driver has connected one.' };
}

const rootKernel: Teller = (s, { kernel }) => {
  const eoi = numbers(s, 'eoi');
  const table = vectors(s, kernel);
  // In root, 1 means that the kernel sends the EOI; 0 that the SINT does so by itself.
  return [{ ...table, rows: table.rows.map(([vector, routine]) => [vector!, routine!, eoi[Number(vector)] ? 'APIC, one exit' : 'AutoEOI']) }];
};

const guestKernel: Teller = (s, { kernel }) => [
  pairs('Kernel', [['Enlightened', yes(num(s, 'enlightened'))], ['Drivers started', `${num(s, 'started')} of ${list(s, 'drivers').length}`]]),
  vectors(s, kernel),
];

function vpTable(kernel: Kernel): Told {
  const { processors, partitions } = kernel.m;
  const rows = Array.from({ length: processors.vpCount }, (_, vp) => {
    const flags = processors.flags[vp]!;
    const lp = processors.lp[vp]!;
    const why = [(flags & SUSPENDED) !== 0 ? 'suspended' : '', (flags & IN_EXIT) !== 0 ? 'in the hypervisor' : '', (flags & HALTED) !== 0 ? 'HLT' : ''].filter(Boolean).join(', ');
    return [`${partitions.titles[processors.partition[vp]!]} VP ${processors.index[vp]}`, lp >= 0 ? `LP ${lp}` : '–', why || (lp >= 0 ? 'runs' : 'ready')];
  });
  return { title: 'Virtual processors', head: ['VP', 'On', 'State'], rows };
}

const vpTables: Teller = (_, { kernel }) => [vpTable(kernel)];

const partitions: Teller = (_, { kernel }) => [
  {
    title: 'Partitions',
    head: ['Id', 'Partition', 'VPs', 'Pages mapped'],
    rows: kernel.m.partitions.titles.flatMap((title, p) => {
      if (p === 0) return [];
      const { processors } = kernel.m;
      let vps = 0;
      for (let vp = 0; vp < processors.vpCount; vp++) if (processors.partition[vp] === p) vps += 1;
      return [[String(p), title, String(vps), p === 1 ? 'all, at their own numbers' : counted(mappedPages(kernel, p))]];
    }),
  },
];

function waitingCalls(s: Loose): string {
  return String(list(s, 'clients').reduce((sum, queue) => sum + (Array.isArray(queue) ? queue.length : 0), 0));
}

const rootWinhv: Teller = (s) => [
  pairs('Driver', [['Hypercalls waiting', waitingCalls(s)], ['SIM page', num(s, 'simPage') ? hex(num(s, 'simPage')) : '–']]),
];

/** The SIM page of a guest is its VMBus driver's. */
const guestWinhv: Teller = (s) => [pairs('Driver', [['Hypercalls waiting', waitingCalls(s)]])];

const memory: Teller = (s) => [pairs('DMA', [['Transfers', counted(num(s, 'transfers'))], ['Bytes', counted(num(s, 'bytes'))], ['Last page', hex(num(s, 'lastPage'))]])];

export const machineTables: Readonly<Record<string, Teller>> = {
  vmms, vmwp, vid, 'vmbus-server': vmbusServer, 'vmbus-client': vmbusClient, 'root-kernel': rootKernel, 'guest-kernel': guestKernel, scheduler: vpTables, apic: vpTables,
  intercepts: vpTables, synic: vpTables, partitions, 'hypervisor-memory': partitions, winhv: rootWinhv, 'guest-winhv': guestWinhv, memory,
};
