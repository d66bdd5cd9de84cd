// Runs the tests of the page in a real browser against the real server, some files at a time: a page mostly waits.
//   node e2e/run.mjs [FILE...]     all *.test.mjs here, or only those whose name begins so
// Ends with "N passed, N failed". Without a browser or ffmpeg it says so and passes.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumPath, Server, work } from './harness.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const missing = (program) => spawnSync(program, ['-version']).error !== undefined;
/** The longest begin first, so that none runs alone at the end. */
const FIRST = ['3-', '5-', '2-', '7-', '9-'];
const place = (name) => (FIRST.findIndex((each) => name.startsWith(each)) + FIRST.length + 1) % (FIRST.length + 1);

if (!existsSync(chromiumPath)) {
  console.log('skipped: no Chromium here; set CHROMIUM to where it is');
} else if (missing('ffmpeg')) {
  console.log('skipped: no ffmpeg here');
} else {
  const wanted = process.argv.slice(2);
  const files = readdirSync(here)
    .filter((name) => name.endsWith('.test.mjs'))
    .filter((name) => wanted.length === 0 || wanted.some((part) => name.startsWith(part)))
    .sort((one, other) => place(one) - place(other))
    .map((name) => join(here, name));
  process.exitCode = await run(files);
}

/** One server for all, beside those that a test starts for itself. */
async function run(files) {
  const server = await new Server().start();
  const shared = { PAGE_URL: server.url, PAGE_DATA: server.data, PAGE_MEDIA: work };
  const reporter = join(here, '../test/reporter.mjs');
  const tests = spawn(process.execPath, ['--test', `--test-concurrency=${availableParallelism() + 1}`, `--test-reporter=${reporter}`, ...files], {
    stdio: 'inherit',
    env: { ...process.env, ...shared },
  });
  const code = await new Promise((resolve) => tests.once('exit', resolve));
  await server.stop();
  return code ?? 1;
}
