/**
 * What may be asked of the machine, as data: each intent with its fields, and what may stand in them. One declaration for the
 * type, the check at the machine's door, and the scenarios with their published Schema.
 */
import type { VmConfig } from './root/user/hops.ts';
import { eras } from './wire/eras.ts';
import { choice, list, maybe, oneOf, pathText, record, ref, show, text, told, whole, word, type Of, type OfCases, type Shape } from './wire/shape.ts';
import { IntentError } from './sim/intend.ts';

/** Arguments of hops are 32-bit integers. */
const WHOLE_MOST = 0x7fff_ffff;
/** Sectors are counted in 28 bits by the older of the two disk interfaces. */
const LBA_MOST = 0x0fff_ffff;

export const structuralName = word('[a-z][a-z0-9-]{0,30}', "a name of 1 to 31 lower-case letters, digits and '-', beginning with a letter");
const guest = ref('guest', structuralName);
/** More would not fit below the pages of the guest's kernel. */
const BOOT_READS_MOST = 16;
const bootRead = record({ lba: whole(0, LBA_MOST), sectors: whole(1, 16) });
const depth = told('How many requests are under way at a time.', whole(1, 32));

/** A virtual machine without its disk, which a scenario names and the machine numbers. */
export const vmFields = {
  name: told('Structural name, used in paths and intents.', structuralName),
  title: told('Name shown.', text(1, 60)),
  guest: told('An enlightened guest has VMBus drivers.', oneOf('enlightened', 'legacy')),
  memoryMb: whole(8, 16_384),
  vps: whole(1, 4),
  path: told("The way to its disk; 'synthetic' needs an enlightened guest, 'pio' and 'dma' use the emulated IDE drive.", oneOf('synthetic', 'pio', 'dma')),
  polled: maybe(told('Emulated IDE without interrupts: the ATA driver polls the status register.', oneOf(true, false))),
  pioMode: maybe(told('PIO a sector at a time, or up to 128 by the extended MULTIPLE commands.', oneOf('single', 'multiple'))),
  lba48: maybe(told('The ATA driver takes 48-bit commands for every address.', oneOf(true, false))),
  extraAccesses: maybe(told('Register accesses that the ATA driver makes for every command besides what it needs.', whole(0, 1000))),
  lean: maybe(told('The ATA driver leaves out the register accesses whose value it knows.', oneOf(true, false))),
  queueDepth: maybe(told('Disk requests the storage driver keeps in flight.', whole(1, 32))),
  era: maybe(told('Whose drivers the guest has: they speak no newer versions than those of this era. Left out: the era of the machine.', oneOf(...eras))),
  ringPages: maybe(told('Data pages of each ring of its disk; left out: 4.', whole(1, 31))),
  boot: maybe(told('The VM starts from its disk: sectors that BIOS and boot loader read through the emulated IDE drive before the kernel runs. Left out: the kernel stands in memory.', list(bootRead, BOOT_READS_MOST))),
  signalRule: maybe(told('Which rule the VMBus driver follows when it signals.', oneOf('empty-to-non-empty', 'every-write'))),
} as const;

/** A file may be worked on more than once. [READER-8] */
const often = {
  count: maybe(told('How often; left out: once.', whole(1, 1_000_000))),
  perSecond: maybe(told('So many are begun in a second; left out: each as soon as the one before has ended.', whole(1, 1_000_000))),
} as const;

/** Intents that name guests and files: what a scenario may ask too. */
export const guestIntents = {
  'boot-root': {},
  'start-vm': { name: guest },
  'turn-off': { name: guest },
  'delete-vm': { name: guest },
  'read-file': { guest, path: text(1, 255), depth: maybe(depth), ...often },
  'list-files': { guest, path: told('A directory; empty for the root directory.', text(0, 255)), ...often },
  inject: {
    guest, op: oneOf('read', 'write'), lba: whole(0, LBA_MOST), sectors: whole(1, 128), count: told('0: until stopped.', whole(0, 1_000_000)),
    perSecond: maybe(told('Left out: as fast as they come back, depth at a time.', whole(1, 1_000_000))), depth: maybe(depth), pattern: maybe(told("Left out: 'sequential'.", oneOf('sequential', 'same', 'random'))),
  },
  'stop-load': { guest },
  'write-sectors': { guest, lba: whole(0, LBA_MOST), sectors: whole(1, 128), count: whole(1, 1_000_000), depth },
  'write-file': { guest, path: text(1, 255), text: told('What the file is to hold; one of the same name is overwritten.', text(0, 65_536)), depth: maybe(depth), ...often },
  'copy-file': { guest, from: text(1, 255), to: text(1, 255), depth: maybe(depth), ...often },
  'delete-file': { guest, path: text(1, 255) },
  'read-sectors': { guest, lba: whole(0, LBA_MOST), sectors: whole(1, 8), count: whole(1, 1_000_000), depth },
  burn: { where: oneOf('root'), ms: told('0: until stopped.', whole(0, 3_600_000)) },
  'stop-burn': { where: oneOf('root') },
} as const;

const intents = {
  ...guestIntents,
  'create-vm': { ...vmFields, disk: record({ fileId: whole(1, WHOLE_MOST) }) },
} as const;

/** Every intent the machine understands. */
export const intentShape: Shape<OfCases<'do', typeof intents>> = choice('do', intents);

export type Intent = Exclude<Of<typeof intentShape>, { readonly do: 'create-vm' }> | ({ readonly do: 'create-vm' } & VmConfig);

/** The intent that a value is; whatever else it is, is refused. [LAB-1] */
export function intentOf(value: unknown): Intent {
  const wrong = intentShape.fault(value, [], null);
  if (wrong === null) return value as Intent;
  const what = show((value as { do?: unknown } | null)?.do);
  if (wrong.path.length === 0) throw new IntentError(`The intent ${wrong.says}.`);
  throw new IntentError(`${wrong.path[0] === 'do' ? 'The do of the intent' : `The ${pathText(wrong.path, '')} of the intent ${what}`} ${wrong.says}.`);
}
