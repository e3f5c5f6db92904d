/** What is on its way into the page. Nobody sees it, but whoever waits until everything is drawn (`viridian.painted()`) waits for it. */
import { Suspense } from 'react'

export const coming = <template className="coming" />

export function Coming({ children }: { readonly children: React.ReactNode }) {
  return <Suspense fallback={coming}>{children}</Suspense>
}
