export declare function sources(): string[];
export declare function pictures(): string[];
export declare function placeOf(source: string): string;
export declare function withLinks(text: string, source: string, pages: readonly string[]): string;
