import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// Relative addresses everywhere: the page works at / and at /any/base/ behind a proxy.
// Nothing is inlined as a data: address and no polyfill script stands in the HTML, because the
// content security policy allows only files of this origin.
export default defineConfig({
  base: './',
  plugins: [svelte()],
  build: {
    rolldownOptions: { checks: { pluginTimings: false } },
    outDir: 'target/classes/io/tapedeck/web/page',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    chunkSizeWarningLimit: 800,
    reportCompressedSize: true,
  },
  worker: { format: 'es' },
});
