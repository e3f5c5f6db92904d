/**
 * Hop kinds of the emulated 8259 pair. A device of the worker process moves an interrupt line; how the pair reaches the
 * guest's VP (`vmwp.assertInterrupt`) and learns of the acknowledge (`vmwp.acknowledged`) is declared with the worker process.
 */
import { defineHops, hop } from '../../sim/hop-kinds.ts';

/** Why the line of the drive falls, by the word `why`. [IDE-4] [IDE-5] */
const lowered: readonly string[] = [
  'the guest has read the status register 0x1F7, which answers the interrupt', 'the guest has forbidden interrupts by nIEN', 'the drive is being reset, or another one has been selected',
];

/** Any emulated device of the worker process to `root/vmwp/<guest>/pic`. */
export const pic = defineHops('pic', {
  line: hop({
    title: 'interrupt line',
    family: 'interrupt',
    crossing: 'root-user-call',
    args: ['irq', 'level', 'why'] as const,
    cost: 'user',
    status: 'derived',
    sources: ['OVM chipset/src/pic/mod.rs', 'OVM ide/src/lib.rs', 'COR 16'],
    sentence: (a) => ({
      actor: 'IDE emulator',
      act: a.level ? 'raises' : 'lowers',
      object: `its interrupt line, IRQ ${a.irq}, at the emulated 8259`,
      because: a.level ? 'the drive has something that the guest waits for' : (lowered[a.why] ?? lowered[0]!),
    }),
  }),
});
