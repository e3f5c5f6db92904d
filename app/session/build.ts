/** Which build this is: the package's version and a hash of the engine's files, made when it was built. Links carry it. */
declare const __VIRIDIAN_BUILD__: string

export const build: string = __VIRIDIAN_BUILD__
