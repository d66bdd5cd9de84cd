// Builds the page when something it is made of has changed since the last time; else does nothing.
// Run by Maven (pom.xml) and by hand. Needs node and npm on the path.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, 'target');
const page = join(target, 'classes/io/tapedeck/web/page/index.html');

const PACKAGES = ['package.json', 'package-lock.json', '.npmrc'];
const SOURCES = ['src', 'public', 'test', 'index.html', 'link.html', 'docs.html', 'vite.config.ts', 'svelte.config.js', 'tsconfig.json'];

function files(path) {
  const full = join(here, path);
  if (!existsSync(full)) {
    return [];
  }
  const entries = readdirSync(dirname(full), { withFileTypes: true });
  const entry = entries.find((each) => join(dirname(full), each.name) === full);
  return entry?.isDirectory()
    ? readdirSync(full)
        .sort()
        .flatMap((name) => files(join(path, name)))
    : [path];
}

/** A digest of what the named step is made of: contents, not times, so that a fresh clone or a touch changes nothing. */
function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(files)) {
    hash.update(path).update('\0').update(readFileSync(join(here, path))).update('\0');
  }
  return hash.digest('hex');
}

function isDone(stamp, wanted) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

function done(stamp, wanted) {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

function run(command, ...args) {
  const result = spawnSync(command, args, {
    cwd: here,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.error?.code === 'ENOENT') {
    console.error(`The page is built with node 20.19 or newer and npm; ${command} was not found.`);
    process.exit(1);
  }
  if (result.status !== 0) {
    process.exit(result.status ?? 1);
  }
}

const node = (script, ...args) => run(process.execPath, join(here, 'node_modules', script), ...args);

const installed = join(here, 'node_modules/.tapedeck-installed');
const packages = digest(PACKAGES);
if (!isDone(installed, packages)) {
  run('npm', 'ci', '--no-fund', '--no-audit', '--loglevel=error');
  done(installed, packages);
}

const sources = digest([...PACKAGES, ...SOURCES]);
const built = join(target, 'page.stamp');
if (!existsSync(page) || !isDone(built, sources)) {
  node('svelte-check/bin/svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human');
  run(process.execPath, '--test-reporter=./test/reporter.mjs', 'test/run.mjs');
  node('vite/bin/vite.js', 'build', '--logLevel', 'warn');
  run(process.execPath, join(here, 'test/weight.mjs'));
  done(built, sources);
}
