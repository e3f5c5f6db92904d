/** What of the scenario is changed stands in the address too: `era=ws2012`, `beta.path=dma`. */

/** The words of the address that change the machine. */
export function variantInAddress(search = location.search): Record<string, string> {
  const words: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(search)) {
    if (name === 'era' || name === 'profile' || name.includes('.')) words[name] = value
  }
  return words
}

/** The same address with these words instead, and nothing that belongs to another run. */
export function addressOfVariant(words: Readonly<Record<string, string>>, dropped: readonly string[]): URL {
  const address = new URL(location.href)
  for (const name of [...Object.keys(variantInAddress()), ...dropped]) address.searchParams.delete(name)
  for (const [name, value] of Object.entries(words)) address.searchParams.set(name, value)
  return address
}
