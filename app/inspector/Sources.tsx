/** Where a claim comes from: its status, the places in the sources, and what the abbreviations stand for. */
import type { SourceView } from '../../engine/index.ts'

const statusWords: Readonly<Record<string, string>> = {
  documented: 'documented: a public source says so',
  derived: 'derived: follows from public sources',
  inferred: 'inferred: the most likely reading; no public source settles it',
  simplified: 'simplified here',
}

export function Status({ status, simplified }: { readonly status: string; readonly simplified: string | null }) {
  return (
    <>
      <p className={`status status-${status}`}>{statusWords[status] ?? status}</p>
      {simplified ? <p className="simplified">{simplified}</p> : null}
    </>
  )
}

/** One line for each source with all places in it; below, once, what the source is and where it can be read. */
export function Sources({ sources }: { readonly sources: readonly SourceView[] }) {
  const titles = [...new Map(sources.map((source) => [source.id, source])).values()]
  if (titles.length === 0) return null
  return (
    <section className="sources-box" aria-label="Where this comes from">
      <h3>Sources</h3>
      <ul className="sources" aria-label="Sources">
        {titles.map(({ id, title, where, link }) => {
          const places = sources.filter((source) => source.id === id && source.locator !== '').map((source) => source.locator)
          return (
            <li key={id}>
              <b>{id}</b> {places.join('; ')}
              <span className="source-title">
                {link ? <a href={link} target="_blank" rel="noreferrer">{title}</a> : title}
                {where ? <span className="source-where"> · {where}</span> : null}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
