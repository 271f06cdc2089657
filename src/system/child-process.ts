// Node's child_process, loaded when something is to be run: most supervisors never run anything, and it takes a tenth of
// their start.

export const childProcess = () => require('node:child_process') as typeof import('node:child_process');
