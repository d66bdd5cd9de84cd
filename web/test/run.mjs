// Runs the unit tests (*.test.ts) with node's own runner; vite turns the TypeScript into what node reads.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const server = await createServer({
  root: dirname(here),
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true, include: [] },
});
const tests = readdirSync(here).filter((name) => name.endsWith('.test.ts')).sort();
for (const name of tests) {
  await server.ssrLoadModule(join(here, name));
}
await server.close();
