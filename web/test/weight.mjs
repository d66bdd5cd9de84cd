// The first load, script and style together, stays below its limit; what is loaded later does not count.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const LIMIT = 120_000;
const page = join(dirname(dirname(fileURLToPath(import.meta.url))), 'target/classes/io/tapedeck/web/page');
const html = readFileSync(join(page, 'index.html'), 'utf8');
const first = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1]);
const weight = first.reduce((sum, name) => sum + gzipSync(readFileSync(join(page, name))).length, 0);
if (first.length < 2 || weight > LIMIT) {
  console.error(`The first load weighs ${weight} bytes in ${first.length} files; ${LIMIT} are allowed.`);
  process.exit(1);
}
if (/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=/i.test(html)) {
  console.error('index.html has inline script or style, which the content security policy refuses.');
  process.exit(1);
}
const later = readdirSync(join(page, 'assets')).length - first.length;
console.log(`page: first load ${(weight / 1000).toFixed(1)} kB gzipped; ${later} files load when needed`);
