import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { readFileSync } from 'node:fs';

/** Writes sw.js: the service worker, with the files of the first load and a version that changes with them. */
function serviceWorker(): Plugin {
  return {
    name: 'tapedeck-service-worker',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((each) => each.type === 'chunk');
      const first = new Set<string>();
      const add = (name: string) => {
        const chunk = chunks.find((each) => each.fileName === name);
        if (chunk && !first.has(name)) {
          first.add(name);
          chunk.viteMetadata?.importedCss.forEach((css) => first.add(css));
          chunk.imports.forEach(add);
        }
      };
      chunks.filter((each) => each.isEntry && each.name === 'index').forEach((each) => add(each.fileName));
      const files = [...first].sort();
      const source = readFileSync(new URL('./src/sw.js', import.meta.url), 'utf8')
        .replace('__VERSION__', files.join(' ').replace(/assets\/|\.(js|css)/g, ''))
        .replace('__SHELL__', JSON.stringify(['./', ...files.map((name) => `./${name}`)]));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}


// Relative addresses everywhere: the page works at / and at /any/base/ behind a proxy.
// Nothing is inlined as a data: address and no polyfill script stands in the HTML, because the
// content security policy allows only files of this origin.
export default defineConfig({
  base: './',
  plugins: [svelte(), serviceWorker()],
  build: {
    rolldownOptions: { checks: { pluginTimings: false }, input: ['index.html', 'link.html', 'docs.html'] },
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
