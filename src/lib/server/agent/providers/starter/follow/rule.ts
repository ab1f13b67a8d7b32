import type { CollectionRules } from '#lib/contracts/index.ts';
import { rulesOf, tableFor, type AppView, type Table } from './app-view.ts';
import { decline, type Change, type Declined } from './change.ts';
import type { RuleIntent, Who } from './rule-words.ts';

const signedIn = '@request.auth.id != ""';
const verbs = { read: 'see', create: 'add', update: 'change', delete: 'delete' } as const;
const people = {
	everybody: 'Everybody may',
	users: 'Only who is signed in may',
	owner: 'Only who owns one may',
	nobody: 'Nobody in the app may, only you in the builder may',
} as const;

/** Another rule for who may do what. Whatever opens something waits for a person's click: the tool sees to that. */
export function changeRule(app: AppView, intent: RuleIntent): Change | Declined {
	const target = tableFor(app, intent.table);
	if ('why' in target) return decline(target.why);
	const table = target.found;
	const owner = table.fields.find(
		({ type, options }) => type === 'relation' && /^to users\b/.test(options),
	);
	if (intent.who === 'owner' && !owner)
		return decline(`${table.name} have no owner: nothing says who wrote one`);
	if (owner && intent.who === 'everybody' && intent.actions.some((action) => action !== 'read'))
		return decline(
			`every one of ${table.name} belongs to somebody, and would not if everybody could write them`,
		);
	const hasSignIn = app.files.some(({ text }) => /\bauth\.(?:signIn|signUp)\b/.test(text));
	if (intent.who === 'users' && !hasSignIn)
		return decline('the page has no sign-in, so nobody could do it any more');
	const names = intent.actions.flatMap(rulesOf);
	const rules: CollectionRules = Object.fromEntries(
		names.map((name) => [name, ruleFor(intent.who, name, owner?.name)]),
	);
	if (names.every((name) => table.rules[name] === rules[name]))
		return decline('it is like that already');
	const doing = intent.actions.map((action) => verbs[action]).join(' and ');
	const missing = intent.actions.filter((action) => opens(intent.who) && lacks(app, table, action));
	return {
		schema: { update: [{ name: table.name, rules }] },
		calls: [],
		added: [],
		summary: [`${people[intent.who]} ${doing} ${table.name}`],
		...(missing.length > 0 && {
			notDone: missing.map((action) =>
				action === 'read'
					? `The page has no list of ${table.name}: that needs a model`
					: `The page has no button to ${verbs[action]} ${table.name}: that needs a model`,
			),
		}),
	};
}

const opens = (who: Who): boolean => who !== 'nobody';
const lacks = (
	{ files }: AppView,
	{ name }: Table,
	action: RuleIntent['actions'][number],
): boolean => {
	const call = action === 'read' ? 'list' : action;
	return !files.some(({ text }) => text.includes(`data.${name}.${call}(`));
};

function ruleFor(who: Who, rule: string, owner: string | undefined): string | null {
	if (who === 'nobody') return null;
	if (who === 'everybody') return '';
	const own = owner === undefined ? '' : `@request.body.${owner}`;
	// Nobody makes one in another's name, whoever else may make one; and nobody gives one away.
	if (rule === 'create')
		return owner === undefined ? signedIn : `${signedIn} && ${own} = @request.auth.id`;
	if (who === 'users')
		return owner !== undefined && rule === 'update'
			? `${signedIn} && (${own} = "" || ${own} = ${owner})`
			: signedIn;
	const mine = `${signedIn} && ${owner ?? ''} = @request.auth.id`;
	return rule === 'update' ? `${mine} && (${own} = "" || ${own} = @request.auth.id)` : mine;
}
