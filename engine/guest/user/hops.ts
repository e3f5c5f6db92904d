/** Hops of the guest's reading program to itself. What somebody asks of it (`ask.*`) is declared in `remote.ts`. */
import { defineHops, hop } from '../../sim/hop-kinds.ts';
import { count } from '../../wire/count.ts';
import { ntStatusName } from '../../wire/ntstatus.ts';

const asked = ['reading the file', 'listing the directory', 'reading the sectors', 'writing the file', 'copying the file', 'deleting the file'] as const;

/** What a job of the reader is: the value of `what` in `reader.finished`. */
export const READ_FILE = 0;
export const LIST_FILES = 1;
export const READ_SECTORS = 2;
export const WRITE_FILE = 3;
export const COPY_FILE = 4;
export const DELETE_FILE = 5;

export const reader = defineHops('reader', {
  again: hop({
    title: 'time for a file', family: 'call', crossing: 'guest-user-call', args: ['times', 'alarm'], cost: 'user', level: 'thread',
    status: 'simplified', sources: ['ours READER-8'],
    simplified: 'A timer of the guest would interrupt its VP and the kernel would wake the thread; here the thread wakes by itself, at no exit.',
    sentence: (a) => ({ actor: 'Reader', act: 'wakes', object: `to do the same for time ${a.times}`, because: 'so many times a second were asked for' }),
  }),
  finished: hop({
    title: 'finished',
    family: 'call',
    crossing: 'guest-user-call',
    args: ['what', 'status', 'bytes', 'calls', 'reasonText'],
    cost: 'user',
    level: 'thread',
    status: 'simplified',
    sources: ['ours READER-5'],
    simplified: 'The reader stands for any application that reads or writes files.',
    sentence: (a) => ({
      actor: 'Reader',
      act: a.status === 0 ? 'has finished' : 'gives up',
      object: `${asked[a.what] ?? 'its work'} after ${count(a.bytes, 'byte')} in ${a.calls === 1 ? '1 call' : `${a.calls} calls`}`,
      because: a.status === 0 ? a.what >= WRITE_FILE ? 'the file system has done everything that was asked for' : 'everything that was asked for is in its pages' : `a call ended with ${ntStatusName(a.status)}`,
    }),
  }),
});
