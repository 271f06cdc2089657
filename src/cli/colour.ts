// Colour, where a terminal shows it: the door to chalk. A bundle of its own, for what goes into a pipe has none.
import chalk from 'chalk';
import type { Colour } from './print.ts';

export const paint = (colour: Colour, text: string): string => chalk[colour](text);
