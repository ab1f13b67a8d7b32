/** Bounds of one expression (tools/search/provider.go); every one has its error. */
export const LIMITS = {
	/** UTF-8 bytes of a client's filter. Rules of a collection have no length of their own. */
	filterBytes: 3500,
	/** Comparisons in one filter or rule. */
	comparisons: 200,
	/** Open parentheses at once. More than `comparisons` of them can only be redundant. */
	depth: 200,
	/** Calls within calls. */
	callDepth: 3,
	sortFields: 8,
	/** UTF-8 bytes of one sort field. */
	sortFieldBytes: 255,
	/** Relations crossed by one path. */
	relations: 6,
	strftimeArguments: 10,
} as const;
