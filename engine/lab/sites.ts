/**
 * Where a component is found: the place where it runs, but for the rings of a VMBus channel. They run nowhere: they lie in pages of
 * a guest that the root may reach too, and hops to and from them are stores and loads. [CHAN-1]
 */
import type { Place } from '../wire/borders.ts';

export type Site = Place | 'memory';

/** `type` is the name of the component's type. */
export function siteOf({ type, place }: { readonly type: string; readonly place: Place }): Site {
  return type === 'channel' ? 'memory' : place;
}
