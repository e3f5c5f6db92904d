import './.ci/node20.mjs'
import { availableParallelism } from 'node:os'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vitest/config'
import { buildName } from './.ci/build-name.mjs'
import { compressedTwins, policyTag, typesForScripts } from './.ci/build-plugins.mjs'
import { firstPicture } from './app/diagram/layout/prerender.ts'

/** The architecture is legible before any script has come: its static picture is part of the page. */
function picture(): Plugin {
  return {
    name: 'viridian:first-picture',
    transformIndexHtml: (html) => html.replace('<div id="root"></div>', () => `<div id="root">${firstPicture()}</div>`),
  }
}

export default defineConfig({
  // Relative addresses: the build works under any path of any static host.
  base: './',
  define: { __VIRIDIAN_BUILD__: JSON.stringify(buildName()) },
  plugins: [react(), picture(), policyTag(), typesForScripts(), compressedTwins()],
  build: {
    target: 'es2022',
    // The policy allows no inline script and no data: address but for pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    // The page draws with a few functions and names of the engine; the machine itself belongs to the Worker's bundle alone.
    rolldownOptions: { treeshake: { moduleSideEffects: [{ test: /[\\/]engine[\\/]/, sideEffects: false }] } },
  },
  worker: { format: 'es' },
  test: {
    environment: 'node',
    // Every processor; by itself Vitest leaves one idle.
    maxWorkers: availableParallelism(),
    // A busy machine is no failure: this is here for tests that never end.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      // The engine keeps nothing in its modules: its tests share them, and what is compiled for one file is there for the next.
      { extends: true, test: { name: 'engine', include: ['engine/tests/**/*.test.ts'], isolate: false, setupFiles: 'engine/tests/setup.ts' } },
      // The page has stores, and its tests put stand-ins on the global object.
      { extends: true, test: { name: 'app', include: ['app/**/*.test.{ts,tsx}'] } },
    ],
  },
})
