/** Runs before each test file of the engine, also where files share their modules. */
// The machine's own hop kinds have their codes before those that tests declare.
import '../catalogue.ts';
import { afterAll, afterEach } from 'vitest';
import './bytes-compared.ts';
import { endWatch, failIfFound, openWatch } from './watched.ts';

openWatch();
afterEach(failIfFound);
afterAll(endWatch);
