/**
 * Ports and connections: tables in pages of their owner's pool, found by id. A port belongs to the receiver, a connection to the
 * sender. Sources: T2 14.4, 14.9. SPEC [PORT-*].
 */
import { get32, get53, put32 } from '../wire/bytes.ts';
import {
  HV_STATUS_INSUFFICIENT_MEMORY, HV_STATUS_INVALID_CONNECTION_ID, HV_STATUS_INVALID_PARAMETER, HV_STATUS_INVALID_PARTITION_ID,
  HV_STATUS_INVALID_PARTITION_STATE, HV_STATUS_INVALID_PORT_ID, HV_STATUS_INVALID_VP_INDEX, HV_STATUS_NO_RESOURCES, HV_STATUS_SUCCESS,
} from '../wire/hv-status.ts';
import { ANY_VP, EVENT_FLAGS_PER_SINT, PORT_EVENT, PORT_ID_LIMIT, PORT_MESSAGE } from '../wire/synic.ts';
import type { Act } from '../sim/act.ts';
import {
  CONNECTED, CONNECTION_BYTES, CONNECTION_PARTITION, CONNECTION_PORT, CONNECTION_TYPE, DEAD, P_CONNECTIONS, P_PORTS, partitionPage,
  partitionState, PORT_BUFFER_PAGE, PORT_BYTES, PORT_FLAGS, PORT_PARTNER, PORT_SINT, PORT_TYPE, PORT_VP, STATE_ACTIVE, STATE_FINALIZING, vpOf,
} from './objects.ts';
import { returnPage, takePage } from './pool.ts';

const TABLES = 8;

/** Reference to an entry: machine page * 4096 + offset; 0: none. A number below 2^53. */
type Entry = number;

export function entryPage(entry: Entry): number {
  return Math.floor(entry / 4096);
}

export function entryOffset(entry: Entry): number {
  return entry % 4096;
}

/** Finds an entry by id; ids are usually small and dense, so the search begins where such an id would stand. */
function find(act: Act, dir: number, partition: number, tables: number, bytes: number, typeAt: number, id: number): Entry {
  const page = partitionPage(act, dir, partition);
  if (page === 0) return 0;
  const p = act.spa(page);
  const perTable = 4096 / bytes;
  for (let t = 0; t < TABLES; t++) {
    const table = get32(p, tables + 4 * t);
    if (table === 0) return 0;
    const entries = act.spa(table);
    for (let i = 0; i < perTable; i++) {
      const at = ((id + i) % perTable) * bytes;
      if (get32(entries, at) === id && get32(entries, at + typeAt) !== 0) return table * 4096 + at;
    }
  }
  return 0;
}

/** A free entry near where `id` is looked for first; 0: the pool is empty, -1: all tables are full. */
function findFree(act: Act, dir: number, partition: number, tables: number, bytes: number, typeAt: number, id: number): Entry {
  const page = partitionPage(act, dir, partition);
  const perTable = 4096 / bytes;
  for (let t = 0; t < TABLES; t++) {
    let table = get32(act.spa(page), tables + 4 * t);
    if (table === 0) {
      table = takePage(act, dir, partition);
      if (table === 0) return 0;
      put32(act.spaForWrite(page), tables + 4 * t, table);
    }
    const entries = act.spa(table);
    for (let i = 0; i < perTable; i++) {
      const at = ((id + i) % perTable) * bytes;
      if (get32(entries, at + typeAt) === 0) return table * 4096 + at;
    }
  }
  return -1;
}

export function findPort(act: Act, dir: number, partition: number, id: number): Entry {
  return find(act, dir, partition, P_PORTS, PORT_BYTES, PORT_TYPE, id);
}

export function findConnection(act: Act, dir: number, partition: number, id: number): Entry {
  return find(act, dir, partition, P_CONNECTIONS, CONNECTION_BYTES, CONNECTION_TYPE, id);
}

/** HvCreatePort. [PORT-1] [PORT-2] */
export function createPort(act: Act, dir: number, input: Uint8Array, at: number): number {
  const owner = get53(input, at);
  const id = get32(input, at + 8);
  const partner = get53(input, at + 16);
  const type = get32(input, at + 24);
  const sint = get32(input, at + 32);
  const vp = get32(input, at + 36);
  const flags = get32(input, at + 40);
  if (partitionPage(act, dir, partner) === 0 || partner === owner) return HV_STATUS_INVALID_PARTITION_ID;
  if (partitionState(act, dir, owner) !== STATE_ACTIVE || partitionState(act, dir, partner) !== STATE_ACTIVE) return HV_STATUS_INVALID_PARTITION_STATE;
  if (id >= PORT_ID_LIMIT || findPort(act, dir, owner, id) !== 0) return HV_STATUS_INVALID_PORT_ID;
  const refused = portInfoRefusal(type, sint, flags);
  if (refused !== 0) return refused;
  if (vp !== ANY_VP && vpOf(act, dir, owner, vp) < 0) return HV_STATUS_INVALID_VP_INDEX;
  const entry = findFree(act, dir, owner, P_PORTS, PORT_BYTES, PORT_TYPE, id);
  if (entry <= 0) return entry === 0 ? HV_STATUS_INSUFFICIENT_MEMORY : HV_STATUS_NO_RESOURCES;
  const buffers = type === PORT_MESSAGE ? takePage(act, dir, owner) : 0;
  if (type === PORT_MESSAGE && buffers === 0) return HV_STATUS_INSUFFICIENT_MEMORY;
  const table = act.spaForWrite(entryPage(entry));
  const e = entryOffset(entry);
  table.fill(0, e, e + PORT_BYTES);
  put32(table, e, id);
  put32(table, e + PORT_TYPE, type);
  put32(table, e + PORT_PARTNER, partner);
  put32(table, e + PORT_SINT, sint);
  put32(table, e + PORT_VP, vp);
  put32(table, e + PORT_FLAGS, flags);
  put32(table, e + PORT_BUFFER_PAGE, buffers);
  return HV_STATUS_SUCCESS;
}

/** SINT 1 to 15; an event port has 1 to 2047 flags that end below 2048; monitor ports are left out. [PORT-2] */
function portInfoRefusal(type: number, sint: number, flags: number): number {
  if (type !== PORT_MESSAGE && type !== PORT_EVENT) return HV_STATUS_INVALID_PARAMETER;
  if (sint < 1 || sint > 15) return HV_STATUS_INVALID_PARAMETER;
  if (type === PORT_MESSAGE) return flags === 0 ? 0 : HV_STATUS_INVALID_PARAMETER;
  const count = flags >>> 16;
  return count === 0 || (flags & 0xffff) + count >= EVENT_FLAGS_PER_SINT ? HV_STATUS_INVALID_PARAMETER : 0;
}

/** HvConnectPort: one connection per port, only from the partition the port names. [PORT-3] */
export function connectPort(act: Act, dir: number, input: Uint8Array, at: number): number {
  const owner = get53(input, at);
  const id = get32(input, at + 8);
  const portOwner = get53(input, at + 16);
  const portId = get32(input, at + 24);
  const type = get32(input, at + 32);
  if (partitionPage(act, dir, portOwner) === 0) return HV_STATUS_INVALID_PARTITION_ID;
  if (partitionState(act, dir, owner) !== STATE_ACTIVE || partitionState(act, dir, portOwner) !== STATE_ACTIVE) return HV_STATUS_INVALID_PARTITION_STATE;
  if (id >= PORT_ID_LIMIT || findConnection(act, dir, owner, id) !== 0) return HV_STATUS_INVALID_CONNECTION_ID;
  const port = portId >= PORT_ID_LIMIT ? 0 : findPort(act, dir, portOwner, portId);
  if (port === 0) return HV_STATUS_INVALID_PORT_ID;
  const pe = entryOffset(port);
  const ports = act.spa(entryPage(port));
  // Taken already, or meant for another partition.
  if (get32(ports, pe + PORT_PARTNER) !== owner) return HV_STATUS_INVALID_PORT_ID;
  if (get32(ports, pe + PORT_TYPE) !== type) return HV_STATUS_INVALID_PARAMETER;
  const entry = findFree(act, dir, owner, P_CONNECTIONS, CONNECTION_BYTES, CONNECTION_TYPE, id);
  if (entry <= 0) return entry === 0 ? HV_STATUS_INSUFFICIENT_MEMORY : HV_STATUS_NO_RESOURCES;
  const table = act.spaForWrite(entryPage(entry));
  const e = entryOffset(entry);
  put32(table, e, id);
  put32(table, e + CONNECTION_TYPE, type);
  put32(table, e + CONNECTION_PARTITION, portOwner);
  put32(table, e + CONNECTION_PORT, portId);
  put32(act.spaForWrite(entryPage(port)), pe + PORT_PARTNER, owner | CONNECTED);
  return HV_STATUS_SUCCESS;
}

/** HvDeletePort: its buffers are gone, queued or not; the connection is dead from now on. [PORT-4] */
export function deletePort(act: Act, dir: number, owner: number, id: number): number {
  const port = id >= PORT_ID_LIMIT ? 0 : findPort(act, dir, owner, id);
  if (port === 0) return HV_STATUS_INVALID_PORT_ID;
  if (!mayLose(act, dir, owner)) return HV_STATUS_INVALID_PARTITION_STATE;
  const table = act.spaForWrite(entryPage(port));
  const e = entryOffset(port);
  const partner = get32(table, e + PORT_PARTNER);
  if (partner >= CONNECTED) killConnection(act, dir, partner - CONNECTED, owner, id);
  const buffers = get32(table, e + PORT_BUFFER_PAGE);
  table.fill(0, e, e + PORT_BYTES);
  if (buffers !== 0) returnPage(act, dir, owner, buffers);
  dropEmptyTables(act, dir, owner, P_PORTS, PORT_BYTES, PORT_TYPE);
  return HV_STATUS_SUCCESS;
}

/** Active, or being finalized, when the hypervisor itself takes ports and connections away. */
function mayLose(act: Act, dir: number, owner: number): boolean {
  const state = partitionState(act, dir, owner);
  return state === STATE_ACTIVE || state === STATE_FINALIZING;
}

function killConnection(act: Act, dir: number, partition: number, portOwner: number, portId: number): void {
  const p = act.spa(partitionPage(act, dir, partition));
  for (let t = 0; t < TABLES; t++) {
    const page = get32(p, P_CONNECTIONS + 4 * t);
    if (page === 0) return;
    const table = act.spaForWrite(page);
    for (let at = 0; at < 4096; at += CONNECTION_BYTES) {
      const type = get32(table, at + CONNECTION_TYPE);
      if (type === 0 || get32(table, at + CONNECTION_PORT) !== portId || get32(table, at + CONNECTION_PARTITION) !== portOwner) continue;
      put32(table, at + CONNECTION_TYPE, type | DEAD);
    }
  }
}

/** HvDisconnectPort: what is queued stays queued; the port may be connected again. [PORT-5] */
export function disconnectPort(act: Act, dir: number, owner: number, id: number): number {
  const connection = id >= PORT_ID_LIMIT ? 0 : findConnection(act, dir, owner, id);
  if (connection === 0) return HV_STATUS_INVALID_CONNECTION_ID;
  if (!mayLose(act, dir, owner)) return HV_STATUS_INVALID_PARTITION_STATE;
  const table = act.spaForWrite(entryPage(connection));
  const e = entryOffset(connection);
  const dead = (get32(table, e + CONNECTION_TYPE) & DEAD) !== 0;
  const port = dead ? 0 : findPort(act, dir, get32(table, e + CONNECTION_PARTITION), get32(table, e + CONNECTION_PORT));
  if (port !== 0) put32(act.spaForWrite(entryPage(port)), entryOffset(port) + PORT_PARTNER, owner);
  table.fill(0, e, e + CONNECTION_BYTES);
  dropEmptyTables(act, dir, owner, P_CONNECTIONS, CONNECTION_BYTES, CONNECTION_TYPE);
  return HV_STATUS_SUCCESS;
}

/** A table without an entry goes back to the pool; those behind it move up, because the first missing one ends the search. [PORT-6] */
function dropEmptyTables(act: Act, dir: number, owner: number, tables: number, bytes: number, typeAt: number): void {
  const p = act.spaForWrite(partitionPage(act, dir, owner));
  for (let t = TABLES - 1; t >= 0; t--) {
    const table = get32(p, tables + 4 * t);
    if (table === 0 || !isEmptyTable(act.spa(table), bytes, typeAt)) continue;
    for (let i = t; i < TABLES; i++) put32(p, tables + 4 * i, i + 1 < TABLES ? get32(p, tables + 4 * (i + 1)) : 0);
    returnPage(act, dir, owner, table);
  }
}

function isEmptyTable(entries: Uint8Array, bytes: number, typeAt: number): boolean {
  for (let at = 0; at < 4096; at += bytes) if (get32(entries, at + typeAt) !== 0) return false;
  return true;
}

/** Id of a port (or connection) that a partition still has, or -1. */
export function anyEntry(act: Act, dir: number, owner: number, connections: boolean): number {
  const bytes = connections ? CONNECTION_BYTES : PORT_BYTES;
  const typeAt = connections ? CONNECTION_TYPE : PORT_TYPE;
  const p = act.spa(partitionPage(act, dir, owner));
  for (let t = 0; t < TABLES; t++) {
    const table = get32(p, (connections ? P_CONNECTIONS : P_PORTS) + 4 * t);
    if (table === 0) continue;
    const entries = act.spa(table);
    for (let at = 0; at < 4096; at += bytes) if (get32(entries, at + typeAt) !== 0) return get32(entries, at);
  }
  return -1;
}
