/** Words the house does not use, each with the one it uses instead. */
import { codeOf, type Source } from './sources.ts';

interface Word {
  readonly where: RegExp;
  /** Looked for in code: comments and strings are blanked. */
  readonly banned: RegExp;
  readonly instead: string;
}

const engine = /^engine\/(?!cli\/|tests\/)/;
const ours = /^(?:engine|app)\//;

export const words: readonly Word[] = [
  { where: engine, banned: /\bDate\b/g, instead: 'SimTime from the machine' },
  { where: engine, banned: /\bperformance\s*\.\s*now\b/g, instead: 'SimTime from the machine' },
  { where: engine, banned: /\bMath\s*\.\s*random\b/g, instead: "the machine's generator" },
  { where: engine, banned: /\bMath\s*\.\s*(?:exp|expm1|log\w*|pow|a?sinh?|a?cosh?|a?tanh?|atan2|cbrt)\b/g, instead: 'a table or integer code: the last bit differs between engines' },
  { where: engine, banned: /\b(?:setTimeout|setInterval|queueMicrotask|requestAnimationFrame)\b/g, instead: 'a hop with a transit time' },
  { where: engine, banned: /\basync\b|\bawait\b|\bnew Promise\b|\bPromise\s*\./g, instead: 'a value; advance may stop with needs' },
  { where: engine, banned: /\b\w*checkpoint\w*/gi, instead: 'keyframe (checkpoint is a word of Hyper-V)' },
  { where: ours, banned: /\b\w*(?:dom0)\w*/gi, instead: 'root' },
  { where: ours, banned: /\b\w*vcpu\w*/gi, instead: 'VP' },
  // A word of its own or a part of a compound: hostMemory, perHost; not ghost, and not the property of an address.
  { where: ours, banned: /(?<!location\s*\.\s*)\b(?:host(?![a-z])\w*|\w*[a-z]Hosts?(?![a-z])\w*)/g, instead: 'root' },
  { where: engine, banned: /\bexport\s+(?:type\s+)?\*/g, instead: 'export by name' },
];

export function bannedWords({ path, text }: Source): string[] {
  const code = codeOf(text);
  return words
    .filter(({ where }) => where.test(path))
    .flatMap(({ banned, instead }) =>
      [...code.matchAll(banned)].map((match) => {
        const line = code.slice(0, match.index).split('\n').length;
        return `${path}:${line} says ${match[0].trim()}; the house says ${instead}`;
      }),
    );
}

const shapeless = /^(?:utils?|utilities|common|helpers?|misc|stuff)$/i;

/** A file or folder named after nothing gathers everything. */
export const isShapeless = (path: string): boolean => path.split('/').some((part) => shapeless.test(part.replace(/\..*$/, '')));
