/**
 * `remote/manager`: Hyper-V Manager, vmconnect and whoever stands before them; where intents come from. It runs on another
 * machine, so nothing of it costs CPU time here.
 *
 * Route of an intent: plain data, `intend` of this component, one `ask.*` hop to the component that is asked.
 */
import type { Act } from './sim/act.ts';
import { component, type Look } from './sim/component.ts';
import { defineHops, hop, type HopKind } from './sim/hop-kinds.ts';
import { count } from './wire/count.ts';
import { DISABLED, ENABLED, INVALID_STATE_CODE, STARTING, STOPPING, type VmConfig } from './root/user/hops.ts';
import { intentOf, type Intent } from './remote-intents.ts';
import { IntentError } from './sim/intend.ts';

const noKeystrokes = 'No keyboard and no console: the program in the guest is told directly.';

/** How often a file is worked on; nothing for once. */
function often({ count: times, perSecond }: Readonly<Record<'count' | 'perSecond', number>>): string {
  if (times < 2) return '';
  return ` ${times} times${perSecond > 0 ? `, ${perSecond} a second` : ', one after the other'}`;
}

/** How often and how fast a load asks. */
function how({ count: times, perSecond, depth }: Readonly<Record<'count' | 'perSecond' | 'depth', number>>): string {
  if (times === 1) return 'once';
  const pace = perSecond > 0 ? `${perSecond} a second` : depth > 1 ? `${depth} under way at once` : 'one after the other';
  return `${times === 0 ? 'again and again until it is stopped' : `${times} times`}, ${pace}`;
}

export const ask = defineHops('ask', {
  bootRoot: hop({
    title: 'machine starts', family: 'person', crossing: 'person-root-boot', args: [] as const, cost: 'call', begins: 'machine',
    status: 'simplified', simplified: 'Windows is already loaded, in eras too in which the hypervisor is launched before it; what is shown begins with the launch.', sources: ['T2 22.3', 'management 1.1'],
    sentence: () => ({ actor: 'Somebody', act: 'switches on', object: 'the machine', because: 'Windows Server with the Hyper-V role is to run above its hypervisor' }),
  }),
  createVm: hop({
    title: 'New Virtual Machine', family: 'person', crossing: 'person-root', args: ['configText'] as const, cost: 'user',
    status: 'documented', sources: ['management 1.1'],
    sentence: () => ({ actor: 'Hyper-V Manager', act: 'asks VMMS for', object: 'a new virtual machine', because: 'its wizard has been finished' }),
  }),
  startVm: hop({
    title: 'Start', family: 'person', crossing: 'person-root', args: ['nameText'] as const, cost: 'user',
    status: 'documented', sources: ['management 1.1'],
    sentence: () => ({ actor: 'Hyper-V Manager', act: 'asks VMMS to start', object: 'a virtual machine', because: 'somebody chose Start' }),
  }),
  turnOff: hop({
    title: 'Turn Off', family: 'person', crossing: 'person-root', args: ['nameText'] as const, cost: 'user',
    status: 'documented', sources: ['management 5.1'],
    sentence: () => ({ actor: 'Hyper-V Manager', act: 'asks VMMS to turn off', object: 'a virtual machine', because: 'somebody chose Turn Off, which is RequestStateChange with 3' }),
  }),
  deleteVm: hop({
    title: 'Delete', family: 'person', crossing: 'person-root', args: ['nameText'] as const, cost: 'user',
    status: 'documented', sources: ['management 2.5'],
    sentence: () => ({ actor: 'Hyper-V Manager', act: 'asks VMMS to delete', object: 'a virtual machine', because: 'somebody chose Delete; its configuration goes, its disk file stays' }),
  }),
  readFile: hop({
    title: 'read a file', family: 'person', crossing: 'person-guest', args: ['pathText', 'depth', 'count', 'perSecond'] as const, cost: 'user',
    status: 'simplified', simplified: noKeystrokes, sources: ['COR 24'],
    sentence: (a, v) => ({ actor: 'Somebody', act: 'starts', object: `a program in ${v.guest} that reads a file${often(a)}`, because: 'its contents are wanted' }),
  }),
  listFiles: hop({
    title: 'list files', family: 'person', crossing: 'person-guest', args: ['pathText', 'count', 'perSecond'] as const, cost: 'user',
    status: 'simplified', simplified: noKeystrokes, sources: ['COR 24'],
    sentence: (a, v) => ({ actor: 'Somebody', act: 'starts', object: `a program in ${v.guest} that lists files${often(a)}`, because: 'the names on the disk are wanted' }),
  }),
  readSectors: hop({
    title: 'read sectors', family: 'person', crossing: 'person-guest', args: ['lba', 'sectors', 'count', 'depth'] as const, cost: 'user',
    status: 'simplified', simplified: noKeystrokes, sources: ['COR 24'],
    sentence: (a, v) => ({ actor: 'Somebody', act: 'starts', object: `a program in ${v.guest} that reads ${a.sectors === 1 ? '1 sector' : `${a.sectors} sectors`} ${a.count === 1 ? 'once' : `${a.count} times`} from sector ${a.lba} on`, because: 'the disk is to have work' }),
  }),
  writeFile: hop({
    title: 'write a file', family: 'person', crossing: 'person-guest', args: ['pathText', 'contentText', 'depth', 'count', 'perSecond'] as const, cost: 'user',
    status: 'simplified', simplified: noKeystrokes, sources: ['COR 24'],
    sentence: (a, v) => ({ actor: 'Somebody', act: 'starts', object: `a program in ${v.guest} that writes a file${often(a)}`, because: 'a text is to be kept' }),
  }),
  copyFile: hop({
    title: 'copy a file', family: 'person', crossing: 'person-guest', args: ['fromText', 'toText', 'depth', 'count', 'perSecond'] as const, cost: 'user',
    status: 'simplified', simplified: noKeystrokes, sources: ['COR 24'],
    sentence: (a, v) => ({ actor: 'Somebody', act: 'starts', object: `a program in ${v.guest} that copies a file${often(a)}`, because: 'it is wanted twice' }),
  }),
  deleteFile: hop({
    title: 'delete a file', family: 'person', crossing: 'person-guest', args: ['pathText'] as const, cost: 'user',
    status: 'simplified', simplified: noKeystrokes, sources: ['COR 24'],
    sentence: (_, v) => ({ actor: 'Somebody', act: 'starts', object: `a program in ${v.guest} that deletes a file`, because: 'it is wanted no more' }),
  }),
  burn: hop({
    title: 'busy application', family: 'person', crossing: 'person-root', args: ['ms'] as const, cost: 'user',
    status: 'simplified', simplified: 'An application that an administrator should not have installed: it only uses CPU time.', sources: ['costs 6'],
    sentence: (a) => ({ actor: 'Somebody', act: 'starts', object: `an application in the root that computes ${a.ms === 0 ? 'until it is stopped' : `for ${a.ms} ms`}`, because: 'the root is a Windows like any other, and nothing stops them' }),
  }),
  stopBurn: hop({
    title: 'application ends', family: 'person', crossing: 'person-root', args: [] as const, cost: 'user',
    status: 'simplified', simplified: 'An application that an administrator should not have installed: it only uses CPU time.', sources: ['costs 6'],
    sentence: () => ({ actor: 'Somebody', act: 'ends', object: 'the busy applications in the root', because: 'the guests are to have the processors back' }),
  }),
  inject: hop({
    title: 'load begins', family: 'person', crossing: 'person-guest', args: ['lba', 'sectors', 'count', 'perSecond', 'depth', 'how'] as const, cost: 'user',
    status: 'simplified', simplified: noKeystrokes, sources: ['COR 24'],
    sentence: (a, v) => ({
      actor: 'Somebody', act: 'starts', object: `a load generator in ${v.guest} that ${(a.how & 1) === 1 ? 'writes' : 'reads'} ${count(a.sectors, 'sector')} ${how(a)}`,
      because: 'the disk is to have work',
    }),
  }),
  stopFiles: hop({
    title: 'files are let be', family: 'person', crossing: 'person-guest', args: [] as const, cost: 'user',
    status: 'simplified', simplified: noKeystrokes, sources: ['COR 24'],
    sentence: (_, v) => ({ actor: 'Somebody', act: 'stops', object: `the program in ${v.guest} that works on files again and again`, because: 'the disk has had work enough' }),
  }),
  stopLoad: hop({
    title: 'load stops', family: 'person', crossing: 'person-guest', args: [] as const, cost: 'user',
    status: 'simplified', simplified: noKeystrokes, sources: ['COR 24'],
    sentence: (_, v) => ({ actor: 'Somebody', act: 'stops', object: `the load generator in ${v.guest}`, because: 'the disk has had work enough' }),
  }),
});

/** Component that is asked, or a typed error. */
function whom(act: Act, path: string, sentence: string): number {
  const found = act.find(path);
  if (found < 0) throw new IntentError(sentence);
  return found;
}

/** A program of a guest. While its VM goes up or down it may be there already, or still: what reached it then would be lost, or in the way of its end. [VMMS-5] */
function program(act: Act, look: Look, guest: string, name: 'reader' | 'load'): number {
  const is = stateOf(look, guest);
  if (is === STARTING) throw new IntentError(`${guest} is starting, so no program can be started in it yet; ask again when it runs.`);
  if (is === STOPPING) throw new IntentError(`${guest} is being turned off, so no program can be started in it; start it again when it is off.`);
  return whom(act, `${guest}/${name}`, `${guest} does not run, so no program can be started in it; start the virtual machine first.`);
}

/** Depth of a load when nobody says. */
const DEPTH_USUAL = 8;
const patterns = ['sequential', 'same', 'random'] as const;

type LoadIntent = Extract<Intent, { readonly do: 'inject' | 'write-sectors' }>;

function inject(act: Act, look: Look, intent: LoadIntent): void {
  const asked = intent.do === 'inject' ? intent : { ...intent, op: 'write' as const, perSecond: 0, pattern: 'sequential' as const };
  const how = (asked.op === 'write' ? 1 : 0) | (patterns.indexOf(asked.pattern ?? 'sequential') << 1);
  act.send(ask.inject, program(act, look, asked.guest, 'load'), asked.lba, asked.sectors, asked.count, asked.perSecond ?? 0, asked.depth ?? DEPTH_USUAL, how);
}

/** What Hyper-V Manager shows of a virtual machine. */
interface ShownVm {
  readonly name: string;
  readonly EnabledState: number;
}

const stateNames: Readonly<Record<number, string>> = { [DISABLED]: 'off', [ENABLED]: 'running', [STARTING]: 'starting', [STOPPING]: 'being turned off' };
/** What there is to do about a VM in a state in which something is refused. */
function mendOf(is: number, toBeOff: boolean): string {
  if (is === STOPPING) return toBeOff ? 'ask again when it is off' : 'it will be off by itself';
  return is === DISABLED ? 'start it first' : 'turn it off first';
}

const noVmms = 'This machine has no VMMS, so virtual machines cannot be managed.';

/** State of a virtual machine as VMMS shows it; undefined: it has none of that name. */
function stateOf(look: Look, name: string): number | undefined {
  return (look('root/vmms') as { vms: readonly ShownVm[] } | undefined)?.vms.find((vm) => vm.name === name)?.EnabledState;
}

/** Names that begin paths of the machine itself. */
const taken = ['root', 'hardware', 'hypervisor', 'remote'];

/** A new VM needs a name that is free; a hop that is on its way to VMMS counts already. [VMMS-5] */
function create(self: ManagerState, act: Act, look: Look, config: VmConfig): void {
  const vmms = whom(act, 'root/vmms', noVmms);
  if (taken.includes(config.name)) throw new IntentError(`'${config.name}' is a part of the machine itself; give the virtual machine another name.`);
  if (self.names.includes(config.name) || stateOf(look, config.name) !== undefined) throw new IntentError(`There is a virtual machine '${config.name}' already; give the new one another name, or delete that one first.`);
  if (config.guest === 'legacy' && config.path === 'synthetic') throw new IntentError("A legacy guest has no VMBus driver; choose the path 'pio', or an enlightened guest.");
  self.names.push(config.name);
  act.send(ask.createVm, vmms, act.text(JSON.stringify(config)));
}

/** What is asked of a VM needs it in one state. One that VMMS has not heard of yet is off. [VMMS-5] */
function manage(self: ManagerState, act: Act, look: Look, kind: HopKind, name: string, states: readonly number[], what: string): void {
  const vmms = whom(act, 'root/vmms', noVmms);
  const is = stateOf(look, name) ?? (self.names.includes(name) ? DISABLED : undefined);
  if (is === undefined) throw new IntentError(`There is no virtual machine '${name}', so it cannot be ${what}; create it first.`);
  if (!states.includes(is)) throw new IntentError(`'${name}' is ${stateNames[is] ?? 'busy'}, so it cannot be ${what} (return code ${INVALID_STATE_CODE}, invalid state); ${kind === ask.startVm && is === STARTING ? 'it will run by itself' : mendOf(is, states.includes(DISABLED))}.`);
  if (kind === ask.deleteVm) self.names = self.names.filter((known) => known !== name);
  act.send(kind, vmms, act.text(name));
}

/** Ends what goes on in a guest: its load, and work on files that is done again and again. */
function stopLoad(act: Act, look: Look, guest: string): void {
  act.send(ask.stopLoad, program(act, look, guest, 'load'));
  if (((look(`${guest}/reader`) as { repeating?: number } | undefined)?.repeating ?? 0) > 0) act.send(ask.stopFiles, program(act, look, guest, 'reader'));
}

/** Arguments of a job that is done more than once; zero for once. */
function times({ count: many = 1, perSecond = 0 }: { readonly count?: number; readonly perSecond?: number }): [number, number] {
  return many === 1 ? [0, 0] : [many, perSecond];
}

function intend(self: ManagerState, given: unknown, act: Act, look: Look): void {
  const intent = intentOf(given);
  switch (intent.do) {
    case 'boot-root': return act.send(ask.bootRoot, whom(act, 'root/kernel', 'This machine has no root kernel to start.'));
    case 'create-vm': {
      const { do: _do, ...config } = intent;
      return create(self, act, look, config);
    }
    case 'start-vm': return manage(self, act, look, ask.startVm, intent.name, [DISABLED], 'started');
    case 'turn-off': return manage(self, act, look, ask.turnOff, intent.name, [ENABLED, STARTING], 'turned off');
    case 'delete-vm': return manage(self, act, look, ask.deleteVm, intent.name, [DISABLED], 'deleted');
    case 'read-file': return act.send(ask.readFile, program(act, look, intent.guest, 'reader'), act.text(intent.path), intent.depth ?? 0, ...times(intent));
    case 'list-files': return act.send(ask.listFiles, program(act, look, intent.guest, 'reader'), act.text(intent.path || '\\'), ...times(intent));
    case 'write-file': return act.send(ask.writeFile, program(act, look, intent.guest, 'reader'), act.text(intent.path), act.text(intent.text), intent.depth ?? 0, ...times(intent));
    case 'copy-file': return act.send(ask.copyFile, program(act, look, intent.guest, 'reader'), act.text(intent.from), act.text(intent.to), intent.depth ?? 0, ...times(intent));
    case 'delete-file': return act.send(ask.deleteFile, program(act, look, intent.guest, 'reader'), act.text(intent.path));
    case 'read-sectors':
      return act.send(ask.readSectors, program(act, look, intent.guest, 'reader'), intent.lba, intent.sectors, intent.count, intent.depth);
    case 'inject':
    case 'write-sectors': return inject(act, look, intent);
    case 'stop-load': return stopLoad(act, look, intent.guest);
    case 'stop-burn': return act.send(ask.stopBurn, whom(act, 'root/vmms', noVmms));
    case 'burn': return act.send(ask.burn, whom(act, 'root/vmms', noVmms), intent.ms);
  }
}

interface ManagerState {
  /** Virtual machines that somebody has had made and not deleted. */
  names: string[];
}

export const manager = component<ManagerState>({
  name: 'manager',
  title: 'Hyper-V Manager',
  about: 'Hyper-V Manager and the person in front of it, on another computer.',
  place: 'remote',
  sources: ['COR 24'],
  initial: () => ({ names: [] }),
  on: {},
  intend,
});
