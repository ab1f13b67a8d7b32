export type Who = 'everybody' | 'users' | 'owner' | 'nobody';
export type Action = 'read' | 'create' | 'update' | 'delete';

export interface RuleIntent {
	readonly kind: 'rule';
	readonly who: Who;
	readonly actions: readonly Action[];
	readonly table: string | undefined;
}

const who: readonly (readonly [Who, string])[] = [
	[
		'nobody',
		String.raw`nobody(?: but me| except me)?|no one|no-one|(?:only|just) (?:i|me)|only the builder`,
	],
	[
		'owner',
		String.raw`(?:only |just )?(?:the )?(?:owner|author|creator|person|one|people|whoever|who)s?(?: alone)?(?: (?:who|that|which))? ?(?:wrote|made|added|created|owns|own|posted)? ?(?:it|them|an? \w+)?(?: themselves)?(?: only)?`,
	],
	[
		'users',
		String.raw`(?:only |just )?(?:all |every )?(?:(?:signed|logged)[- ]in|registered)(?: people| users?| members?| visitors?| persons?)?|(?:only |just )?(?:people|users|those|everybody|everyone|who) who (?:are|is) (?:signed|logged) in|(?:only )?members(?: only)?|only users`,
	],
	[
		'everybody',
		String.raw`everybody|everyone|anybody|anyone|all people|all visitors|visitors|the public|every visitor|any visitor|people without an account`,
	],
];

const actionWords: readonly (readonly [Action, RegExp])[] = [
	['read', /^(?:read|see|view|list|look at)$/i],
	['create', /^(?:add|create|post|write|sign|submit|send|make|vote|answer)$/i],
	['update', /^(?:change|edit|update|modify)$/i],
	['delete', /^(?:delete|remove)$/i],
];
const participles: readonly (readonly [Action, RegExp])[] = [
	['read', /^(?:read|seen|viewed|listed|visible)$/i],
	['create', /^(?:added|created|posted|written|sent)$/i],
	['update', /^(?:changed|edited|updated|modified)$/i],
	['delete', /^(?:deleted|removed)$/i],
];

const verbs = String.raw`((?:read|see|view|list|look at|add|create|post|write|sign|submit|send|make|vote|answer|change|edit|update|modify|delete|remove)(?:(?:,| and| or|, and) (?:read|see|view|list|add|create|post|write|change|edit|update|modify|delete|remove))*)`;
const object = String.raw`(?: (?:the |all |new |any |existing |every |each |single |a |an )*(?:their own |his own |own |other people's )?([\p{L}][\p{L}\p{N}_ -]{1,30}?))?`;
const modal = String.raw`(?:may|can|could|should|must|should be able to|should be allowed to|is allowed to|are allowed to|be able to|is able to)`;
const done = String.raw`((?:read|seen|viewed|visible|added|created|posted|written|sent|changed|edited|updated|modified|deleted|removed)(?:(?:,| and| or) (?:read|seen|added|changed|edited|updated|deleted|removed))*)`;

/** Who may do what: `only I may delete`, `let everybody read the recipes`, `make the notes private`. */
export function ruleIntent(request: string): RuleIntent | undefined {
	// Somebody's own things only.
	const own =
		/\b(?:people|users|everybody|everyone|members) (?:may|can|should) only (\w+(?: (?:and|or) \w+)*) (?:their own|what they (?:wrote|made|added|created)|what is theirs)(?: ([\p{L}\p{N}_ -]{2,30}))?$/iu.exec(
			request,
		);
	if (own) return intent('owner', own[1] ?? '', own[2], actionWords);
	const hidden =
		/^(?:make|keep) (?:the |all |my )?([\p{L}][\p{L}\p{N}_ -]{1,30}?) (public|private)$/iu.exec(
			request,
		);
	if (hidden)
		return intent(
			hidden[2]?.toLowerCase() === 'public' ? 'everybody' : 'owner',
			'read',
			hidden[1],
			actionWords,
		);
	const nobody =
		new RegExp(
			String.raw`^(?:don't|do not|never) (?:let|allow) (?:anyone|anybody|people|visitors)(?: to)? ${verbs}${object}$`,
			'iu',
		).exec(request) ??
		new RegExp(
			String.raw`^(?:stop|prevent|keep) (?:anyone|anybody|people|visitors|everybody|everyone) from ((?:read|see|view|chang|edit|updat|delet|remov|add|writ|post)ing)${object}$`,
			'iu',
		).exec(request);
	if (nobody) return intent('nobody', stem(nobody[1] ?? ''), nobody[2], actionWords);
	const needed =
		/^(?:require|ask for) (?:a )?(?:sign-?in|log-?in|an account) (?:to|for|before) (\w+?)(?:ing)?(?: ([\p{L}\p{N}_ -]{2,30}))?$/iu.exec(
			request,
		);
	if (needed) return intent('users', stem(needed[1] ?? ''), needed[2], actionWords);
	for (const [name, words] of who) {
		const active =
			new RegExp(
				`^(?:let |allow )?(?:${words}) (?:${modal} |to )?(?:only )?${verbs}${object}$`,
				'iu',
			).exec(request) ??
			new RegExp(
				`^(?:make it so that|i want that|i want) (?:${words}) ${modal} ${verbs}${object}$`,
				'iu',
			).exec(request);
		const isSaid = new RegExp(`${modal}|^(?:let|allow)`, 'i').test(request);
		if (active && isSaid) return intent(name, active[1] ?? '', active[2], actionWords);
		const passive = new RegExp(
			String.raw`^(?:the |all )?([\p{L}][\p{L}\p{N}_ -]{1,30}?) (?:may|can|should|must)(?: only)? be ${done}(?: only)? (?:by|to|for) (?:${words}|(me))$`,
			'iu',
		).exec(request);
		if (passive)
			return intent(
				passive[3] === undefined ? name : 'nobody',
				passive[2] ?? '',
				passive[1],
				participles,
			);
	}
	return undefined;
}

const stem = (word: string): string =>
	({ delet: 'delete', remov: 'remove', chang: 'change', updat: 'update', writ: 'write' })[
		word.replace(/ing$/i, '').toLowerCase()
	] ?? word.replace(/ing$/i, '');

function intent(
	name: Who,
	verbsText: string,
	table: string | undefined,
	words: readonly (readonly [Action, RegExp])[],
): RuleIntent | undefined {
	const actions = verbsText
		.split(/\s*(?:,|\band\b|\bor\b)\s*/i)
		.filter((verb) => verb !== '')
		.map((verb) => words.find(([, pattern]) => pattern.test(verb))?.[0]);
	const known = actions.filter((action) => action !== undefined);
	if (known.length === 0 || known.length < actions.length) return undefined;
	const isIt =
		table !== undefined &&
		/^(?:it|this|them|anything|something|things|everything|all|here|records?|data)$/i.test(table);
	return { kind: 'rule', who: name, actions: [...new Set(known)], table: isIt ? undefined : table };
}
