import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

// While pages are worked on, `npx vite` serves them and asks this gateway.
const gateway = 'http://127.0.0.1:8480';

// Once, here, and as small as can be: the gateway's processor has better things to do. What is small already is left alone.
const compress: Plugin = {
  name: 'compress',
  apply: 'build',
  closeBundle() {
    const files = readdirSync('dist', { recursive: true, withFileTypes: true });
    for (const file of files.filter((one) => one.isFile() && /\.(html|js|css|svg)$/.test(one.name))) {
      const path = join(file.parentPath, file.name);
      const plain = readFileSync(path);
      writeFileSync(`${path}.br`, brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
    }
  },
};

export default defineConfig({
  plugins: [compress],
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
