// The engine's only door: everything the page and the command line may see is exported here.
export const engineName = 'Viridian Lab'
