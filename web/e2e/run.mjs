// Runs the tests of the page in a real browser against the real server, one after the other.
//   node e2e/run.mjs [FILE...]     all *.test.mjs here, or only those whose name contains one of these
// Ends with "N passed, N failed". Without a browser or ffmpeg it says so and passes.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

if (process.env.PAGE_TESTS === undefined) {
  const again = spawnSync(
    process.execPath,
    ['--test-reporter=' + join(here, '../test/reporter.mjs'), fileURLToPath(import.meta.url), ...process.argv.slice(2)],
    { stdio: 'inherit', env: { ...process.env, PAGE_TESTS: '1' } },
  );
  process.exit(again.status ?? 1);
}

const missing = (program) => spawnSync(program, ['-version']).error !== undefined;
const { allFaults, chromiumPath, closeAll } = await import('./rig.mjs');
if (!existsSync(chromiumPath)) {
  console.log('skipped: no Chromium here; set CHROMIUM to where it is');
} else if (missing('ffmpeg')) {
  console.log('skipped: no ffmpeg here');
} else {
  const wanted = process.argv.slice(2);
  const files = readdirSync(here)
    .filter((name) => name.endsWith('.test.mjs'))
    .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
    .sort();
  const { after, test } = await import('node:test');
  const { deepEqual } = await import('node:assert/strict');
  after(closeAll);
  for (const file of files) {
    await import(join(here, file));
  }
  test('in no test did a page leave its origin, break its policy or complain', () => deepEqual(allFaults, []));
}
