/** Columns of text, each as wide as its widest cell. */
export interface TextColumn {
  readonly heading: string;
  readonly alignment: 'left' | 'right';
}

/**
 * @param paint colors a whole row, by its index; lengths are measured before it
 */
export function formatTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  paint: (line: string, index: number) => string = (line) => line,
): string {
  const widths = columns.map(({ heading }, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), heading.length),
  );
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return columns[column]?.alignment === 'left' ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  const heading = lineOf(columns.map((column) => column.heading));
  return `${[heading, ...rows.map((row, index) => paint(lineOf(row), index))].join('\n')}\n`;
}
