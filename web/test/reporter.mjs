// Says only what failed, and how many passed; with PAGE_REPORT=all one line for each that passed too, and with
// PAGE_REPORT=times its seconds before it.
export default async function* report(source) {
  let passed = 0;
  let failed = 0;
  for await (const event of source) {
    if (event.data?.details?.type === 'suite' || event.data?.nesting === undefined) {
      continue;
    }
    if (event.type === 'test:pass') {
      if (event.data.skip !== undefined) {
        yield `SKIPPED ${event.data.name}\n`;
        continue;
      }
      passed++;
      if (process.env.PAGE_REPORT === 'all') {
        yield `PASSED ${event.data.name}\n`;
      } else if (process.env.PAGE_REPORT === 'times') {
        yield `${(event.data.details.duration_ms / 1000).toFixed(1).padStart(6)} s ${event.data.name}\n`;
      }
    } else if (event.type === 'test:fail') {
      failed++;
      const cause = event.data.details.error.cause ?? event.data.details.error;
      yield `FAILED ${event.data.name}\n${cause.stack ?? cause}\n`;
    }
  }
  yield `page: ${passed} passed, ${failed} failed\n`;
}
