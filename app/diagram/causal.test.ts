import { describe, expect, it } from 'vitest'
import { placed, tagsOf, type Thread } from './causal.ts'
import { architecture, defaultGuests } from './layout/architecture.ts'
import { createRouter } from './layout/routes.ts'

const drawing = architecture(defaultGuests, { depth: 'mechanism' })
const router = createRouter(drawing)
const components = ['hypervisor/synic', 'hypervisor/apic', 'root/kernel', 'root/winhv'].map((path) => ({ path }))
const boxOf = (path: string): unknown => drawing.parts.find((part) => part.path === path)!.box
const routeOf = (from: string, to: string): ReturnType<typeof router.route> => router.route(from, to, 0)

const threads: readonly Thread[] = [
  { n: 12, role: 'effect', from: 2, to: 3, behalf: 1 },
  { n: 14, role: 'effect', from: 2, to: 3, behalf: 1 },
  { n: 10, role: 'cause', from: 0, to: 1, behalf: 1 },
  { n: 11, role: 'here', from: 1, to: 2, behalf: 1 },
]

describe('cause and effect over the machine', () => {
  it('marks the part where the cause began and the part where an effect ends, and the ways between', () => {
    const drawn = placed(threads, components, drawing, routeOf)
    const of = (n: number) => drawn.find(({ thread }) => thread.n === n)!
    expect(of(10).end).toEqual(boxOf('hypervisor/synic'))
    expect(of(12).end).toEqual(boxOf('root/winhv'))
    expect(of(11).end).toBeNull()
    for (const { way, head } of drawn) {
      expect(way.length).toBeGreaterThan(1)
      expect(head.split(' ')).toHaveLength(3)
    }
  })

  it('says a word for each marked part, effects in one part together', () => {
    expect(tagsOf(placed(threads, components, drawing, routeOf)).map(({ role, hops }) => [role, hops])).toEqual([['effect', [12, 14]], ['cause', [10]]])
  })

  it('draws nothing of a way that has not been found yet', () => {
    const [first] = placed(threads, components, drawing, () => null)
    expect(first).toMatchObject({ way: [], head: '', end: boxOf('root/winhv') })
  })
})
