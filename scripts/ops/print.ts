/** Lines of columns, each as wide as its widest cell. */
export const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string => {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const units: [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** How long ago a time was, in its largest unit: `3 h`. Nothing for no time. */
export const ago = (time: string | undefined, now: number): string => {
  if (time === undefined) return '';
  const passed = Math.max(0, now - Date.parse(time));
  const [unit, size] = units.find(([, milliseconds]) => passed >= milliseconds) ?? ['s', 1_000];
  return `${Math.floor(passed / size)} ${unit}`;
};
