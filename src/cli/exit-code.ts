/** What the shell sees. 70 is EX_SOFTWARE of BSD's sysexits. */
export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
export const EXIT_INTERNAL = 70;
