/** The synthetic disk: the component types of its two halves, and what a builder must know of them. */
export { storvscType } from './vsc.ts';
export { storvscPages, type StorvscConfig } from './vsc-state.ts';
export { storvspType } from './vsp.ts';
export { STORVSP_PAGES, type StorvspConfig } from './vsp-state.ts';
