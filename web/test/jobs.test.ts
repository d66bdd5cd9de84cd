import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Jobs } from '../src/media/jobs';

test('a job sees that it was cancelled, and no other job does', async () => {
  const jobs = new Jobs();
  let go = () => undefined as void;
  const gate = new Promise<void>((resolve) => (go = resolve));
  const seen = [false, false];
  const both = [0, 1].map((job) => jobs.run(job, async (cancelled) => {
    await gate;
    seen[job] = cancelled();
  }));
  jobs.cancel(1);
  go();
  await Promise.all(both);
  assert.deepEqual(seen, [false, true]);
});

test('nothing is kept of jobs, however they end', async () => {
  const jobs = new Jobs();
  const fail = jobs.run(2, async () => {
    throw new Error('unreadable');
  });
  await assert.rejects(fail);
  for (let job = 3; job < 1000; job++) {
    await jobs.run(job, async () => undefined);
    // A page cancels late: its message crosses the answer.
    jobs.cancel(job);
  }
  assert.equal(jobs.size, 0);
});
