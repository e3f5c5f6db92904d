import './.ci/node20.mjs';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { compressedTwins, policyTag } from './.ci/build-plugins.mjs';

export default defineConfig({
  // Relative addresses: the build works under any path of any static host.
  base: './',
  plugins: [react(), policyTag(), compressedTwins()],
  build: {
    target: 'es2022',
    // The policy allows no inline script and no data: address but for pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  worker: { format: 'es' },
  test: {
    include: ['engine/tests/**/*.test.ts', 'app/**/*.test.{ts,tsx}'],
    environment: 'node',
  },
});
