// What a stage of the checks counts for: what its runner counted itself, else one check.
import { existsSync, readFileSync } from 'node:fs';

/** What passed at once, what passed only when it was run again, what failed. */
/** @typedef {{ passed: number, second?: number, failed: number }} Count */
/** @typedef {{ name: string, needs?: string, words: string[], report?: string, count?: (report: any) => Count }} Stage */

/**
 * A stage that should have left a report and left none, or half of one (its runner was killed while it wrote), has failed.
 * @param {Pick<Stage, 'report' | 'count'>} stage
 * @param {unknown} code its exit code
 * @returns {Count}
 */
export function countOf({ report, count }, code) {
  if (!report || !count) return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  try {
    const { failed, ...rest } = count(JSON.parse(readFileSync(report, 'utf8')));
    return { ...rest, failed: code === 0 ? failed : Math.max(failed, 1) };
  } catch (error) {
    console.error(`The report ${report} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return { passed: 0, failed: 1 };
  }
}
