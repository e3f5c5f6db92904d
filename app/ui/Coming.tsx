/** What is on its way into the page. Nobody sees it, but whoever waits until everything is drawn (`viridian.painted()`) waits for it. */
import { Suspense } from 'react'

/** What is on its way bears this name: `painted()` looks for it. */
export const COMING = 'coming'

export const coming = <template className={COMING} />

export function Coming({ children }: { readonly children: React.ReactNode }) {
  return <Suspense fallback={coming}>{children}</Suspense>
}
