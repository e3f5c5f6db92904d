/**
 * Posts: keyframes close to where somebody looks, set while the run is repeated up to there. Whoever steps back, or looks at what
 * lies around a hop, then repeats a few hops and not a stretch of them. Nothing but time depends on a post. [HIST-15]
 */
import type { Keyframe } from '../sim/machine.ts';
import { bytesAdded, postsCap } from './caps.ts';
import { frameAtOrBefore, halfAtOrBefore, stretchOf, type Branch, type History, type Post } from './history.ts';

/** How far before the hop that is gone to posts are set; whoever goes on from there finds one at every scale. */
const distances = [2048, 512, 128, 32, 8];
/** A post this close to another keyframe shortens nothing. */
const LEAST = 8;
const POSTS_MOST = 16;

/** The hops at which posts are set on the way from hop `from` to hop `to`, in order. */
export function postsOnTheWay(from: number, to: number): readonly number[] {
  return distances.map((distance) => to - distance).filter((n) => n >= from + LEAST);
}

/** Rows are written as the run is repeated: whoever begins within a stretch must find those before there. */
export function hasRows({ stretches }: Branch, n: number): boolean {
  const stretch = stretches[stretchOf(n + 1)];
  return !stretch || stretch.first > n || (stretch.log !== null && stretch.first + stretch.filled > n);
}

/** The nearest keyframe at or before hop `n` of the branch: of a stretch, of its middle, or a post. */
export function nearestFrame(history: History, branch: Branch, n: number): Keyframe {
  const half = halfAtOrBefore(branch, n);
  const frame = half && hasRows(branch, half.n) ? half : frameAtOrBefore(branch, n);
  let best: Post | null = null;
  for (const post of branch.posts) if (post.frame.n <= n && post.frame.n > (best?.frame ?? frame).n && hasRows(branch, post.frame.n)) best = post;
  if (!best) return frame;
  best.used = ++history.looks;
  return best.frame;
}

/** Sets a post. Only one branch has any: the one that is looked at; those used longest ago make room. */
export function setPost(history: History, branch: Branch, frame: Keyframe, cap = postsCap()): void {
  for (const other of history.branches) if (other !== branch) other.posts = [];
  const near = nearestFrame(history, branch, frame.n);
  if (frame.n - near.n < LEAST) return;
  branch.posts.push({ frame, bytes: bytesAdded(frame, near), used: ++history.looks });
  let bytes = branch.posts.reduce((sum, post) => sum + post.bytes, 0);
  while (branch.posts.length > POSTS_MOST || (bytes > cap && branch.posts.length > 0)) {
    const oldest = branch.posts.reduce((a, b) => (b.used < a.used ? b : a));
    bytes -= oldest.bytes;
    branch.posts = branch.posts.filter((post) => post !== oldest);
  }
}
