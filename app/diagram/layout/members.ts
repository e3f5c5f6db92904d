/** Which components one part of the overview stands for. Pure. */
import { stocks } from './parts.ts'

/** Paths of the components that one part of the overview stands for together with this one; '*' is its own guest. */
export function membersWith(path: string): readonly string[] {
  const [first = ''] = path.split('/')
  const guest = first === 'root' || first === 'hypervisor' || first === 'hardware' ? '' : first
  if (path.startsWith('root/vmwp/')) {
    const worker = path.split('/').slice(0, 3).join('/')
    return [worker, `${worker}/ide`, `${worker}/pic`]
  }
  const { rootKernel, synthetic, emulated, hypervisor } = stocks.architecture
  const slots = guest === '' ? [...rootKernel, ...hypervisor] : [...synthetic, ...emulated]
  const groups = slots.map((slot) => [slot.path, ...(slot.also ?? [])].map((member) => member.replace('*', guest)))
  return groups.find((group) => group.includes(path)) ?? [path]
}
