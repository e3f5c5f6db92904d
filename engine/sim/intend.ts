/** How a person's wish enters the machine: the remote manager turns plain data into the hops that leave. */
import type { Kernel } from './kernel.ts';
import { findComponent } from './machine.ts';

/** Performs an intent between two hops; what leaves acts from then on. A wish nobody can carry out is a typed error. */
export function intend(kernel: Kernel, intent: unknown): void {
  const m = kernel.m;
  const self = findComponent(m, 'remote/manager');
  const type = self < 0 ? undefined : kernel.types[m.components.types[self]!];
  if (!type?.intend) throw new IntentError('This machine has no remote manager, so nobody can ask it for anything.');
  kernel.act.beginIntent(self);
  const look = (path: string): unknown => {
    const at = findComponent(m, path);
    return at < 0 ? undefined : kernel.types[m.components.types[at]!]!.view?.(m.components.states[at]);
  };
  type.intend(kernel.stateForWrite(self), intent, kernel.act, look);
  kernel.act.depart();
}

/** A wish that cannot be carried out: says what, where and how to mend it. */
export class IntentError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'IntentError';
  }
}
