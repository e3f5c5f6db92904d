/** How long functions are, measured by their braces. */
import { codeOf } from './sources.ts';

export interface Measured {
  /** The line the function's body opens on, as written. */
  readonly opening: string;
  readonly line: number;
  readonly lines: number;
}

const controls = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'await']);

/** The word before the parenthesis that closes at the end of this text. */
function wordBeforeParenthesis(text: string): string {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === ')') depth += 1;
    if (text[at] === '(') depth -= 1;
    if (depth === 0) return /(\w*)\s*$/.exec(text.slice(0, at))?.[1] ?? '';
  }
  return '';
}

/** Whether a brace after this text opens the body of a function. `closedType`: the text ends with a return type in braces. */
function opensFunction(before: string, closedType: boolean): boolean {
  if (/=>\s*$/.test(before) || closedType) return true;
  const signature = /\)\s*(?::[^;{}=()]*[^;{}=():\s|&,<]\s*)?$/.exec(before);
  return signature !== null && !controls.has(wordBeforeParenthesis(before.slice(0, signature.index + 1)));
}

export function functionsOf(text: string): Measured[] {
  const code = codeOf(text);
  const written = text.split('\n');
  const found: Measured[] = [];
  const open: { line: number; body: boolean; type: boolean }[] = [];
  let line = 1;
  let typeEndsAt = -1;
  for (let at = 0; at < code.length; at++) {
    const mark = code[at];
    if (mark === '\n') line += 1;
    else if (mark === '{') {
      // Two thousand characters hold any signature, and keep the measure linear.
      const before = code.slice(Math.max(0, at - 2000), at);
      const closedType = typeEndsAt >= 0 && /^[\s[\]]*$/.test(code.slice(typeEndsAt + 1, at));
      open.push({ line, body: opensFunction(before, closedType), type: /\)\s*:\s*(?:readonly\s+)?$/.test(before) });
    } else if (mark === '}') {
      const closed = open.pop();
      if (closed?.type) typeEndsAt = at;
      if (closed?.body)
        found.push({
          opening: (written[closed.line - 1] ?? '').trim(),
          line: closed.line,
          lines: line - closed.line + 1,
        });
    }
  }
  return found;
}
