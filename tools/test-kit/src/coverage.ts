/** The part of a coverage map of istanbul that we read. */
export interface CoverageMap {
  files(): readonly string[];
  fileCoverageFor(file: string): {
    toSummary(): { readonly lines: { readonly total: number; readonly covered: number } };
  };
}

/**
 * How many lines of each package the tests came by: a figure to look at, for which nobody is to write
 * a test. What processes of their own run, which tests start by the dozen, is not in it.
 */
export function coverageLines(map: CoverageMap): string[] {
  const packages = new Map<string, { covered: number; total: number }>();
  for (const file of map.files()) {
    const name = /packages[\\/]([^\\/]+)[\\/]src[\\/]/.exec(file)?.[1];
    if (name === undefined) continue;
    const { covered, total } = map.fileCoverageFor(file).toSummary().lines;
    const sum = packages.get(name) ?? { covered: 0, total: 0 };
    packages.set(name, { covered: sum.covered + covered, total: sum.total + total });
  }
  return [...packages]
    .map(([name, { covered, total }]) => {
      const share = total === 0 ? "100.0" : ((100 * covered) / total).toFixed(1);
      return `coverage of ${name}: ${share} % of lines (${covered} of ${total})`;
    })
    .sort();
}
