/** Hops of the load generator to itself. What somebody asks of it (`ask.inject`, `ask.stopLoad`) is declared in `remote.ts`. */
import { defineHops, hop } from '../../sim/hop-kinds.ts';
import { ntStatusName } from '../../wire/ntstatus.ts';

export const load = defineHops('load', {
  /** One request is due. */
  tick: hop({
    title: 'time for a request', family: 'call', crossing: 'guest-user-call', args: ['due', 'job'] as const, cost: 'user', level: 'thread',
    status: 'simplified', sources: ['ours LOAD-3'],
    simplified: 'A timer of the guest would interrupt its VP and the kernel would wake the thread; here the thread wakes by itself, at no exit.',
    sentence: (a) => ({ actor: 'Load generator', act: 'wakes', object: `for request ${a.due}`, because: 'so many requests a second were asked for' }),
  }),
  finished: hop({
    title: 'load ends', family: 'call', crossing: 'guest-user-call', args: ['completed', 'failed', 'status', 'reasonText'] as const, cost: 'user', level: 'thread',
    status: 'simplified', sources: ['ours LOAD-1'],
    simplified: 'The load generator stands for any application that keeps a disk busy.',
    sentence: (a) => ({
      actor: 'Load generator', act: a.status === 0 ? 'has finished' : 'gives up', object: `after ${a.completed === 1 ? '1 request' : `${a.completed} requests`}${a.failed === 0 ? '' : `, of which ${a.failed} failed`}`,
      because: a.status === 0 ? 'no more are wanted and none is under way' : `a request ended with ${ntStatusName(a.status)}`,
    }),
  }),
});
