export declare function problemsOfSite(
  folder: string,
): Promise<{ readonly problems: string[]; readonly pages: number }>;
