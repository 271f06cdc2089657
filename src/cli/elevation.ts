// The way to elevate.ts, whose bundle is loaded by those who need it.
export const elevation = () => require('./elevate.cjs') as typeof import('./elevate.ts');
