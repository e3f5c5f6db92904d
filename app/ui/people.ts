/** Who asks: a request of a person comes from Hyper-V Manager when it is about the machine, and from a console when it is about a guest. */
const ofManager = /^ask\.(?:createVm|startVm|turnOff|deleteVm|bootRoot|burn)/

/** By the name of the hop kind, which is what a person asked for. */
export function personOf(kind: string): string {
  return ofManager.test(kind) ? 'Hyper-V Manager' : 'Somebody at a vmconnect console'
}
