/** Pages are rendered in the browser only: no server load can leak what a bearer token must guard. */
export const ssr = false;
