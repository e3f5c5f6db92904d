/** How the inspector's tables say numbers, and how they read a state of which they know little. */
import type { Kernel } from '../sim/kernel.ts';
import type { Loose } from './state-tables.ts';

export function num(state: Loose | undefined, name: string): number {
  const value = state?.[name];
  return typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : 0;
}

export function word(state: Loose | undefined, name: string): string {
  const value = state?.[name];
  return typeof value === 'string' ? value : '';
}

export function part(state: Loose | undefined, name: string): Loose {
  const value = state?.[name];
  return value !== null && typeof value === 'object' ? (value as Loose) : {};
}

/** A list of records, `null` entries and typed arrays included. */
export function list(state: Loose | undefined, name: string): readonly (Loose | null)[] {
  const value = state?.[name];
  return Array.isArray(value) ? (value as (Loose | null)[]) : [];
}

export function numbers(state: Loose | undefined, name: string): readonly number[] {
  const value = state?.[name];
  if (Array.isArray(value)) return value as number[];
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : [];
}

/** 1234567 as '1 234 567', with thin spaces that do not break. */
export function counted(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

export function hex(value: number, digits = 0): string {
  return `0x${(value >>> 0).toString(16).toUpperCase().padStart(digits, '0')}`;
}

export function bytesText(bytes: number): string {
  return `${counted(bytes)} bytes`;
}

export function yes(value: number | boolean): string {
  return value ? 'yes' : 'no';
}

/** 'Storage VSP' for a component's index; a dash for none. */
export function nameOf(kernel: Kernel, component: number): string {
  const { components, partitions } = kernel.m;
  const type = kernel.types[components.types[component] ?? -1];
  if (component < 0 || type === undefined) return '–';
  const partition = components.partitions[component]!;
  return partition > 1 ? `${type.title} of ${partitions.titles[partition]}` : type.title;
}

export function partitionName(kernel: Kernel, partition: number): string {
  return kernel.m.partitions.titles[partition] ?? `partition ${partition}`;
}

/** A request by the number of the hop that began it, counted from the start as everywhere on the page. */
export function requestText(request: number, start: number): string {
  const hop = request - start;
  return request > 0 ? `${hop < 0 ? '−' : ''}${counted(Math.abs(hop))}` : '–';
}
