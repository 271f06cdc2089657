// What tmux tells of a pane, in a form that can be compared: each row as its characters with their attributes,
// whatever sequences tmux chose to write them down with.

/** DEC's line drawing, which tmux tells between SO and SI, as the characters that it stands for. */
const LINE_DRAWING: Record<string, string> = Object.fromEntries(
  [...'`afgjklmnopqrstuvwxyz{|}~'].map((each, i) => [each, [...'◆▒°±┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·'][i] as string]),
);

/**
 * Rows of `capture-pane -e`: ‹attributes› before what has them. Blanks at the end that have none but a background are
 * dropped: tmux tells them if they were written, and not if they were erased, which looks the same.
 */
export function rowsOf(captured: string): string[] {
  const pen = new Map<string, string>();
  let isDrawing = false;
  return captured.split('\n').map((line) => {
    let row = '';
    let kept = 0;
    let style = '';
    for (const [token, sgr] of line.matchAll(/\x1b\[([0-9;:]*)m|\x1b\].*?\x1b\\|./gsu)) {
      if (sgr !== undefined) apply(pen, sgr);
      else if (token === '\x0e' || token === '\x0f') isDrawing = token === '\x0e';
      else {
        const now = [...pen.keys()].sort().map((key) => `${key}${pen.get(key)}`);
        if (now.join(' ') !== style) row += `‹${(style = now.join(' '))}›`;
        row += isDrawing ? (LINE_DRAWING[token] ?? token) : token;
        if (token !== ' ' || !/^(ground\S*)?$/.test(style)) kept = row.length;
      }
    }
    return row.slice(0, kept);
  });
}

/** The same without attributes. */
export const textOf = (rows: string[]) => rows.join('\n').replace(/‹[^›]*›/g, '');

/** One SGR of those that tmux writes. */
function apply(pen: Map<string, string>, sgr: string): void {
  const codes = sgr.split(';');
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as string;
    const number = Number.parseInt(code || '0', 10);
    if (number === 0) pen.clear();
    else if (number === 38 || number === 48 || number === 58) {
      const whole = code.includes(':') ? code : codes.slice(i, (i += codes[i + 1] === '5' ? 2 : 4) + 1).join(':');
      pen.set(number === 38 ? 'ink' : number === 48 ? 'ground' : 'line', whole.replace(/^\d+/, ''));
    } else if ((number >= 30 && number <= 37) || (number >= 90 && number <= 97)) pen.set('ink', code);
    else if ((number >= 40 && number <= 47) || (number >= 100 && number <= 107)) pen.set('ground', code);
    else if (number === 39) pen.delete('ink');
    else if (number === 49) pen.delete('ground');
    else if (number === 59) pen.delete('line');
    else if (number === 4) pen.set('underlined', code);
    else if (number < 10 || number === 53) pen.set(`sgr${number}`, '');
    else throw new Error(`tmux wrote SGR ${sgr}`);
  }
}
