/**
 * Stands in for the package `esm-env`, by which svelte knows where it runs: as constants that the bundler sees
 * through, so that what is for development and servers drops out.
 */
export const BROWSER = true;
export const DEV = false;
export const NODE = false;
