/**
 * Hop kinds of the emulated 8259 pair. A device of the worker process moves an interrupt line; how the pair reaches the
 * guest's VP (`vmwp.assertInterrupt`) and learns of the acknowledge (`vmwp.acknowledged`) is declared with the worker process.
 */
import { defineHops, hop } from '../../sim/hop-kinds.ts';

/** Any emulated device of the worker process to `root/vmwp/<guest>/pic`. */
export const pic = defineHops('pic', {
  line: hop({
    title: 'interrupt line',
    family: 'interrupt',
    crossing: 'root-user-call',
    args: ['irq', 'level'] as const,
    cost: 'user',
    status: 'derived',
    sources: ['OVM chipset/src/pic/mod.rs', 'OVM ide/src/lib.rs', 'COR 16'],
    sentence: (a) => ({
      actor: 'IDE emulator',
      act: a.level ? 'raises' : 'lowers',
      object: `its interrupt line, IRQ ${a.irq}, at the emulated 8259`,
      because: a.level ? 'the drive has something that the guest waits for' : 'the guest has read the status register 0x1F7, or has forbidden interrupts',
    }),
  }),
});
