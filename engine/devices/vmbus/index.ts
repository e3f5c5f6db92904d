/** VMBus: the component types of its two drivers and of the channel between them, and what a builder must know of them. */
export { channel } from './channel.ts';
export { VMBUS_CLIENT_PAGES, vmbusClient, type VmbusClientConfig } from './client.ts';
export { vmbusServer } from './server.ts';
export { VMBUS_SERVER_PAGES, type VmbusServerConfig } from './server-state.ts';
