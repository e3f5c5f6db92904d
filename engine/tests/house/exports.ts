/**
 * Exports that nobody uses. What no code reads is not known to be right, and whoever reads the file takes it for a part of the
 * machine. A use is the name in another file, or once more in its own; comments do not count. What tests alone use is dead too,
 * but for codecs: there tests are the other side.
 */
import { withoutComments, type Source } from './sources.ts';

/** Tables of numbers from a specification: a number stands there because the specification has it, used or not. */
export const tables: Readonly<Record<string, string>> = {
  'engine/devices/ide/registers.ts': 'registers and status bits of ATA',
  'engine/devices/pic/registers.ts': 'command words of the 8259A',
  'engine/devices/storage/protocol.ts': 'operations and status codes of the storage protocol',
  'engine/devices/storage/vsp-state.ts': 'states of the handshake, as OVM names them',
  'engine/wire/fat-names.ts': 'attributes of a directory entry',
  'engine/wire/hv-registers.ts': 'numbers of registers, WDK and TLFS',
  'engine/wire/hv-status.ts': 'status codes of hypercalls, TLFS',
  'engine/wire/hypercall-blocks.ts': 'flags of hypercalls, TLFS',
  'engine/wire/hypercalls.ts': 'call codes, TLFS',
  'engine/wire/intercepts.ts': 'lengths and access types of intercept messages, WDK',
  'engine/wire/privileges.ts': 'bits of the privilege mask, TLFS',
  'engine/wire/ring.ts': 'packet types of a VMBus ring',
  'engine/wire/scsi.ts': 'status, sense and SRB codes',
  'engine/wire/synic.ts': 'message types and the monitor page, WDK',
  'engine/wire/vhd.ts': 'numbers of the VHD specification',
  'engine/wire/vmbus.ts': 'numbers of VMBus messages',
};

/** `path name`, each with the reason why it stays although nobody uses it. */
export const kept: Readonly<Record<string, string>> = {
  'app/session/driver-calls.ts Agreement': 'does not compile when the types for scripts say more than the engine does',
  'app/session/driver-types.ts ViridianError': 'the published type of what window.viridian throws',
  'engine/lab/sources.ts unfounded': 'the judge of the catalogue, which tests call',
};

/** Where bytes are written and read: tests write what a component reads, and read what it writes. */
const codec = /^engine\/(?:wire\/|devices\/[^/]+\/(?:.+-)?(?:protocol|registers)\.ts$)/;
const exporting = /^export\s+(?:declare\s+|abstract\s+|async\s+)*(?:const|let|function\*?|class|interface|type|enum)\s+([\w$]+)([^\n]*)/gm;
const number = /^(?::\s*\w+)?\s*=\s*-?(?:0x)?[\da-f][\da-f_.]*(?:\s*(?:<<|\*)\s*\d+)?;?\s*$/i;

const ofTests = (path: string): boolean => /\.(?:test|spec)\.tsx?$/.test(path) || path.startsWith('engine/tests/') || path.startsWith('e2e/');

/** One sentence for each export of the project's own code that nobody uses. */
export function unusedExports(sources: readonly Source[]): string[] {
  const texts = sources.map(({ path, text }) => ({ path, code: withoutComments(text) }));
  const users = new Map<string, Set<string>>();
  for (const { path, code } of texts) {
    for (const [word] of code.matchAll(/[\w$]+/g)) users.set(word, (users.get(word) ?? new Set<string>()).add(path));
  }
  return texts.filter(({ path }) => !ofTests(path)).flatMap(({ path, code }) =>
    [...code.matchAll(exporting)].flatMap(([, name = '', rest = '']) => {
      const others = [...users.get(name)!].filter((other) => other !== path);
      if (`${path} ${name}` in kept || (path in tables && number.test(rest))) return [];
      if (others.some((other) => !ofTests(other)) || code.split(new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`)).length > 2) return [];
      if (others.length === 0) return [`${path} exports ${name}, which nobody uses`];
      return codec.test(path) ? [] : [`${path} exports ${name}, which tests alone use`];
    }),
  );
}
