const signedIn = '@request.auth.id != ""';
const mine = `${signedIn} && owner = @request.auth.id`;

const own = {
	/** Nobody makes a record in somebody else's name. */
	create: `${signedIn} && @request.body.owner = @request.auth.id`,
	/** The owner cannot be given away: it is left out of a change, or is still the same person. */
	update: `${mine} && (@request.body.owner = "" || @request.body.owner = @request.auth.id)`,
	delete: mine,
} as const;

/** Every record belongs to one person, who alone may see and change it. */
export const ownerRules = { list: mine, view: mine, ...own } as const;

/** Everybody who is signed in reads; each one writes their own. */
export const sharedRules = { list: signedIn, view: signedIn, ...own } as const;

/** Everybody reads, also without signing in; each one writes their own. */
export const shownRules = { list: '', view: '', ...own } as const;

/** Everybody reads and adds; nobody changes or removes what is there. */
export const boardRules = { list: '', view: '', create: '', update: null, delete: null } as const;

export const ownerField = {
	name: 'owner',
	type: 'relation',
	collection: 'users',
	required: true,
	maxSelect: 1,
	cascadeDelete: true,
} as const;

export const created = { name: 'created', type: 'autodate', onCreate: true } as const;
