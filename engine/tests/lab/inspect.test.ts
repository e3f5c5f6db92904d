import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../lab/decode-bytes.ts';
import { bytesOfHex } from '../../wire/bytes.ts';
import { fed, realLab, rest } from './real.ts';
import { runOut, toyLab } from './toy.ts';

describe('the inspector', () => {
  it('[INSPECT-1] shows a packet in the ring after its write, decoded, and changes nothing', () => {
    const lab = realLab();
    rest(lab);
    const print = lab.fingerprint();
    const write = lab.kinds.findIndex((kind) => kind.name === 'vmbus.ringWriteGuest');
    let n = lab.status().start + 1;
    while (lab.run.hopAt(n).kind !== write) n++;
    const seen = fed(lab, () => lab.inspectHop(n));
    expect(seen.sentence).toMatch(/writes a READ\(10\) packet of 96 bytes into the ring, because/);
    expect(seen.bytes[0]!.after.length).toBeGreaterThanOrEqual(16);
    expect(seen.bytes[0]!.before).not.toEqual(seen.bytes[0]!.after);
    const value = (name: string): string => seen.bytes[0]!.fields.find((field) => field.name === name)!.value;
    expect(value('Operation')).toMatch(/EXECUTE_SRB/);
    expect(value('OperationCode')).toMatch(/READ\(10\)/);
    expect(seen.bytes[0]!.fields.every((field) => !field.missing)).toBe(true);
    expect(seen.bytes[0]!.where).toMatch(/^Alpha GPA 0x[0-9A-F]{8}$/);
    expect(seen.sources[0]!.title).not.toBe('');
    expect(seen.cost.letter).toMatch(/^[ABCDM]$/);
    expect(lab.fingerprint()).toBe(print);
    expect(lab.status().tip).toBe(lab.status().n);
  });

  it('[INSPECT-6] [LAYOUT-3] a packet written where nothing stood changes all its fields, and has the members of its kind alone', () => {
    const lab = realLab();
    rest(lab);
    const seenAt = (name: string) => {
      const kind = lab.kinds.findIndex((k) => k.name === name);
      let n = lab.status().start + 1;
      while (lab.run.hopAt(n).kind !== kind) n++;
      return fed(lab, () => lab.inspectHop(n)).bytes[0]!;
    };
    const request = seenAt('vmbus.ringWriteGuest');
    expect(request.before.every((byte) => byte === 0)).toBe(true);
    expect(request.fieldsBefore!.map((field) => field.name)).toEqual(request.fields.map((field) => field.name));
    expect(request.fieldsBefore!.find((field) => field.name === 'Operation')!.value).toBe('0');
    expect(request.fields.map((field) => field.name)).not.toContain('SenseData');
    const names = seenAt('vmbus.ringWriteRoot').fields.map((field) => field.name);
    expect(names).toContain('SenseData');
    expect(names).not.toContain('Cdb');
    expect(names).not.toContain('Opcode');
  });

  it('[INSPECT-6] a sector that arrives where nothing stood changes its fields', () => {
    const master = new Uint8Array(512);
    master.set([0x5d, 0x38, 0xfe, 0xe4], 0x1b8);
    master.set([0x55, 0xaa], 510);
    const before = fieldsOf('sector', new Uint8Array(512), master);
    const after = fieldsOf('sector', master);
    expect(before.map((field) => field.name)).toEqual(after.map((field) => field.name));
    expect(before.find((field) => field.name === 'DiskSignature')!.value).toBe('0');
    expect(fieldsOf('sector', new Uint8Array(512).fill(0x61), new Uint8Array(512).fill(7))[0]!.value).toMatch(/^text/);
    expect(fieldsOf('sector', master, new Uint8Array(512).fill(7))[0]!.value).toBe('master boot record');
  });

  it('[INSPECT-7] a completion has the body of what was asked: properties, nothing, or a SCSI request', () => {
    const lab = realLab();
    const kind = lab.kinds.findIndex((k) => k.name === 'vmbus.ringWriteRoot');
    const completions: Record<string, readonly string[]> = {};
    rest(lab);
    for (let n = 1; n <= lab.status().start + 60; n++) {
      if (lab.run.hopAt(n).kind !== kind) continue;
      const { sentence, bytes } = fed(lab, () => lab.inspectHop(n));
      completions[/its ([A-Z_]+(?: CAPACITY)?)/.exec(sentence)![1]!] ??= bytes[0]!.fields.map((field) => field.name);
    }
    expect(completions['QUERY_PROPERTIES']).toEqual(expect.arrayContaining(['ProtocolVersion', 'MaxTransferBytes', 'UniqueId']));
    for (const step of ['BEGIN_INITIALIZATION', 'QUERY_PROTOCOL_VERSION', 'END_INITIALIZATION', 'QUERY_PROPERTIES']) {
      expect(completions[step]).toContain('Status');
      expect(completions[step]).not.toEqual(expect.arrayContaining(['CdbLength']));
    }
    for (const request of ['INQUIRY', 'READ']) expect(completions[request]).toEqual(expect.arrayContaining(['CdbLength', 'SenseData']));
  });

  it('[INSPECT-6] what stood where nothing is left is read as it was', () => {
    const packet = bytesOfHex('0600020002000000 0600000000000000');
    const names = (fields: readonly { readonly name: string }[]): readonly string[] => fields.map((field) => field.name);
    expect(names(fieldsOf('vmbus.packet', packet, new Uint8Array(16)))).toEqual(names(fieldsOf('vmbus.packet', packet)));
  });

  it('[INSPECT-1] every hop of the default scenario can be inspected', () => {
    const lab = realLab();
    rest(lab);
    const { start, n } = lab.status();
    let shown = 0;
    for (let at = start + 1; at <= n; at += 13) {
      const { bytes, sentence } = fed(lab, () => lab.inspectHop(at));
      expect(sentence.length).toBeGreaterThan(20);
      shown += bytes.length;
    }
    expect(shown).toBeGreaterThan(3);
    expect(() => lab.inspectHop(n + 1)).toThrow(/has not acted/);
  });

  it('[INSPECT-1] components show their state before and after the last hop, and their pages', () => {
    const lab = realLab();
    rest(lab);
    const { components } = lab.view();
    for (const { index, path } of components) {
      const seen = fed(lab, () => lab.inspectComponent(index));
      expect(seen.component.path).toBe(path);
      expect(seen.after).not.toBeUndefined();
    }
    const bytesOf = (path: string) => fed(lab, () => lab.inspectComponent(components.find((c) => c.path === path)!.index)).bytes;
    expect(bytesOf('alpha/channel').map((b) => b.label)).toContain('Header of the ring to the root');
    const header = bytesOf('alpha/channel').find((b) => b.label === 'Header of the ring to the root')!;
    expect(header.fields.map(({ name, value, missing }) => [name, name === 'Reserved' ? value : '', missing])).toEqual([['WriteIndex', '', false], ['ReadIndex', '', false], ['InterruptMask', '', false], ['Reserved', '4084 zero bytes', false]]);
    expect(bytesOf('hypervisor/apic').length).toBe(6);
    expect(bytesOf('root/kernel').some((b) => b.label.startsWith('SIM page slot 0'))).toBe(true);
    expect(bytesOf('alpha/vmbus')[0]!.after.length).toBe(4096);
  });

  it('[INSPECT-1] state before a hop is that of the hop before', () => {
    const lab = toyLab();
    lab.intend({ count: 5 });
    runOut(lab);
    const at = lab.kinds.findIndex((kind) => kind.name === 'toy.call');
    let n = lab.status().n;
    while (lab.run.hopAt(n).kind !== at) n--;
    lab.seek(n);
    const hypervisor = lab.view().components.find((c) => c.type === 'x')!.index;
    const { before, after } = lab.inspectComponent(hypervisor) as { before: { calls: number }; after: { calls: number } };
    expect(after.calls).toBe(before.calls + 1);
  });

  it('[INSPECT-2] a port access shows its register and the status bit by bit', () => {
    const lab = realLab();
    rest(lab);
    const answer = lab.kinds.findIndex((kind) => kind.name === 'vmwp.portDone');
    let n = lab.status().start + 1;
    while (lab.run.hopAt(n).kind !== answer) n++;
    const [access] = fed(lab, () => lab.inspectHop(n)).bytes;
    expect(access!.where).toBe('I/O port 0x1F7');
    const value = (name: string): string => access!.fields.find((field) => field.name.startsWith(name))!.value;
    expect([value('Direction'), value('Value'), value('BSY'), value('DRDY')]).toEqual(['read (IN)', '0x50', '0', '1']);
    // The byte is the value's; everything else is said of the access and stands nowhere.
    expect(access!.fields.filter(({ at }) => at >= 0).map(({ name, at, bytes }) => [name, at, bytes])).toEqual([['Value', 0, access!.after.length]]);
  });

  it('[INSPECT-3] sectors are decoded by what stands in them', () => {
    const lab = realLab();
    rest(lab);
    const dma = lab.kinds.findIndex((kind) => kind.name === 'disk.dma');
    const first: string[] = [];
    for (let n = lab.status().start + 1; n <= lab.status().n; n++) {
      if (lab.run.hopAt(n).kind === dma) first.push(fed(lab, () => lab.inspectHop(n)).bytes[0]!.fields[0]!.name);
    }
    expect(first).toEqual(expect.arrayContaining(['Sector', 'BootCode', 'BS_jmpBoot', 'DIR_Name']));
  });

  it('[INSPECT-1] the message of an intercept is shown on its way, not after its buffer was freed', () => {
    const lab = realLab();
    rest(lab);
    const posted = lab.kinds.findIndex((kind) => kind.name === 'synic.intercept');
    let n = lab.status().start + 1;
    while (lab.run.hopAt(n).kind !== posted) n++;
    const message = fed(lab, () => lab.inspectHop(n)).bytes[0]!;
    expect(message.fields.find((field) => field.name === 'MessageType')!.value).toMatch(/0x80010000/);
  });
});
