// The version of this build, from package.json (put in by esbuild's --define).

declare const VERSION: string;

export const version: string = VERSION;
