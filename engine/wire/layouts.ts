/**
 * Every layout of the lab in one list, so that a page finds one by its id. A file of layouts is added here once. [LAYOUT-1]
 */
import { ataLayouts } from './ata-layouts.ts';
import { completionLayout } from './disk-completion.ts';
import type { Era } from './eras.ts';
import { diskLayouts } from './disk-layouts.ts';
import { listingLayout } from './fs-listing.ts';
import { hypercallLayouts } from './hypercall-layouts.ts';
import type { Layout } from './layout.ts';
import { mdlLayout } from './mdl.ts';
import { ringLayouts } from './ring-layouts.ts';
import { storageLayouts } from './storage-layouts.ts';
import { synicLayouts } from './synic-layouts.ts';
import { vmbusLayouts } from './vmbus-layouts.ts';

export const layouts: readonly Layout[] = [
  ...ringLayouts, ...synicLayouts, ...hypercallLayouts, ...vmbusLayouts, ...storageLayouts, ...ataLayouts, ...diskLayouts,
  mdlLayout, completionLayout, listingLayout,
];

/** The layout of this id that holds in the era, or null. Ids are unique, so an era only ever excludes. */
export function layoutById(id: string, era?: Era): Layout | null {
  const found = layouts.find((layout) => layout.id === id);
  return found === undefined || (era !== undefined && !found.eras.includes(era)) ? null : found;
}
