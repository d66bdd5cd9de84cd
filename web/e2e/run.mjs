// Runs the tests of the page in a real browser against the real server, two files at a time: a page mostly waits.
//   node e2e/run.mjs [FILE...]     all *.test.mjs here, or only those whose name contains one of these
// Ends with "N passed, N failed". Without a browser or ffmpeg it says so and passes.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumPath } from './rig.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const missing = (program) => spawnSync(program, ['-version']).error !== undefined;

if (!existsSync(chromiumPath)) {
  console.log('skipped: no Chromium here; set CHROMIUM to where it is');
} else if (missing('ffmpeg')) {
  console.log('skipped: no ffmpeg here');
} else {
  const wanted = process.argv.slice(2);
  const files = readdirSync(here)
    .filter((name) => name.endsWith('.test.mjs'))
    .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
    .sort()
    .map((name) => join(here, name));
  const reporter = join(here, '../test/reporter.mjs');
  const run = spawnSync(process.execPath, ['--test', '--test-concurrency=2', `--test-reporter=${reporter}`, ...files], { stdio: 'inherit' });
  process.exit(run.status ?? 1);
}
