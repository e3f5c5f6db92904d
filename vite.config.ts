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
    include: ['engine/tests/**/*.test.ts', 'app/**/*.test.{ts,tsx}'],
    environment: 'node',
    // A busy machine is no failure: this is here for tests that never end.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
