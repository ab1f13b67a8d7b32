/** The time, as an argument: tests pass their own. */
export type Clock = () => Date;

/** `YYYY-MM-DD HH:MM:SS.mmmZ`, UTC: how dates are stored and sent; compared as text (tools/types/datetime.go). */
export const formatDate = (date: Date): string => date.toISOString().replace('T', ' ');
