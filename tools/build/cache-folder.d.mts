type Environment = Readonly<Record<string, string | undefined>>;

export function cacheFolder(name: string, env: Environment): string | undefined;
export function isOurs(folder: string): boolean;
