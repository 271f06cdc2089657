// The native parts, loaded to see that they can be: of this machine, this libc and this Node.
import './libc.ts';
