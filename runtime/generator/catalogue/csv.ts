/** One row of a CSV text and the line it starts on, counted from 1. */
interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Reads CSV as RFC 4180 has it: quoted cells may hold commas, doubled quotes and line breaks. Empty lines are left out. */
export function* readCsv(text: string): Generator<CsvRow> {
  let cells: string[] = [];
  let line = 1;
  let rowLine = 1;
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      let from = at + 1;
      let end = text.indexOf('"', from);
      while (end >= 0 && text[end + 1] === '"') {
        cell += text.slice(from, end + 1);
        from = end + 2;
        end = text.indexOf('"', from);
      }
      if (end < 0) end = text.length;
      cell += text.slice(from, end);
      line += cell.split('\n').length - 1;
      at = end + 1;
    }
    const rest = /[,\n]/g;
    rest.lastIndex = at;
    const end = rest.exec(text)?.index ?? text.length;
    cells.push(cell + text.slice(at, end).replace(/\r$/, ''));
    at = end + 1;
    if (text[end] !== ',') {
      if (cells.length > 1 || cells[0] !== '') yield { line: rowLine, cells };
      cells = [];
      line++;
      rowLine = line;
    }
  }
  if (cells.length > 0) yield { line: rowLine, cells };
}
