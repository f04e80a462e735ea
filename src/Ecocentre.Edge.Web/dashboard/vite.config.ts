import { defineConfig } from 'vite';

// While pages are worked on, `npx vite` serves them and asks this gateway.
const gateway = 'http://127.0.0.1:8480';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // The gateway's Content-Security-Policy knows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': gateway, '/health': gateway } },
});
