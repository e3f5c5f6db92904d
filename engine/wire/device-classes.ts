/** Class GUIDs of synthetic devices, with fixed instance GUIDs where there are. Source: LNX hyperv.h; OVM device crates. [VMSG-7] */
import type { Era } from './eras.ts';
import { allEras, from2008r2, only2012 } from './eras.ts';

export interface DeviceClass {
  readonly id: string;
  readonly name: string;
  readonly guid: string;
  /** Fixed instance GUID, or '' when each device has its own. */
  readonly instance: string;
  readonly eras: readonly Era[];
}

function device(id: string, name: string, guid: string, eras: readonly Era[] = allEras, instance = ''): DeviceClass {
  return { id, name, guid, instance, eras };
}

export const CLASS_SCSI = 'ba6163d9-04a1-4d29-b605-72e2ffb1dc7f';
export const CLASS_IDE = '32412632-86cb-44a2-9b5c-50d1417354f5';
export const CLASS_NETWORK = 'f8615163-df3e-46c5-913f-f2d2f965ed0e';

/** The keyboard is 2012 and later (corrections 9); dynamic memory came with a service pack of 2008 R2. */
export const deviceClasses: readonly DeviceClass[] = [
  device('scsi', 'SCSI controller', CLASS_SCSI),
  device('ide', 'IDE accelerator', CLASS_IDE),
  device('network', 'network adapter', CLASS_NETWORK),
  device('video', 'video', 'da0a7802-e377-4aac-8e77-0558eb1073f8', allEras, '5620e0c7-8062-4dce-aeb7-520c7ef76171'),
  device('mouse', 'mouse', 'cfa8b69e-5b4a-4cc0-b98b-8ba1a1f3f95a', allEras, '58f75a6d-d949-4320-99e1-a2a2576d581c'),
  device('keyboard', 'keyboard', 'f912ad6d-2b17-48ea-bd65-f927a61c7684', only2012, 'd34b2567-b9b6-42b9-8778-0a4ec0b955bf'),
  device('heartbeat', 'heartbeat', '57164f39-9115-4e78-ab55-382f3bd5422d'),
  device('shutdown', 'operating system shutdown', '0e0b6031-5213-4934-818b-38d90ced39db', allEras, 'b6650ff7-33bc-4840-8048-e0676786f393'),
  device('timesync', 'time synchronization', '9527e630-d0ae-497b-adce-e80ab0175caf', allEras, '2dd1ce17-079e-403c-b352-a1921ee207ee'),
  device('kvp', 'data exchange', 'a9a0f4e7-5a45-4d96-b827-8a841e8c03e6', allEras, '242ff919-07db-4180-9c2e-b86cb68c8c55'),
  device('vss', 'backup (volume snapshot)', '35fa2e29-ea23-4236-96ae-3a6ebacba440'),
  device('balloon', 'dynamic memory', '525074dc-8985-46e2-8057-a307dc18a502', from2008r2),
  device('fibre-channel', 'Fibre Channel adapter', '2f9bcc4a-0069-4af3-b76b-6fd0be528cda', only2012),
];

/** The name of a class GUID in lower-case text, or the text itself. */
export function deviceClassName(guid: string): string {
  return deviceClasses.find((c) => c.guid === guid)?.name ?? guid;
}

/** Instance GUID of the accelerator of one IDE drive: channel and drive are 0 or 1. OVM storvsp; L09 BlkVsc.c. */
export function ideInstance(channel: number, drive: number): string {
  return `0000000${channel}-000${drive}-8899-0000-000000000000`;
}
