/** Jobs in numbered slots: the number travels as the cookie of a call, and the slot is used again when the job has ended. */

/** Puts a job into the first free slot; returns its number, or -1 when `most` jobs are under way. */
export function keepJob<J>(jobs: (J | null)[], job: J, most: number): number {
  const free = jobs.indexOf(null);
  if (free >= 0) {
    jobs[free] = job;
    return free;
  }
  if (jobs.length >= most) return -1;
  jobs.push(job);
  return jobs.length - 1;
}
