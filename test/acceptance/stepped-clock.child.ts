/**
 * Loaded before the product (`--import`): its clock is that of the machine, stepped by as many milliseconds as stand in
 * a file now. Timers go on as they do when a machine's clock is set.
 */
import { readFileSync } from 'node:fs';

const file = process.env['STEPPED_CLOCK'] ?? '';
const real = Date.now.bind(Date);
let step = 0;
const look = (): void => {
  step = Number(readFileSync(file, 'utf8'));
};
look();
setInterval(look, 20).unref();
Date.now = () => real() + step;
